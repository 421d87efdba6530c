"""Incidents, as the API says and takes them."""

from marshmallow import Schema, fields, validate

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.groups import MAX_GROUP_LENGTH
from webapp.domain.vision.emotions import Emotion
from webapp.services.alerts.incidents import MAX_NOTE_LENGTH
from webapp.web.api.schemas import one_of
from webapp.web.api.strict_fields import (
    StrictSchema,
    UTCDateTime,
    text,
)

_MAX_ID = 2**31 - 1


class EarlierIncidentSchema(Schema):
    """The incident of the same person that was resolved before."""

    incident_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null where it is deleted by now."}
    )
    resolved_by = fields.String(required=True)
    resolved_at = fields.String(required=True)


class IncidentSchema(Schema):
    """An incident."""

    incident_id = fields.Integer(required=True)
    camera_id = fields.Integer(required=True, allow_none=True)
    camera = fields.String(required=True)
    emotion = fields.String(required=True, validate=one_of(Emotion))
    state = fields.String(required=True, validate=one_of(IncidentState))
    message = fields.String(required=True)
    started_at = fields.String(required=True)
    opened_at = fields.String(required=True)
    ended_at = fields.String(required=True, allow_none=True)
    duration_s = fields.Float(required=True, allow_none=True)
    peak_score = fields.Float(required=True)
    level = fields.String(
        required=True,
        validate=one_of(AlertLevel),
        metadata={"description": "How far the peak score is above the camera's threshold, in thirds up to 1."},
    )
    again = fields.Nested(
        EarlierIncidentSchema,
        required=True,
        allow_none=True,
        metadata={"description": "The same person's incident that was resolved before; null for all others."},
    )
    acknowledged_by = fields.String(required=True, allow_none=True)
    acknowledged_at = fields.String(required=True, allow_none=True)
    never_acknowledged = fields.Boolean(
        required=True, metadata={"description": "It was resolved, and nobody had acknowledged it before."}
    )
    resolved_by = fields.String(required=True, allow_none=True)
    resolved_at = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    note = fields.String(required=True)
    has_snapshot = fields.Boolean(required=True)
    snapshot_at = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "When the picture was taken: the moment of the highest score so far."},
    )
    snapshot_face_xyxy = fields.List(
        fields.Float(),
        required=True,
        allow_none=True,
        validate=validate.Length(equal=4),
        metadata={"description": "Where the face is in it, as shares of its width and height; null: not known."},
    )
    has_clip = fields.Boolean(
        required=True,
        metadata={"description": "Whether a clip of the seconds around the alert is kept; only the pages show it."},
    )
    reminders = fields.Integer(
        required=True, metadata={"description": "How many reminders there were while nobody acknowledged it."}
    )
    escalated_at = fields.String(
        required=True, allow_none=True, metadata={"description": "When it was escalated to the managers."}
    )
    is_test = fields.Boolean(
        required=True, metadata={"description": "Whether an admin raised it as a test; no figure counts it."}
    )


class IncidentPageSchema(Schema):
    """One page of the log, newest first."""

    incidents = fields.List(fields.Nested(IncidentSchema), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)


class IncidentFilterSchema(Schema):
    """Which incidents to list."""

    camera_id = fields.Integer(load_default=None, validate=validate.Range(1, _MAX_ID))
    group = text(
        1, MAX_GROUP_LENGTH, load_default=None, metadata={"description": "Of cameras that are in this group now."}
    )
    state = fields.String(load_default=None, validate=one_of(IncidentState))
    outcome = fields.String(load_default=None, validate=one_of(Outcome))
    opened_from = UTCDateTime(load_default=None)
    opened_before = UTCDateTime(load_default=None, metadata={"description": "Exclusive."})
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    page_size = fields.Integer(load_default=25, validate=validate.Range(1, 200))


class ResolutionSchema(StrictSchema):
    """How an incident ended."""

    outcome = fields.String(required=True, validate=one_of(Outcome))
    note = text(0, MAX_NOTE_LENGTH, load_default="")
