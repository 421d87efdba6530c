"""What sites send to a central instance and what that says of them, as the API takes and says it."""

from typing import Any

from marshmallow import Schema, fields, validate

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.site.retention import MAX_DAYS
from webapp.domain.sites.feed import (
    MAX_CAMERA_NAME,
    MOST_CAMERAS,
    MOST_DAYS_SENT,
    MOST_GONE,
    MOST_IN_BATCH,
    FeedBatch,
    SentCamera,
    SentDay,
    SentIncident,
    SiteNote,
)
from webapp.domain.sites.sites import SiteState
from webapp.domain.vision.emotions import Emotion
from webapp.web.api.schemas import one_of
from webapp.web.api.strict_fields import StrictBoolean, StrictFloat, StrictInteger, StrictSchema, UTCDateTime, text

_MAX_ID = 2**31 - 1
_COUNT = validate.Range(0, 1_000_000)


class SentIncidentSchema(StrictSchema):
    """An incident as it leaves its site: no name of anybody, and no note."""

    incident_id = StrictInteger(required=True, validate=validate.Range(1, _MAX_ID))
    camera_name = text(1, MAX_CAMERA_NAME, required=True)
    emotion = fields.String(required=True, validate=one_of(Emotion))
    state = fields.String(required=True, validate=one_of(IncidentState))
    level = fields.String(required=True, validate=one_of(AlertLevel))
    started_at = UTCDateTime(required=True)
    opened_at = UTCDateTime(required=True)
    peak_score = StrictFloat(required=True, validate=validate.Range(0, 1))
    ended_at = UTCDateTime(load_default=None, allow_none=True)
    acknowledged_at = UTCDateTime(load_default=None, allow_none=True)
    resolved_at = UTCDateTime(load_default=None, allow_none=True)
    outcome = fields.String(load_default=None, allow_none=True, validate=one_of(Outcome))
    escalated_at = UTCDateTime(load_default=None, allow_none=True)
    snapshot_at = UTCDateTime(
        load_default=None, allow_none=True, metadata={"description": "Null where there is no picture."}
    )


class SentCameraSchema(StrictSchema):
    """A camera as it leaves its site: never its address."""

    camera_id = StrictInteger(required=True, validate=validate.Range(1, _MAX_ID))
    name = text(1, MAX_CAMERA_NAME, required=True)
    state = fields.String(required=True, validate=one_of(CameraState))
    state_at = UTCDateTime(load_default=None, allow_none=True)


class OutcomeCountsSchema(StrictSchema):
    """Incidents by how they ended."""

    open = StrictInteger(load_default=0, validate=_COUNT)
    recovered = StrictInteger(load_default=0, validate=_COUNT)
    escalated = StrictInteger(load_default=0, validate=_COUNT)
    false_alarm = StrictInteger(load_default=0, validate=_COUNT)
    no_action = StrictInteger(load_default=0, validate=_COUNT)


class SentDaySchema(StrictSchema):
    """The incidents of one day on the site's clocks, counted."""

    day = fields.Date(required=True)
    hours = fields.List(
        StrictInteger(validate=_COUNT),
        required=True,
        validate=validate.Length(equal=24),
        metadata={"description": "Incidents by hour of the day."},
    )
    outcomes = fields.Nested(OutcomeCountsSchema, required=True)


class SiteNoteSchema(StrictSchema):
    """What a site says of itself with each message."""

    version = text(0, 20, required=True)
    time_zone = text(0, 64, required=True)
    sends_pictures = StrictBoolean(required=True)
    keep_incidents_days = StrictInteger(required=True, validate=validate.Range(1, MAX_DAYS))
    keep_pictures_days = StrictInteger(required=True, validate=validate.Range(1, MAX_DAYS))
    newest_frame_at = UTCDateTime(load_default=None, allow_none=True)
    cameras = fields.List(
        fields.Nested(SentCameraSchema), load_default=list, validate=validate.Length(max=MOST_CAMERAS)
    )
    days = fields.List(fields.Nested(SentDaySchema), load_default=list, validate=validate.Length(max=MOST_DAYS_SENT))


class FeedBatchSchema(StrictSchema):
    """A part of what happened at a site. One that is here already changes nothing."""

    after = StrictInteger(
        required=True,
        validate=validate.Range(0, _MAX_ID),
        metadata={"description": "It is taken where the central instance has come so far, else not."},
    )
    event_id = StrictInteger(required=True, validate=validate.Range(0, _MAX_ID))
    event_at = UTCDateTime(required=True, allow_none=True)
    incidents = fields.List(
        fields.Nested(SentIncidentSchema), load_default=list, validate=validate.Length(max=MOST_IN_BATCH)
    )
    gone = fields.List(
        StrictInteger(validate=validate.Range(1, _MAX_ID)),
        load_default=list,
        validate=validate.Length(max=MOST_GONE),
        metadata={"description": "Incidents that are deleted, and are to be deleted here."},
    )
    fill_after = StrictInteger(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, _MAX_ID),
        metadata={"description": "Of what was kept before: all incidents behind this one, and up to `fill_to`."},
    )
    fill_to = StrictInteger(load_default=None, allow_none=True, validate=validate.Range(1, _MAX_ID))


