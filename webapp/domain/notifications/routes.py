"""Who is told of an alert: from which cameras, at which hours, from which level, and who next if nobody comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.groups import is_in_group
from webapp.domain.cameras.schedule import ALWAYS, OpeningHours
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid

MAX_ROUTE_NAME = 60
MAX_STEPS = 6
MAX_RECIPIENTS = 20
MAX_AFTER_MIN = 12 * 60
_RANKS = tuple(AlertLevel)


class NoticeKind(StrEnum):
    """What a message is about. A route is for one of the first two; the others go to whom they concern."""

    ALERT = "alert"
    CAMERA_OFFLINE = "camera_offline"
    CHANNEL_FAILED = "channel_failed"
    CHANNEL_TEST = "channel_test"
    DAILY_SUMMARY = "daily_summary"
    ON_CALL_BEGAN = "on_call_began"
    CHANNEL_CONFIRM = "channel_confirm"


# Sent where the channel is off, too.
ASKED_FOR_KINDS = (NoticeKind.CHANNEL_TEST, NoticeKind.CHANNEL_CONFIRM)
ROUTED_KINDS = (NoticeKind.ALERT, NoticeKind.CAMERA_OFFLINE)


class RecipientKind(StrEnum):
    """What a recipient is."""

    ON_CALL = "on_call"
    ROLE = "role"
    PERSON = "person"
    CHANNEL = "channel"


@dataclass(frozen=True)
class Recipient:
    """Whom a step tells.

    Attributes:
        kind: what it is.
        target: the id of a schedule, person or shared channel; of a role its name: everyone who may do what it may.
    """

    kind: RecipientKind
    target: int | str

    def __post_init__(self) -> None:
        """Check that the target is one of its kind.

        Raises:
            InputInvalid: it is not.
        """
        is_role = self.kind is RecipientKind.ROLE
        if is_role and self.target not in tuple(Role):
            raise InputInvalid("Expected one of the roles %(choices)s.", choices=", ".join(Role), field="recipients")
        if not is_role and not (isinstance(self.target, int) and self.target > 0):
            raise InputInvalid("Expected whom a step tells.", field="recipients")

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {"kind": self.kind.value, "target": self.target}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Recipient":
        """Read what `as_dict` wrote."""
        return cls(RecipientKind(stored["kind"]), stored["target"])


@dataclass(frozen=True)
class Step:
    """Who is told, and when.

    Attributes:
        after_min: minutes after the alert; the step is left out where somebody has taken it by then.
        recipients: everybody that is told.
    """

    after_min: int
    recipients: tuple[Recipient, ...]

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            InputInvalid: the minutes are out of range, or nobody or too many would be told.
        """
        if not 0 <= self.after_min <= MAX_AFTER_MIN:
            raise InputInvalid(
                "Expected 0 to %(most)s minutes, got %(minutes)s.",
                most=MAX_AFTER_MIN,
                minutes=self.after_min,
                field="steps",
            )
        if not 1 <= len(self.recipients) <= MAX_RECIPIENTS:
            raise InputInvalid("Expected 1 to %(most)s recipients a step.", most=MAX_RECIPIENTS, field="recipients")

    def due_at(self, begun_at: datetime) -> datetime:
        """Return when it falls due."""
        return begun_at + timedelta(minutes=self.after_min)

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {"after_min": self.after_min, "recipients": [one.as_dict() for one in self.recipients]}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Step":
        """Read what `as_dict` wrote."""
        return cls(stored["after_min"], tuple(map(Recipient.from_dict, stored["recipients"])))


