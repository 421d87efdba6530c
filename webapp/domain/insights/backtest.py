"""What would have alerted: stored scores played through the same `AlertPolicy` as live ones, at another threshold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import groupby

from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.insights.scores import TrackMoment, TrackScores
from webapp.domain.vision.face_linking import TrackLink
from webapp.domain.vision.tracks import PersonTrack

# A stretch that begins longer than this after another of the same track is another face: ids count again with each
# process.
_GAP = timedelta(seconds=2)
_NO_BOX = (0.0, 0.0, 0.0, 0.0)
_ROUNDING = 1e-9


@dataclass(frozen=True)
class BacktestStep:
    """The faces of one camera at one moment."""

    at: datetime
    tracks: tuple[PersonTrack, ...]


@dataclass(frozen=True)
class BacktestAlert:
    """An alert as it would have been.

    Attributes:
        started_at: when the face rose above the exit threshold.
        opened_at: when the alert would have gone out.
        ended_at: when it was last above the exit threshold.
        peak_score: the highest smoothed score, in [0, 1].
    """

    started_at: datetime
    opened_at: datetime
    ended_at: datetime
    peak_score: float = 0.0


def backtest_steps(stretches: Iterable[TrackScores], rule: AlertRule, lowest: float) -> list[BacktestStep]:
    """Put what a camera saw in order of time, without what can change nothing.

    Args:
        stretches: of one camera, by the time at which they began; taken one by one.
        rule: its emotions are what counts.
        lowest: no moment of a face is needed at which it scores below this; the first of each run of such moments is
            kept, for there an episode ends. At most the exit threshold of any rule that is backtested.
    """
    return list(_steps(_events(stretches, _Faces(rule, lowest))))


def _events(stretches: Iterable[TrackScores], faces: "_Faces") -> Iterator[tuple[datetime, int, PersonTrack | None]]:
    for stretch in stretches:
        yield from faces.until(stretch.moments[0].at)
        faces.add(stretch)
    yield from faces.until(None)


def backtest(steps: Sequence[BacktestStep], rule: AlertRule) -> list[BacktestAlert]:
    """Return what would have alerted under a rule, oldest first."""
    policy, alerts = AlertPolicy(rule), dict[int, BacktestAlert]()
    for step in steps:
        for decision in policy.observe(step.tracks, step.at):
            _note(alerts, decision)
    if steps:
        for decision in policy.end_all(steps[-1].at):
            _note(alerts, decision)
    return list(alerts.values())


def _note(alerts: dict[int, BacktestAlert], decision: AlertDecision) -> None:
    if decision.change is AlertChange.OPENED:
        alerts[decision.episode] = BacktestAlert(decision.started_at, decision.at, decision.at, decision.peak_score)
        return
    peak_score = max(alerts[decision.episode].peak_score, decision.peak_score)
    alerts[decision.episode] = replace(alerts[decision.episode], ended_at=decision.at, peak_score=peak_score)


def at_threshold(rule: AlertRule, enter_threshold: float) -> AlertRule:
    """Return the rule with another enter threshold; the exit threshold follows where it has to."""
    exit_threshold = min(rule.exit_threshold, enter_threshold)
    return replace(rule, enter_threshold=enter_threshold, exit_threshold=exit_threshold)


class _Faces:
    """Puts the stretches of a camera in order of time, sample by sample, and knows when each face is gone.

    A stretch says nothing after its last moment; its face is gone then, unless the next stretch of the same track
    follows within `_GAP`. So nothing is reported before that time has passed.
    """

    def __init__(self, rule: AlertRule, lowest: float) -> None:
        self._rule, self._lowest = rule, lowest - _ROUNDING
        self._waiting: list[tuple[datetime, int, int, PersonTrack | None]] = []
        self._ends: dict[int, tuple[datetime, int]] = {}
        self._continued: set[int] = set()
        self._was_calm: dict[int, bool] = {}
        self._count = 0

    def add(self, stretch: TrackScores) -> None:
        track_id, begin = stretch.track_id, stretch.moments[0].at
        ended_at, number = self._ends.get(track_id, (begin, 0))
        if number and begin - ended_at <= _GAP:
            self._continued.add(number)
        else:
            self._was_calm.pop(track_id, None)
        for track in self._kept(stretch):
            self._push(track.last_seen_at, track_id, track)
        last_at = stretch.moments[-1].at
        self._ends[track_id] = (last_at, self._push(last_at, track_id, None))

    def until(self, at: datetime | None) -> Iterator[tuple[datetime, int, PersonTrack | None]]:
        """Yield what is known to have happened before a moment: (when, track id, its face, or None when it is gone)."""
        while self._waiting and (at is None or self._waiting[0][0] < at - _GAP):
            moment, number, track_id, track = heappop(self._waiting)
            if number in self._continued:
                self._continued.discard(number)
            else:
                yield moment, track_id, track

    def _push(self, at: datetime, track_id: int, track: PersonTrack | None) -> int:
        self._count += 1
        # What is gone at a moment was still there at it: the number keeps the order.
        heappush(self._waiting, (at, self._count, track_id, track))
        return self._count

    def _kept(self, stretch: TrackScores) -> Iterator[PersonTrack]:
        """Leave out calm moments that follow calm ones: nothing can change at them."""
        link = None if stretch.link_id is None else TrackLink(stretch.link_id, 0.0, 0.0, 1.0, None)
        for moment in stretch.moments:
            is_calm = self._rule.score_of(moment.scores) < self._lowest
            if not (is_calm and self._was_calm.get(stretch.track_id, link is None)):
                yield _track(stretch.track_id, moment, link, self._rule)
            self._was_calm[stretch.track_id] = is_calm


def _track(track_id: int, moment: TrackMoment, link: TrackLink | None, rule: AlertRule) -> PersonTrack:
    at = moment.at
    return PersonTrack(track_id, _NO_BOX, at, at, smoothed=moment.scores, read_count=rule.min_reads, link=link)


def _steps(events: Iterable[tuple[datetime, int, PersonTrack | None]]) -> Iterator[BacktestStep]:
    """Turn what happened to single faces into all faces at each moment; a face is as it was last seen until it goes."""
    faces: dict[int, PersonTrack] = {}
    for at, group in groupby(events, key=lambda event: event[0]):
        gone = []
        for _, track_id, track in group:
            if track is None:
                gone.append(track_id)
            else:
                faces[track_id] = track
        if len(gone) < len(faces) or any(track_id in faces for track_id in gone):
            yield BacktestStep(at, tuple(faces.values()))
        for track_id in gone:
            faces.pop(track_id, None)
