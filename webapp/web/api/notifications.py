"""Who is notified, over the API: channels, routes and deliveries are read, and channels are tested."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.schedule import WEEKDAYS
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.deliveries import CancelReason, Delivery, DeliveryState
from webapp.domain.notifications.outcomes import SendFailure
from webapp.domain.notifications.routes import NoticeKind, RecipientKind, Route
from webapp.domain.people.roles import Role
from webapp.web.api.blueprint import APIBlueprint
from webapp.web.api.schemas import one_of
from webapp.web.api.strict_fields import StrictSchema
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import Credentials, current_person, requires

api_notifications = APIBlueprint("api_notifications", __name__, description="Who is notified, and how far that is.")
_MAX_ID = 2**31 - 1
_MOST = 500
_OF_CHANNEL = 50


class ChannelSchema(Schema):
    """A channel. Where it leads is never sent."""

    channel_id = fields.Integer(required=True)
    kind = fields.String(required=True, validate=one_of(ChannelKind))
    name = fields.String(required=True)
    is_shared = fields.Boolean(required=True, metadata={"description": "Else it is the token's person's own."})
    enabled = fields.Boolean(required=True)
    language = fields.String(required=True)
    names_place = fields.Boolean(required=True, metadata={"description": "Whether messages name the camera."})
    last_sent_at = fields.DateTime(required=True, allow_none=True)
    last_failure = fields.String(required=True, allow_none=True, validate=one_of(SendFailure))
    failures = fields.Integer(required=True, metadata={"description": "How many failed one after another."})


class RecipientSchema(Schema):
    """Whom a step notifies."""

    kind = fields.String(required=True, validate=one_of(RecipientKind))
    target = fields.Function(
        lambda one: str(one.target),
        required=True,
        metadata={"type": "string", "description": "A role, or the id of a schedule, a person or a shared channel."},
    )


class StepSchema(Schema):
    """A step of a route."""

    after_min = fields.Integer(required=True)
    recipients = fields.List(fields.Nested(RecipientSchema), required=True)


class RouteSchema(Schema):
    """A route in force."""

    route_id = fields.Integer(required=True, metadata={"description": "0 is the default, where none is set."})
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=one_of(NoticeKind))
    camera_ids = fields.List(fields.Integer(), required=True)
    groups = fields.List(fields.String(), required=True)
    hours = fields.Function(
        lambda route: _hours(route),
        required=True,
        metadata={"type": "object", "description": "As in a camera's settings; empty is at any time."},
    )
    least_level = fields.String(required=True, validate=one_of(AlertLevel))
    enabled = fields.Boolean(required=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)


class DeliverySchema(Schema):
    """A notification on its way to one channel, or at its end."""

    key = fields.String(required=True, metadata={"description": "The message's own id, the same at every try."})
    kind = fields.String(required=True, attribute="notice.kind", validate=one_of(NoticeKind))
    incident_id = fields.Integer(required=True, allow_none=True, attribute="notice.incident_id")
    camera_id = fields.Integer(required=True, allow_none=True, attribute="notice.camera_id")
    after_min = fields.Integer(required=True, metadata={"description": "The step, by its minutes."})
    channel_id = fields.Integer(required=True, allow_none=True)
    channel_kind = fields.String(required=True, allow_none=True, validate=one_of(ChannelKind))
    channel = fields.String(required=True, attribute="channel_name")
    user_id = fields.Integer(required=True, allow_none=True, metadata={"description": "Null for a shared channel."})
    state = fields.String(required=True, validate=one_of(DeliveryState))
    reason = fields.String(required=True, allow_none=True, validate=one_of(CancelReason))
    failure = fields.String(required=True, allow_none=True, validate=one_of(SendFailure))
    detail = fields.String(required=True, metadata={"description": "What exactly was answered, such as a status."})
    attempts = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)
    next_attempt_at = fields.DateTime(required=True, allow_none=True)
    ended_at = fields.DateTime(required=True, allow_none=True)


class DeliveryQuerySchema(StrictSchema):
    """Which deliveries are wanted."""

    incident_id = fields.Integer(load_default=None, validate=validate.Range(1, _MAX_ID))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, _MOST))


class TestedSchema(Schema):
    """A test that is on its way."""

    key = fields.String(required=True, metadata={"description": "Of the delivery that says what becomes of it."})


@api_notifications.get("/channels")
@api_notifications.response(200, ChannelSchema(many=True))
@requires(Role.STAFF, Credentials.TOKEN)
def channels() -> Sequence[NotificationChannel]:
    """List one's own channels, and for admins the shared ones; those of others are nobody's business."""
    me, service = current_person(), app_services().notifications.channels
    return [*service.of(me.user_id), *(service.shared() if me.may(Role.ADMIN) else ())]


@api_notifications.post("/channels/<int:channel_id>/test")
@api_notifications.response(202, TestedSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def test_channel(channel_id: int) -> dict[str, str]:
    """Have a test sent to a channel of one's own, or as an admin to a shared one."""
    return {"key": app_services().notifications.channels.test(channel_id, current_person())}


@api_notifications.get("/channels/<int:channel_id>/deliveries")
@api_notifications.response(200, DeliverySchema(many=True))
@requires(Role.STAFF, Credentials.TOKEN)
def channel_deliveries(channel_id: int) -> Sequence[Delivery]:
    """List the newest 50 deliveries of such a channel, newest first: what became of a test stands there."""
    told = app_services().notifications
    told.channels.get(channel_id, current_person())
    return told.deliveries.latest(limit=_OF_CHANNEL, channel_id=channel_id)


@api_notifications.get("/routes")
@api_notifications.response(200, RouteSchema(many=True))
@requires(Role.ADMIN, Credentials.TOKEN)
def routes() -> Sequence[Route]:
    """List the routes in force, the defaults in place of those that are not set (admins)."""
    return app_services().notifications.routes.in_force()


@api_notifications.get("/deliveries")
@api_notifications.arguments(DeliveryQuerySchema, location="query")
@api_notifications.response(200, DeliverySchema(many=True))
@requires(Role.MANAGER, Credentials.TOKEN)
def deliveries(sent: dict[str, Any]) -> Sequence[Delivery]:
    """List deliveries, newest first, of all or of one incident (managers)."""
    service = app_services().notifications.deliveries
    if sent["incident_id"] is None:
        return service.latest(limit=sent["limit"])
    app_services().incidents.get(sent["incident_id"])
    return list(reversed(service.of_incident(sent["incident_id"]).deliveries))[: sent["limit"]]


def _hours(route: Route) -> dict[str, str]:
    days = {name: route.hours.day_words(weekday) for weekday, name in enumerate(WEEKDAYS)}
    return {name: words for name, words in days.items() if words}