class FeedMessageSchema(StrictSchema):
    """What a site sends: something of itself, and what happened."""

    note = fields.Nested(SiteNoteSchema, required=True)
    batch = fields.Nested(FeedBatchSchema, load_default=None, allow_none=True)


class FeedPositionSchema(Schema):
    """How far the central instance has followed the event log of the site."""

    event_id = fields.Integer(required=True)
    event_at = fields.String(required=True, allow_none=True)
    fill_after = fields.Integer(required=True, allow_none=True)


class FeedAnswerSchema(Schema):
    """What a site is answered."""

    position = fields.Nested(FeedPositionSchema, required=True)
    wants_pictures = fields.List(
        fields.Integer(), required=True, metadata={"description": "Incidents of which pictures are wanted."}
    )


class SentPictureSchema(Schema):
    """Of which moment a picture is."""

    taken_at = UTCDateTime(required=True)


class RegisteredSiteSchema(Schema):
    """A site of a central instance."""

    site_id = fields.Integer(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True, validate=one_of(SiteState))
    seen_at = fields.String(required=True, allow_none=True)
    newest_frame_at = fields.String(required=True, allow_none=True)
    version = fields.String(required=True)
    time_zone = fields.String(required=True)
    open_alerts = fields.Integer(required=True)
    incidents_today = fields.Integer(required=True)
    cameras_online = fields.Integer(required=True)
    cameras_offline = fields.Integer(required=True)


class SiteIncidentSchema(Schema):
    """An incident of a site, by the id that it has there."""

    incident_id = fields.Integer(required=True)
    camera_name = fields.String(required=True)
    emotion = fields.String(required=True, validate=one_of(Emotion))
    state = fields.String(required=True, validate=one_of(IncidentState))
    level = fields.String(required=True, validate=one_of(AlertLevel))
    started_at = fields.String(required=True)
    opened_at = fields.String(required=True)
    peak_score = fields.Float(required=True)
    ended_at = fields.String(required=True, allow_none=True)
    acknowledged_at = fields.String(required=True, allow_none=True)
    resolved_at = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    escalated_at = fields.String(required=True, allow_none=True)
    snapshot_at = fields.String(required=True, allow_none=True)
    has_picture = fields.Boolean(required=True, metadata={"description": "Whether its picture is here."})


class SiteIncidentPageSchema(Schema):
    """One page of a site's incidents, newest first."""

    incidents = fields.List(fields.Nested(SiteIncidentSchema), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)


class SiteIncidentFilterSchema(Schema):
    """Which incidents of a site to list."""

    state = fields.String(load_default=None, validate=one_of(IncidentState))
    outcome = fields.String(load_default=None, validate=one_of(Outcome))
    opened_from = UTCDateTime(load_default=None)
    opened_before = UTCDateTime(load_default=None, metadata={"description": "Exclusive."})
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    page_size = fields.Integer(load_default=25, validate=validate.Range(1, 200))


def note_of(sent: dict[str, Any]) -> SiteNote:
    """Return what a site says of itself, of a message that was checked."""
    cameras = {one["camera_id"]: _camera(one) for one in sent["cameras"]}
    days = {one["day"]: SentDay(one["day"], tuple(one["hours"]), _counted(one["outcomes"])) for one in sent["days"]}
    return SiteNote(**sent | {"cameras": tuple(cameras.values()), "days": tuple(days.values())})


def batch_of(sent: dict[str, Any] | None) -> FeedBatch | None:
    """Return what happened, of a message that was checked."""
    if sent is None:
        return None
    incidents = {one["incident_id"]: _incident(one) for one in sent["incidents"]}
    return FeedBatch(**sent | {"incidents": tuple(incidents.values()), "gone": tuple(sent["gone"])})


def _camera(sent: dict[str, Any]) -> SentCamera:
    return SentCamera(**sent | {"state": CameraState(sent["state"])})


def _incident(sent: dict[str, Any]) -> SentIncident:
    return SentIncident(
        **sent
        | {
            "emotion": Emotion(sent["emotion"]),
            "state": IncidentState(sent["state"]),
            "level": AlertLevel(sent["level"]),
            "outcome": Outcome(sent["outcome"]) if sent["outcome"] else None,
        }
    )


def _counted(outcomes: dict[str, int]) -> dict[str, int]:
    return {outcome: count for outcome, count in outcomes.items() if count}
