"""What the API says of why a camera is offline."""

from enum import StrEnum

from marshmallow import Schema, fields, validate

from webapp.domain.cameras.camera_causes import Cause
from webapp.domain.cameras.camera_check import StepMark, StepName
from webapp.domain.cameras.cameras import CameraKind, CameraState


def _one_of(values: type[StrEnum]) -> validate.OneOf:
    return validate.OneOf([value.value for value in values])


class CheckStepSchema(Schema):
    """One step of a check."""

    step = fields.String(required=True, validate=_one_of(StepName))
    outcome = fields.String(required=True, validate=_one_of(StepMark))
    message = fields.String(required=True, metadata={"description": "What was found, in English; may be empty."})
    values = fields.Dict(
        keys=fields.String(), required=True, metadata={"description": "What stands in the message, such as `codec`."}
    )
    seconds = fields.Float(
        required=True, allow_none=True, metadata={"description": "How long it took; null where nothing was to do."}
    )


class CheckSchema(Schema):
    """A check of one camera, as far as it has come."""

    kind = fields.String(required=True, validate=_one_of(CameraKind))
    is_running = fields.Boolean(required=True)
    is_capturing = fields.Boolean(
        required=True,
        metadata={"description": "Whether its pictures come already: then it was not called a second time."},
    )
    passed = fields.Boolean(required=True, metadata={"description": "Whether a picture came."})
    cause = fields.String(required=True, allow_none=True, validate=_one_of(Cause))
    steps = fields.List(fields.Nested(CheckStepSchema), required=True)
    advice = fields.List(fields.String(), required=True)
    began_at = fields.DateTime(required=True)


class CameraHelpSchema(Schema):
    """Why a camera is offline."""

    camera_id = fields.Integer(required=True)
    state = fields.String(required=True, validate=_one_of(CameraState))
    cause = fields.String(
        required=True,
        allow_none=True,
        validate=_one_of(Cause),
        metadata={"description": "The kind of failure, for programs; null where its pictures come or it is disabled."},
    )
    summary = fields.String(required=True, metadata={"description": "The cause in plain English; else empty."})
    advice = fields.List(fields.String(), required=True, metadata={"description": "What to do, the likeliest first."})
    last_picture_at = fields.DateTime(required=True, allow_none=True)
    tries = fields.Integer(
        required=True, allow_none=True, metadata={"description": "How often it was called since its last picture."}
    )
    next_try_at = fields.DateTime(required=True, allow_none=True)
    check = fields.Nested(
        CheckSchema,
        required=True,
        allow_none=True,
        metadata={"description": "The newest check since the last restart; null for who is no admin."},
    )
