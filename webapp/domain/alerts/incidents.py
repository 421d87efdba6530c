"""An angry-looking customer as a matter that a member of staff takes on and settles."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.alerts.wording import TEST_MESSAGE, alert_message
from webapp.domain.events import Event, EventKind
from webapp.domain.vision.emotions import Emotion
from webapp.domain.vision.face_linking import BoxXYXY
from webapp.errors import IncidentConflict, PermissionDenied

# Ten seconds as the pages offer it, and one for the way to the server.
UNDO_WINDOW = timedelta(seconds=11)
# A shift and the one before it: older ones that are over are the log's, which staff may not open.
RECENT_FOR = timedelta(hours=24)
# Where a test alert says that it comes from: the word is the same in each language of the pages.
TEST_PLACE = "Test"


class IncidentState(StrEnum):
    """The state of an incident: new → acknowledged → resolved."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Outcome(StrEnum):
    """How an incident ended, in the words of the person who resolved it."""

    RECOVERED = "recovered"
    ESCALATED = "escalated"
    FALSE_ALARM = "false_alarm"
    NO_ACTION = "no_action"


@dataclass(frozen=True)
class EarlierIncident:
    """The incident of the same person that was resolved before this one.

    Attributes:
        incident_id: which; None where it is deleted.
        resolved_by: who resolved it.
        resolved_at: when (aware UTC).
    """

    incident_id: int | None
    resolved_by: str
    resolved_at: datetime


