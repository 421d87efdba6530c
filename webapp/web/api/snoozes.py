"""Cameras that staff leave alone for a while, over the API."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.snoozes import MAX_SNOOZE_MINUTES
from webapp.domain.people.roles import Role
from webapp.web.api.cameras import api_cameras
from webapp.web.api.strict_fields import StrictInteger, StrictSchema
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import Credentials, current_person, requires

__all__ = ["api_cameras"]  # With the calls of this module.


class SnoozeSchema(StrictSchema):
    """For how long no new alert is raised: one of the two."""

    minutes = StrictInteger(validate=validate.Range(1, MAX_SNOOZE_MINUTES))
    until = fields.String(
        validate=validate.Regexp("^([01][0-9]|2[0-3]):[0-5][0-9]$"),
        # Sent instead of the other one: an example shows one of the two.
        metadata={"description": "When the site's clocks next show this time, such as 18:30.", "x-instead": True},
    )

    @validates_schema
    def _check_one(self, sent: Mapping[str, Any], **_more: Any) -> None:
        if len(sent) != 1:
            raise ValidationError("Expected either minutes or until.")


class SnoozedSchema(Schema):
    """A camera's snooze; both are null where there is none."""

    camera_id = fields.Integer(required=True)
    snoozed_until = fields.DateTime(required=True, allow_none=True, attribute="snooze.until_at", dump_default=None)
    snoozed_by = fields.String(required=True, allow_none=True, attribute="snooze.by", dump_default=None)


@api_cameras.post("/<int:camera_id>/snooze")
@api_cameras.arguments(SnoozeSchema)
@api_cameras.response(200, SnoozedSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def snooze(sent: dict[str, Any], camera_id: int) -> Camera:
    """Raise no new alert at a camera for some minutes, or until a time of day; a snooze that is on is replaced."""
    services, by = app_services(), current_person().name
    if "minutes" in sent:
        return services.snoozes.snooze(camera_id, sent["minutes"], by)
    return services.snoozes.snooze_until(camera_id, sent["until"], services.site.zone(), by)


@api_cameras.delete("/<int:camera_id>/snooze")
@api_cameras.response(200, SnoozedSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def end_snooze(camera_id: int) -> Camera:
    """Raise alerts at a camera again."""
    return app_services().snoozes.end(camera_id, current_person().name)