@dataclass(frozen=True)
class Route:
    """Who is told of what.

    Attributes:
        name: how an admin calls it.
        steps: who, one after another, until somebody has taken the alert or the camera is back.
        kind: of what; one of `ROUTED_KINDS`.
        camera_ids: of which cameras; with `groups` both empty it is for all, also for tests.
        groups: and of the cameras in these groups.
        hours: at which hours, on the clocks of the site; always where there are none.
        least_level: the least level of an alert; others are none of this route's.
        enabled: whether anybody is told.
        route_id: row id; 0 until stored, and of the default.
    """

    name: str
    steps: tuple[Step, ...]
    kind: NoticeKind = NoticeKind.ALERT
    camera_ids: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    hours: OpeningHours = ALWAYS
    least_level: AlertLevel = AlertLevel.LOW
    enabled: bool = True
    route_id: int = 0

    def __post_init__(self) -> None:
        """Check name and steps, and put the steps in order.

        Raises:
            InputInvalid: the name cannot be used, there are no or too many steps, or two at the same minute.
        """
        if not 0 < len(self.name.strip()) <= MAX_ROUTE_NAME or not self.name.isprintable():
            raise InputInvalid(
                "Expected a name of 1 to %(most)s characters for the route.", most=MAX_ROUTE_NAME, field="name"
            )
        minutes = [step.after_min for step in self.steps]
        if not 1 <= len(minutes) <= MAX_STEPS or len(set(minutes)) < len(minutes):
            raise InputInvalid(
                "Expected 1 to %(most)s steps, each after another number of minutes.", most=MAX_STEPS, field="steps"
            )
        if self.kind not in ROUTED_KINDS:
            raise InputInvalid("Expected a route of alerts or of cameras.", field="kind")
        object.__setattr__(self, "steps", tuple(sorted(self.steps, key=lambda step: step.after_min)))

    def takes(self, notice: "Notice", camera: Camera | None, zone: tzinfo) -> bool:
        """Return whether this route tells of something.

        Args:
            notice: what happened.
            camera: where; None for a test, or where it is gone.
            zone: the site's.
        """
        return (
            self.enabled
            and self.kind is notice.kind
            and self._is_of(notice, camera)
            and self.hours.is_open(notice.begun_at, zone)
            and _RANKS.index(notice.level) >= _RANKS.index(self.least_level)
        )

    def _is_of(self, notice: "Notice", camera: Camera | None) -> bool:
        if notice.is_test or not (self.camera_ids or self.groups):
            return True
        return notice.camera_id in self.camera_ids or (
            camera is not None and any(is_in_group(camera, group) for group in self.groups)
        )


@dataclass(frozen=True)
class Notice:
    """Something that people are told of.

    Attributes:
        event_id: of the event log, in which it began; it tells one telling from another.
        kind: what it is.
        begun_at: when.
        level: of an alert; a camera that is away is as high as it gets.
        incident_id: of an alert.
        camera_id: where; None for a test.
        about: the camera's or channel's name; of a turn on call until when it lasts, on the clocks of the site; of a
            summary its day, see `domain.notifications.summaries`.
        is_test: whether nobody needs help.
        open_alerts: how many alerts wait; filled in when it is sent, of a turn on call.
    """

    event_id: int
    kind: NoticeKind
    begun_at: datetime
    level: AlertLevel = AlertLevel.HIGH
    incident_id: int | None = None
    camera_id: int | None = None
    about: str = ""
    is_test: bool = False
    open_alerts: int = 0


def _tells(role: Role) -> tuple[Recipient, ...]:
    return (Recipient(RecipientKind.ROLE, role.value),)


DEFAULT_ROUTES = (
    Route("alerts", (Step(0, _tells(Role.STAFF)),)),
    # Most cameras that go away are back before anyone has read of it.
    Route("cameras", (Step(2, _tells(Role.ADMIN)),), NoticeKind.CAMERA_OFFLINE),
)
"""What holds for a kind of which an admin has set no route; nothing is sent before somebody has a channel."""

TO_ADMINS = Step(0, _tells(Role.ADMIN))
"""Who is told that a channel fails."""


def routes_in_force(stored: Sequence[Route]) -> Sequence[Route]:
    """Return the routes that hold: those that are set, and the default of each kind of which there is none."""
    kinds = {route.kind for route in stored}
    return [*stored, *(route for route in DEFAULT_ROUTES if route.kind not in kinds)]