@dataclass(frozen=True)
class Incident:
    """One alert and what became of it. All times are aware UTC.

    Attributes:
        incident_id: row id; 0 until it is stored.
        camera_id: the camera that saw it.
        camera_name: the camera's name when it happened, kept when the camera is renamed or removed.
        track_id: the face, within its camera.
        emotion: what alerted.
        state: new, acknowledged or resolved.
        started_at: when the face rose above the exit threshold.
        opened_at: when the dwell time was over and the alert went out.
        ended_at: when the face was last above the exit threshold; None while it still is.
        peak_score: the highest score, in [0, 1].
        level: how far that is above the threshold.
        seen_at: when the face was last found, within two seconds; with `box_xyxy` it tells after an outage whether
            the face before the camera may be the same.
        box_xyxy: where that was, in pixels of the full frame.
        again: the same person's incident before, where that was resolved; None for all others.
        acknowledged_at: when someone took it, by that very act: whoever only resolved it did not.
        snapshot_at: when the picture was taken.
        has_clip: whether a clip of the seconds around the alert is kept.
        snapshot_face_xyxy: where the face is in the picture, as shares of its width and height; None: it is not known.
        reminders: how many reminders there were because nobody acknowledged it; a reopened one begins anew.
        reminded_at: when the last reminder was.
        escalated_at: when it went to the managers because nobody took it.
        waits_again_at: when it was last reopened without having been acknowledged; from then on it waits for help.
        resolved_for_s: seconds for which it lay resolved before it was reopened.
        is_test: whether an admin raised it to see that alerts arrive: nobody was seen, and no figure counts it.
    """

    camera_id: int | None
    camera_name: str
    track_id: int
    emotion: Emotion
    started_at: datetime
    opened_at: datetime
    peak_score: float
    incident_id: int = 0
    state: IncidentState = IncidentState.NEW
    ended_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    outcome: Outcome | None = None
    note: str = ""
    has_snapshot: bool = False
    snapshot_at: datetime | None = None
    snapshot_face_xyxy: BoxXYXY | None = None
    has_clip: bool = False
    level: AlertLevel = AlertLevel.LOW
    seen_at: datetime | None = None
    box_xyxy: BoxXYXY | None = None
    again: EarlierIncident | None = None
    reminders: int = 0
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    waits_again_at: datetime | None = None
    resolved_for_s: float = 0.0
    is_test: bool = False

    @property
    def message(self) -> str:
        """The words that staff read and hear."""
        return TEST_MESSAGE if self.is_test else alert_message(self.emotion, self.camera_name)

    def ended_unseen(self, episode: int, at: datetime) -> AlertDecision:
        """Return the end of what went on when its process died: nobody knows what came after the face's last sight."""
        ended_at, change = min(self.seen_at or at, at), AlertChange.ENDED
        peak, level = self.peak_score, self.level
        return AlertDecision(change, episode, self.track_id, self.emotion, ended_at, self.started_at, 0.0, peak, level)

    @property
    def duration_s(self) -> float | None:
        """Seconds from the first angry look to the last; None while it lasts."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None

    @property
    def waits_since_at(self) -> datetime:
        """Since when it waits, or waited, for someone to take it: nobody is blamed for the time before a reopening."""
        return self.waits_again_at or self.opened_at

    @property
    def was_never_acknowledged(self) -> bool:
        """Whether it was resolved and nobody had taken it before."""
        return self.state is IncidentState.RESOLVED and self.acknowledged_at is None

    def is_for_staff(self, now: datetime) -> bool:
        """Return whether staff see it: it is open, or was opened, ended or resolved within the last day."""
        last_at = max(at for at in (self.opened_at, self.ended_at, self.resolved_at) if at is not None)
        return self.state is not IncidentState.RESOLVED or is_recent(last_at, now)

    def acknowledge(self, by: str, at: datetime) -> "Incident":
        """Return the incident taken by one person.

        Raises:
            IncidentConflict: someone took or resolved it before; the message says who.
        """
        if self.state is not IncidentState.NEW:
            raise self._too_late(at)
        return replace(self, state=IncidentState.ACKNOWLEDGED, acknowledged_by=by, acknowledged_at=at)

    def resolve(self, by: str, at: datetime, outcome: Outcome, note: str) -> "Incident":
        """Return the resolved incident. One that nobody took was never acknowledged: nobody said to be on the way.

        Raises:
            IncidentConflict: it is resolved already.
        """
        if self.state is IncidentState.RESOLVED:
            raise self._too_late(at)
        return replace(self, state=IncidentState.RESOLVED, resolved_by=by, resolved_at=at, outcome=outcome, note=note)

    def undo(self, by: str, at: datetime) -> "Incident":
        """Return the incident as it was before this person acknowledged or resolved it a moment ago.

        Raises:
            IncidentConflict: the last act was not theirs, or it is longer ago than `UNDO_WINDOW`.
        """
        self._check_undo(by, at)
        if self.state is IncidentState.RESOLVED:
            return replace(self._unresolved(), note=self.note if self.resolved_for_s else "")
        return replace(self, state=IncidentState.NEW, acknowledged_by=None, acknowledged_at=None)

    def may_be_corrected_by(self, person: str, *, is_manager: bool) -> bool:
        """Return whether someone may say otherwise how it ended: who resolved it, and managers."""
        return self.state is IncidentState.RESOLVED and (is_manager or person == self.resolved_by)

    def correct(self, by: str, outcome: Outcome, note: str, *, is_manager: bool) -> "Incident":
        """Return the incident with another outcome or note; who resolved it, and when, stays.

        Raises:
            IncidentConflict: it is open.
            PermissionDenied: someone else resolved it, and this is no manager.
        """
        self._check_correction(by, is_manager=is_manager)
        return replace(self, outcome=outcome, note=note)

    def reopen(self, by: str, at: datetime, *, is_manager: bool) -> "Incident":
        """Return the incident open again, as it was before it was resolved.

        Whoever had acknowledged it takes care of it again. Where nobody had, it is new and waits from now on: reminders
        and escalation are counted anew, and the time for which it lay resolved counts nowhere. The note stays.

        Raises:
            IncidentConflict: it is open.
            PermissionDenied: someone else resolved it, and this is no manager.
        """
        self._check_correction(by, is_manager=is_manager)
        lay_resolved_s = (at - self.resolved_at).total_seconds() if self.resolved_at else 0.0
        return replace(
            self._unresolved(),
            reminders=0,
            reminded_at=None,
            escalated_at=None,
            waits_again_at=self.waits_again_at if self.acknowledged_at else at,
            resolved_for_s=self.resolved_for_s + max(0.0, lay_resolved_s),
        )

    def repeated(self, at: datetime) -> "Incident":
        """Return the incident with one more reminder."""
        return replace(self, reminders=self.reminders + 1, reminded_at=at)

    def escalated(self, at: datetime) -> "Incident":
        """Return the incident passed on to the managers."""
        return replace(self, escalated_at=at)

    def _unresolved(self) -> "Incident":
        state = IncidentState.ACKNOWLEDGED if self.acknowledged_at else IncidentState.NEW
        return replace(self, state=state, resolved_by=None, resolved_at=None, outcome=None)

    def _check_correction(self, by: str, *, is_manager: bool) -> None:
        if self.state is not IncidentState.RESOLVED:
            raise IncidentConflict(
                "Incident %(incident)s is open: it has no outcome that could be changed.", incident=self.incident_id
            )
        if not self.may_be_corrected_by(by, is_manager=is_manager):
            raise PermissionDenied(
                "Incident %(incident)s was resolved by %(person)s: only they and managers can change how it ended.",
                **self._first(),
            )

    def _check_undo(self, by: str, at: datetime) -> None:
        is_resolved = self.state is IncidentState.RESOLVED
        acted_by, acted_at = (
            (self.resolved_by, self.resolved_at) if is_resolved else (self.acknowledged_by, self.acknowledged_at)
        )
        if acted_at is None:
            raise IncidentConflict(
                "Incident %(incident_id)s is new: there is nothing to undo.", incident_id=self.incident_id
            )
        if acted_by != by and self.is_for_staff(at):
            raise self._not_theirs()
        if at - acted_at > UNDO_WINDOW:
            raise IncidentConflict("It can be undone for ten seconds, and they are over; nothing was changed.")

    def _too_late(self, at: datetime) -> IncidentConflict:
        if not self.is_for_staff(at):
            return IncidentConflict(
                "Incident %(incident)s was already resolved; nothing was changed.", incident=self.incident_id
            )
        if self.state is IncidentState.RESOLVED:
            return IncidentConflict(
                "Incident %(incident)s was already resolved by %(person)s; nothing was changed.", **self._first()
            )
        return IncidentConflict(
            "Incident %(incident)s was already acknowledged by %(person)s; nothing was changed.", **self._first()
        )

    def _not_theirs(self) -> IncidentConflict:
        if self.state is IncidentState.RESOLVED:
            return IncidentConflict(
                "Incident %(incident)s was already resolved by %(person)s; only they can undo it.", **self._first()
            )
        return IncidentConflict(
            "Incident %(incident)s was already acknowledged by %(person)s; only they can undo it.", **self._first()
        )

    def _first(self) -> dict[str, str | int]:
        person = self.resolved_by if self.state is IncidentState.RESOLVED else self.acknowledged_by
        return {"incident": self.incident_id, "person": str(person)}


def alert_of_test(at: datetime) -> Incident:
    """Return an alert that is raised to see that alerts arrive; no camera saw anybody, so it is over at once."""
    return Incident(None, TEST_PLACE, 0, Emotion.ANGRY, at, at, 0.0, ended_at=at, is_test=True)


def is_recent(at: datetime, now: datetime) -> bool:
    """Return whether something was so short a time ago that staff are still shown it."""
    return now - at < RECENT_FOR


def is_for_dashboards(event: Event) -> bool:
    """Return whether staff are told of an event: a correction of what was resolved longer ago is the log's alone."""
    if event.kind is not EventKind.INCIDENT_CORRECTED:
        return True
    return is_recent(datetime.fromisoformat(event.payload["resolved_at"]), event.at)
