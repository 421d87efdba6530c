"""Alerts that one machine could not store before another one took the camera: which of them only the first has seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.services.alerts.pending_decisions import PendingDecision
from webapp.services.ports import IncidentFilter, ReadUnitOfWork

# Time for the other machine to call the camera, to find the face and to wait for the dwell.
_OTHERS_TIME = timedelta(seconds=15)


@dataclass(frozen=True)
class LostAlert:
    """An alert of which nothing was stored.

    Attributes:
        decisions: from its opening to its end.
        taken_at: since when the other machine watches the camera.
        was_over: whether it had ended by then.
    """

    decisions: tuple[PendingDecision, ...]
    taken_at: datetime
    was_over: bool

    def is_due(self, now: datetime) -> bool:
        """Return whether it can be said by now whose alert it is."""
        return self.was_over or now >= self.taken_at + _OTHERS_TIME


def lost_alerts(waiting: Sequence[PendingDecision], taken_at: datetime) -> list[LostAlert]:
    """Return the alerts of one camera of which nothing is stored, and which were raised before it was taken.

    Args:
        waiting: decisions on the camera, oldest first.
        taken_at: since when another machine watches it.
    """
    opened = [one for one in waiting if one.decision.change is AlertChange.OPENED and one.decision.at < taken_at]
    return [_lost(one, [other for other in waiting if other.key == one.key], taken_at) for one in opened]


def is_raised_by_other(work: ReadUnitOfWork, lost: LostAlert) -> bool:
    """Return whether the other machine has raised an alert that may be of the same person."""
    if lost.was_over:
        return False
    camera_id = lost.decisions[0].camera.camera_id
    window = IncidentFilter(camera_id, opened_from=lost.taken_at, opened_before=lost.taken_at + _OTHERS_TIME)
    return bool(work.incidents.search(window, limit=1))


def was_lost(waiting: PendingDecision) -> bool:
    """Return whether a decision comes from a lost alert: an answer from the database may have been lost with it."""
    return waiting.decision.episode < 0


def _lost(opened: PendingDecision, episode: Iterable[PendingDecision], taken_at: datetime) -> LostAlert:
    before = [one for one in episode if one.decision.at <= taken_at]
    was_over = before[-1].decision.change is AlertChange.ENDED
    if not was_over:
        before.append(PendingDecision(opened.camera, _ended(before[-1].decision, taken_at), None))
    return LostAlert(tuple(_renamed(one) for one in before), taken_at, was_over)


def _ended(last: AlertDecision, at: datetime) -> AlertDecision:
    return replace(last, change=AlertChange.ENDED, at=min(last.seen_at or at, at), picture_face_xyxy=None)


def _renamed(one: PendingDecision) -> PendingDecision:
    """Return a decision under a number that no later episode of the camera on this machine has."""
    return replace(one, decision=replace(one.decision, episode=-one.decision.episode, again=None))
