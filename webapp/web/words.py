"""How values read on a page: the filters and constants of the templates."""

from datetime import datetime
from urllib.parse import urlencode

from flask import Flask, g
from markupsafe import Markup, escape

from webapp.domain.cameras import CameraState
from webapp.domain.emotions import EMOTION_WORDS, EMOTIONS, Emotion
from webapp.domain.events import EventKind
from webapp.domain.incidents import IncidentState, Outcome
from webapp.domain.roles import Role
from webapp.web.guards import signed_in_user

STATE_WORDS = {
    CameraState.CONNECTING: "Connecting",
    CameraState.ONLINE: "Online",
    CameraState.OFFLINE: "Offline",
    CameraState.DISABLED: "Disabled",
    IncidentState.NEW: "New",
    IncidentState.ACKNOWLEDGED: "Acknowledged",
    IncidentState.RESOLVED: "Resolved",
}
OUTCOME_WORDS = {
    Outcome.RECOVERED: "Recovered",
    Outcome.ESCALATED: "Escalated",
    Outcome.FALSE_ALARM: "False alarm",
    Outcome.NO_ACTION: "No action",
}
EVENT_WORDS = {
    EventKind.INCIDENT_OPENED: "Alert raised",
    EventKind.INCIDENT_CONTINUED: "Angry-looking again",
    EventKind.INCIDENT_ENDED: "No longer angry-looking",
    EventKind.INCIDENT_ACKNOWLEDGED: "Acknowledged",
    EventKind.INCIDENT_RESOLVED: "Resolved",
    EventKind.INCIDENT_UNACKNOWLEDGED: "Acknowledgement undone",
    EventKind.INCIDENT_REOPENED: "Reopened",
}
ROLE_WORDS = {
    Role.STAFF: "Staff: the dashboard and the alerts",
    Role.MANAGER: "Manager: also the incident log",
    Role.ADMIN: "Admin: everything, with cameras and users",
}


def init_app(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(time_tag=time_tag, percent=percent, duration=duration, word=word)
    app.jinja_env.globals.update(
        Role=Role, EMOTIONS=EMOTIONS, OUTCOME_WORDS=OUTCOME_WORDS, ROLE_WORDS=ROLE_WORDS, urlencode=urlencode
    )
    app.context_processor(lambda: {"person": None if g.get("amends_failed") else signed_in_user()})


def time_tag(at: datetime | None, style: str = "full") -> Markup:
    """Return a `<time>` that the page's script turns into the reader's own zone."""
    if at is None:
        return Markup("–")
    return Markup('<time datetime="{}" data-style="{}">{} UTC</time>').format(
        escape(at.isoformat()), escape(style), f"{at:%Y-%m-%d %H:%M}"
    )


def percent(score: float) -> str:
    """Return a score in [0, 1] as people read it."""
    return f"{score:.0%}".replace("%", " %")


def duration(seconds: float | None) -> str:
    """Return a duration as people read it."""
    if seconds is None:
        return "still going on"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def word(value: object) -> str:
    """Return the words for a state, an outcome, an event or an emotion."""
    for words in (STATE_WORDS, OUTCOME_WORDS, EVENT_WORDS):
        if value in words:
            return str(words[value])  # type: ignore[index]
    return EMOTION_WORDS[value].capitalize() if isinstance(value, Emotion) else str(value)
