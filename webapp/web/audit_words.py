"""How the audit trail reads."""

from collections.abc import Mapping
from typing import Any

from webapp.domain.audit import AuditTopic
from webapp.domain.events import Event, EventKind

TOPIC_WORDS = {
    AuditTopic.SIGNING_IN: "Signing in and out",
    AuditTopic.LOOKING: "Looking and exporting",
    AuditTopic.ALERTS: "Alerts",
    AuditTopic.PEOPLE: "People and tokens",
    AuditTopic.CAMERAS: "Cameras and rules",
    AuditTopic.SYSTEM: "Settings and system",
}
_LABELS = {
    "user": "person",
    "must_change_password": "has to choose a password",
    "incident_id": "incident",
    "opened_at": "raised",
    "camera_id": "camera number",
    "user_id": "person number",
}
# Of an incident's events these say enough: the incident itself is one click away.
_OF_INCIDENT = ("camera", "outcome", "note")
_MOST_VALUE = 120


def kind_words(kind: EventKind) -> str:
    """Return an event's name as people read it."""
    return kind.value.replace("_", " ").capitalize()


def details(event: Event) -> str:
    """Return what else is known of an event, in one line."""
    shown = event.payload
    if event.kind.value.startswith("incident_"):
        shown = {name: event.payload.get(name) for name in _OF_INCIDENT}
    return ", ".join(f"{_LABELS.get(name, name)}: {_value(value)}" for name, value in shown.items() if _says(value))


def _says(value: object) -> bool:
    return value not in (None, "", False, {}, [])


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_value(inner)}" for name, inner in value.items())
    return "yes" if value is True else str(value)[:_MOST_VALUE]
