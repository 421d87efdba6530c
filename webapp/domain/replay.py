"""What would have alerted: stored scores played through the same `AlertPolicy` as live ones, at another threshold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webapp.domain.alerting import AlertChange, AlertPolicy, AlertRule
from webapp.domain.scores import TrackScores
from webapp.domain.tracks import PersonTrack

# Two moments further apart than this have nobody between them.
_GAP = timedelta(seconds=2)
_NO_BOX = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class ReplayStep:
    """The faces of one camera at one moment; no faces where a stretch with faces is over."""

    at: datetime
    tracks: tuple[PersonTrack, ...]


@dataclass(frozen=True)
class ReplayedAlert:
    """An alert as it would have been.

    Attributes:
        started_at: when the face rose above the enter threshold.
        opened_at: when the alert would have gone out.
        ended_at: when it was last above the exit threshold.
    """

    started_at: datetime
    opened_at: datetime
    ended_at: datetime


def replay_steps(stretches: Iterable[TrackScores], rule: AlertRule, lowest: float) -> list[ReplayStep]:
    """Put what a camera saw in order of time, without what can change nothing.

    Args:
        stretches: of one camera.
        rule: its emotions are what counts.
        lowest: no step is needed at which every face scores below this; the first of each run of such steps is kept,
            for there the episodes end. At most the exit threshold of any rule that is replayed.
    """
    moments: dict[datetime, list[PersonTrack]] = {}
    for stretch in stretches:
        for moment in stretch.moments:
            track = PersonTrack(
                stretch.track_id, _NO_BOX, moment.at, moment.at, smoothed=moment.scores, read_count=rule.min_reads
            )
            moments.setdefault(moment.at, []).append(track)
    steps = _with_gaps([ReplayStep(at, tuple(moments[at])) for at in sorted(moments)])
    return _without_calm(steps, rule, lowest)


def replay(steps: Sequence[ReplayStep], rule: AlertRule) -> list[ReplayedAlert]:
    """Return what would have alerted under a rule, oldest first."""
    policy, alerts = AlertPolicy(rule), dict[int, ReplayedAlert]()
    for step in steps:
        for decision in policy.observe(step.tracks, step.at):
            if decision.change is AlertChange.OPENED:
                alerts[decision.episode] = ReplayedAlert(decision.started_at, decision.at, decision.at)
            else:
                alerts[decision.episode] = replace(alerts[decision.episode], ended_at=decision.at)
    if steps:
        for decision in policy.end_all(steps[-1].at):
            alerts[decision.episode] = replace(alerts[decision.episode], ended_at=decision.at)
    return list(alerts.values())


def at_threshold(rule: AlertRule, enter_threshold: float) -> AlertRule:
    """Return the rule with another enter threshold; the exit threshold follows where it has to."""
    exit_threshold = min(rule.exit_threshold, enter_threshold)
    return replace(rule, enter_threshold=enter_threshold, exit_threshold=exit_threshold)


def _with_gaps(steps: Sequence[ReplayStep]) -> list[ReplayStep]:
    """Add an empty step where nobody was there, so that what was open ends."""
    filled: list[ReplayStep] = []
    for step in steps:
        if filled and step.at - filled[-1].at > _GAP:
            filled.append(ReplayStep(filled[-1].at + _GAP, ()))
        filled.append(step)
    return filled


def _without_calm(steps: Iterable[ReplayStep], rule: AlertRule, lowest: float) -> list[ReplayStep]:
    kept: list[ReplayStep] = []
    was_calm = False
    for step in steps:
        is_calm = all((rule.score(track) or 0.0) < lowest for track in step.tracks)
        if not (is_calm and was_calm):
            kept.append(step)
        was_calm = is_calm
    return kept
