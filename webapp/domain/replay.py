"""What would have alerted: stored scores played through the same `AlertPolicy` as live ones, at another threshold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from webapp.domain.alerting import AlertChange, AlertDecision, AlertPolicy, AlertRule
from webapp.domain.emotions import EMOTIONS, EmotionScores
from webapp.domain.scores import TrackScores
from webapp.domain.tracks import PersonTrack

# Two moments further apart than this have nobody between them.
_GAP = timedelta(seconds=2)
_NO_BOX = (0.0, 0.0, 0.0, 0.0)
_ROUNDING = 1e-9
_Face: TypeAlias = tuple[int, EmotionScores]
_View: TypeAlias = tuple[datetime, list[_Face]]


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
        peak_score: the highest smoothed score, in [0, 1].
    """

    started_at: datetime
    opened_at: datetime
    ended_at: datetime
    peak_score: float = 0.0


def replay_steps(stretches: Iterable[TrackScores], rule: AlertRule, lowest: float) -> list[ReplayStep]:
    """Put what a camera saw in order of time, without what can change nothing.

    Args:
        stretches: of one camera, by the time at which they began; taken one by one.
        rule: its emotions are what counts.
        lowest: no step is needed at which every face scores below this; the first of each run of such steps is kept,
            for there the episodes end. At most the exit threshold of any rule that is replayed.
    """
    views = _without_calm(_with_gaps(_by_moment(stretches)), rule, lowest)
    return [ReplayStep(at, tuple(_track(at, *face, rule) for face in faces)) for at, faces in views]


def replay(steps: Sequence[ReplayStep], rule: AlertRule) -> list[ReplayedAlert]:
    """Return what would have alerted under a rule, oldest first."""
    policy, alerts = AlertPolicy(rule), dict[int, ReplayedAlert]()
    for step in steps:
        for decision in policy.observe(step.tracks, step.at):
            _note(alerts, decision)
    if steps:
        for decision in policy.end_all(steps[-1].at):
            _note(alerts, decision)
    return list(alerts.values())


def _note(alerts: dict[int, ReplayedAlert], decision: AlertDecision) -> None:
    if decision.change is AlertChange.OPENED:
        alerts[decision.episode] = ReplayedAlert(decision.started_at, decision.at, decision.at, decision.peak_score)
        return
    peak_score = max(alerts[decision.episode].peak_score, decision.peak_score)
    alerts[decision.episode] = replace(alerts[decision.episode], ended_at=decision.at, peak_score=peak_score)


def at_threshold(rule: AlertRule, enter_threshold: float) -> AlertRule:
    """Return the rule with another enter threshold; the exit threshold follows where it has to."""
    exit_threshold = min(rule.exit_threshold, enter_threshold)
    return replace(rule, enter_threshold=enter_threshold, exit_threshold=exit_threshold)


def _track(at: datetime, track_id: int, scores: EmotionScores, rule: AlertRule) -> PersonTrack:
    return PersonTrack(track_id, _NO_BOX, at, at, smoothed=scores, read_count=rule.min_reads)


def _by_moment(stretches: Iterable[TrackScores]) -> Iterator[_View]:
    """Yield the faces of each moment as soon as no later stretch can add to it."""
    waiting: dict[datetime, list[_Face]] = {}
    for stretch in stretches:
        begin = stretch.moments[0].at
        for at in sorted(at for at in waiting if at < begin):
            yield at, waiting.pop(at)
        for moment in stretch.moments:
            waiting.setdefault(moment.at, []).append((stretch.track_id, moment.scores))
    yield from sorted(waiting.items(), key=lambda view: view[0])


def _with_gaps(views: Iterable[_View]) -> Iterator[_View]:
    """Add an empty view where nobody was there, so that what was open ends."""
    last_at: datetime | None = None
    for at, faces in views:
        if last_at and at - last_at > _GAP:
            yield last_at + _GAP, []
        yield at, faces
        last_at = at


def _without_calm(views: Iterable[_View], rule: AlertRule, lowest: float) -> Iterator[_View]:
    # By index and not by name: this is done a hundred thousand times.
    indices = [EMOTIONS.index(emotion) for emotion in rule.emotions]
    was_calm = False
    for at, faces in views:
        is_calm = all(sum(scores.probabilities[i] for i in indices) < lowest - _ROUNDING for _, scores in faces)
        if not (is_calm and was_calm):
            yield at, faces
        was_calm = is_calm
