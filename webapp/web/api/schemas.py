"""What goes in and out of the API."""

from enum import StrEnum
from typing import Any

from marshmallow import Schema, fields, validate

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.groups import MAX_GROUP_LENGTH, MAX_GROUPS
from webapp.domain.cameras.image_settings import TURNS_DEG
from webapp.domain.cameras.zones import MAX_NAME_LENGTH as MAX_ZONE_NAME
from webapp.domain.cameras.zones import MAX_POINTS, MAX_ZONES, MIN_POINTS, ZoneKind
from webapp.domain.vision.emotions import Emotion
from webapp.services.cameras.camera_settings import (
    MAX_ANALYSIS_FPS,
    MAX_NAME_LENGTH,
    MAX_PLACE_LENGTH,
    MIN_ANALYSIS_FPS,
)
from webapp.web.api.strict_fields import (
    ChangeSchema,
    StrictBoolean,
    StrictFloat,
    StrictInteger,
    StrictSchema,
    text,
)

_MAX_ID = 2**31 - 1


def one_of(values: type[StrEnum]) -> validate.OneOf:
    return validate.OneOf([value.value for value in values])


def _groups(**more: Any) -> fields.List[str]:
    return fields.List(
        text(0, MAX_GROUP_LENGTH),
        validate=validate.Length(max=MAX_GROUPS),
        metadata={"description": "The groups that it is in, such as a floor or a team; no others stay."},
        **more,
    )


class ErrorSchema(Schema):
    """Why a call was refused, or failed."""

    code = fields.Integer(required=True, metadata={"description": "The HTTP status."})
    status = fields.String(required=True)
    message = fields.String(required=True)
    errors = fields.Dict(metadata={"description": "Where a field is wrong: what, by its place."})
    error = fields.String(
        metadata={"description": "The kind of error, for programs, where Amends itself refused it: `already_exists`."}
    )
    field = fields.String(allow_none=True, metadata={"description": "The input that it is about."})


class CameraSchema(Schema):
    """A camera. The password is never sent."""

    camera_id = fields.Integer(required=True)
    name = fields.String(required=True)
    url = fields.String(
        required=True,
        metadata={
            "description": "Without user name and password, `***` for other secrets; only `rtsp:` for who is no admin."
        },
    )
    username = fields.String(required=True)
    has_password = fields.Boolean(required=True)
    enabled = fields.Boolean(required=True)
    place = fields.String(required=True, metadata={"description": "Where it hangs; may be empty."})
    groups = fields.List(fields.String(), required=True, metadata={"description": "The groups that it is in."})
    state = fields.String(required=True, validate=one_of(CameraState))
    state_reason = fields.Function(
        lambda camera: str(camera.state_reason or ""),
        metadata={"type": "string", "description": "Why it is offline, or analyses nobody, in English; else empty."},
    )
    state_code = fields.String(
        required=True,
        allow_none=True,
        attribute="state_reason.code",
        dump_default=None,
        metadata={"description": "The same for programs, such as `camera_timed_out`, `awaiting_records`; else null."},
    )
    state_since = fields.DateTime(required=True, allow_none=True)
    opens_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "When a closed camera is analysed again; else null."}
    )
    snoozed_until = fields.DateTime(
        required=True,
        allow_none=True,
        attribute="snooze.until_at",
        dump_default=None,
        metadata={"description": "No new alert is raised before; may be past."},
    )


class NewCameraSchema(StrictSchema):
    """A camera to be added."""

    name = text(1, MAX_NAME_LENGTH, is_visible=True, required=True)
    url = text(1, 2000, is_visible=True, required=True)
    username = text(0, 255, load_default="")
    password = text(0, 255, load_default="", load_only=True)
    enabled = StrictBoolean(load_default=True)
    place = text(0, MAX_PLACE_LENGTH, load_default="")
    groups = _groups(load_default=[])
    no_staff_in_view = StrictBoolean(
        load_default=False, load_only=True, metadata={"description": "Put on record that no staff is in its picture."}
    )


class CameraChangeSchema(ChangeSchema):
    """What to change of a camera; a field that is left out stays. An empty password removes the stored one."""

    name = text(1, MAX_NAME_LENGTH, is_visible=True)
    url = text(1, 2000, is_visible=True)
    username = text(0, 255)
    password = text(0, 255, load_only=True)
    enabled = StrictBoolean()
    place = text(0, MAX_PLACE_LENGTH)
    groups = _groups()


class ZoneSchema(StrictSchema):
    """A zone of a camera's picture."""

    kind = fields.String(required=True, validate=one_of(ZoneKind))
    name = text(0, MAX_ZONE_NAME, load_default="")
    points = fields.List(
        fields.List(StrictFloat(validate=validate.Range(0, 1)), validate=validate.Length(equal=2)),
        required=True,
        validate=validate.Length(MIN_POINTS, MAX_POINTS),
        metadata={
            "description": "Corners in order, each [x, y] from the top left corner of the rotated picture, in [0, 1]."
        },
    )


class HoursSchema(StrictSchema):
    """Weekday to hours such as 07:00-12:30, 18:00-02:00; a day that is not there is closed."""

    Monday = text(0, 200)
    Tuesday = text(0, 200)
    Wednesday = text(0, 200)
    Thursday = text(0, 200)
    Friday = text(0, 200)
    Saturday = text(0, 200)
    Sunday = text(0, 200)


class CameraSettingsSchema(ChangeSchema):
    """How and when a camera is analysed. In a change, what is left out stays."""

    turn_deg = StrictInteger(validate=validate.OneOf(TURNS_DEG), metadata={"description": "Clockwise."})
    is_mirrored = StrictBoolean()
    zones = fields.List(
        fields.Nested(ZoneSchema),
        validate=validate.Length(max=MAX_ZONES),
        metadata={"description": "All of them; an empty list removes them."},
    )
    hours = fields.Nested(HoursSchema, metadata={"description": "All days; without any day faces are always analysed."})
    analysis_fps = StrictFloat(
        allow_none=True,
        validate=validate.Range(MIN_ANALYSIS_FPS, MAX_ANALYSIS_FPS),
        metadata={"description": "Analysis rate in fps; null means AMENDS_ANALYSIS_FPS."},
    )
    detector = fields.String(
        allow_none=True,
        validate=one_of(Detector),
        metadata={"description": "What finds the faces; null means AMENDS_DETECTOR."},
    )


class FaceSchema(Schema):
    """A face in the newest frame."""

    track_id = fields.Integer(required=True)
    emotion = fields.String(required=True, allow_none=True, validate=one_of(Emotion))
    confidence = fields.Float(required=True, allow_none=True)
    alert_score = fields.Float(required=True, allow_none=True)
    alerting = fields.Boolean(required=True)
    alert_emotion = fields.String(
        required=True,
        allow_none=True,
        validate=one_of(Emotion),
        metadata={"description": "The alerting emotion that weighs most now; null while it does not alert."},
    )
    level = fields.String(
        required=True,
        allow_none=True,
        validate=one_of(AlertLevel),
        metadata={"description": "How far above the threshold it is now; null while it does not alert."},
    )
    box_xyxy = fields.List(fields.Float(), required=True, validate=validate.Length(equal=4))


class FacesSchema(Schema):
    """The faces in a camera's newest frame; `captured_at` is null where there is no frame."""

    camera_id = fields.Integer(required=True)
    captured_at = fields.DateTime(required=True, allow_none=True)
    faces = fields.List(fields.Nested(FaceSchema), required=True)
