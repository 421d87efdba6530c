"""What of the event log a person looks for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.domain.events import EventKind


class AuditTopic(StrEnum):
    """What an event is about; each belongs to one."""

    SIGNING_IN = "signing_in"
    LOOKING = "looking"
    ALERTS = "alerts"
    PEOPLE = "people"
    CAMERAS = "cameras"
    SYSTEM = "system"


_SIGNING_IN = {
    EventKind.SIGNED_IN,
    EventKind.SIGNED_OUT,
    EventKind.SIGN_IN_FAILED,
    EventKind.REQUEST_REFUSED,
    EventKind.SESSION_REVOKED,
    EventKind.PASSWORD_CHANGED,
    EventKind.PASSWORD_RESET_SENT,
    EventKind.PASSWORD_RESET_BY_MAIL,
    EventKind.SECOND_FACTOR_ADDED,
    EventKind.SECOND_FACTOR_REMOVED,
    EventKind.SECOND_FACTOR_REFUSED,
    EventKind.PASSKEY_ADDED,
    EventKind.PASSKEY_REMOVED,
    EventKind.PASSKEY_REFUSED,
    EventKind.RECOVERY_CODES_RENEWED,
    EventKind.RECOVERY_CODE_USED,
    EventKind.SINGLE_SIGN_ON_CHANGED,
    EventKind.SINGLE_SIGN_ON_LINKED,
    EventKind.SINGLE_SIGN_ON_FAILED,
}
_LOOKING = {
    EventKind.PICTURE_VIEWED,
    EventKind.CLIP_VIEWED,
    EventKind.LIVE_VIEWED,
    EventKind.SITE_PICTURE_VIEWED,
    EventKind.PHOTO_TESTED,
    EventKind.LOG_EXPORTED,
    EventKind.VISITOR_DATA_EXPORTED,
    EventKind.COMPLIANCE_EXPORTED,
}
_BEGINNINGS = {
    "incident_": AuditTopic.ALERTS,
    "user_": AuditTopic.PEOPLE,
    "invitation_": AuditTopic.PEOPLE,
    "token_": AuditTopic.PEOPLE,
    "camera_": AuditTopic.CAMERAS,
    "kiosk_": AuditTopic.CAMERAS,
    "wall_screen_": AuditTopic.CAMERAS,
    "site_token_": AuditTopic.PEOPLE,
    "site_access_": AuditTopic.PEOPLE,
    "rule_": AuditTopic.CAMERAS,
}


def topic_of(kind: EventKind) -> AuditTopic:
    """Return what an event is about."""
    if kind in _SIGNING_IN:
        return AuditTopic.SIGNING_IN
    if kind in _LOOKING:
        return AuditTopic.LOOKING
    return next((topic for begin, topic in _BEGINNINGS.items() if kind.value.startswith(begin)), AuditTopic.SYSTEM)


NOT_TOLD = frozenset({EventKind.INCIDENT_PEAKED, EventKind.INCIDENT_CLIPPED})
"""What the trail leaves out: that a picture or a clip was taken is nobody's act, and comes with every alert."""

ROUTINE = frozenset(
    {
        EventKind.INCIDENT_OPENED,
        EventKind.INCIDENT_CONTINUED,
        EventKind.INCIDENT_ENDED,
        EventKind.INCIDENT_REPEATED,
        EventKind.INCIDENT_ESCALATED,
        EventKind.CAMERA_STATE_CHANGED,
    }
)
"""What comes many times a day where nobody did it: the incident log and each camera's page tell it better."""


@dataclass(frozen=True)
class AuditFilter:
    """Which events a list shows; None and an empty text show all.

    Attributes:
        text: words to be found in name, kind or details, without regard to case.
        topic: what it is about.
        actor: who did it.
        after: the earliest time.
        before: the time at which it ends, exclusive.
        without_routine: whether what is in `ROUTINE`, and nobody's act, is left out.
        only: these kinds alone; all of them where there are none.
    """

    text: str = ""
    topic: AuditTopic | None = None
    actor: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    without_routine: bool = False
    only: frozenset[EventKind] = frozenset()

    def kinds(self) -> frozenset[EventKind] | None:
        """Return the events of the topic, and of these kinds; None for all."""
        if not self.topic:
            return self.only or None
        of_topic = frozenset(kind for kind in EventKind if topic_of(kind) is self.topic)
        return of_topic & self.only if self.only else of_topic
