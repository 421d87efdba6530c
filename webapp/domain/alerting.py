"""When a face that looks angry becomes an alert: hysteresis, dwell and cooldown, decided per camera.

Time is passed in, nothing is read or written: the same policy runs on live cameras and on recordings.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.emotions import Emotion
from webapp.domain.tracks import PersonTrack


@dataclass(frozen=True)
class AlertRule:
    """What counts as an alert on one camera.

    Attributes:
        emotions: the emotions that alert; their smoothed probabilities are added.
        enter_threshold: score in [0, 1] above which a face starts to count; raising it gives fewer and later alerts.
        exit_threshold: score below which the episode ends; at most `enter_threshold`.
        dwell_s: seconds above `enter_threshold` before an incident opens; raising it ignores short scowls.
        cooldown_s: seconds after an episode in which the same person, or a person who appears after that one was
            lost from sight, continues the same incident instead of opening another.
        min_reads: classified views that a track needs before it can alert.
    """

    emotions: frozenset[Emotion] = frozenset({Emotion.ANGRY})
    enter_threshold: float = 0.5
    exit_threshold: float = 0.35
    dwell_s: float = 1.5
    cooldown_s: float = 30.0
    min_reads: int = 3

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ValueError: a value is out of range.
        """
        if not 0.0 < self.exit_threshold <= self.enter_threshold < 1.0:
            got = f"{self.exit_threshold} and {self.enter_threshold}"
            raise ValueError(f"expected 0 < exit threshold <= enter threshold < 1, got {got}")
        if self.dwell_s < 0 or self.cooldown_s < 0:
            raise ValueError(f"expected dwell and cooldown of at least 0 s, got {self.dwell_s} and {self.cooldown_s}")
        if not self.emotions:
            raise ValueError("expected at least one alerting emotion, got none; disable the camera to stop its alerts")

    def score(self, track: PersonTrack) -> float | None:
        """Return the track's alerting score in [0, 1], or None while the track abstains."""
        if track.smoothed is None or track.read_count < self.min_reads:
            return None
        return sum(track.smoothed.of(emotion) for emotion in self.emotions)

    def leading_emotion(self, track: PersonTrack) -> Emotion:
        """Return the alerting emotion that weighs most in the track's score."""
        smoothed = track.smoothed
        return max(sorted(self.emotions), key=lambda emotion: smoothed.of(emotion) if smoothed else 0.0)


class AlertChange(StrEnum):
    """What happens to an incident."""

    OPENED = "opened"
    CONTINUED = "continued"
    PEAKED = "peaked"
    ENDED = "ended"


@dataclass(frozen=True)
class AlertDecision:
    """One thing to be done about one incident.

    Attributes:
        change: what happens.
        episode: counts the incidents of this policy from 1; the same for all decisions on one incident.
        track_id: the face that caused it.
        emotion: the alerting emotion that weighed most when the episode began.
        at: when it was decided (aware UTC); for ENDED, when the face was last above the exit threshold.
        started_at: when the face first rose above the enter threshold.
        score: the score now.
        peak_score: the highest score of the episode so far.
    """

    change: AlertChange
    episode: int
    track_id: int
    emotion: Emotion
    at: datetime
    started_at: datetime
    score: float
    peak_score: float


_NOBODY = 0  # Tracks count from 1: the face of a resumed episode is not known any more.


@dataclass(frozen=True)
class _Episode:
    number: int
    track_id: int
    emotion: Emotion
    started_at: datetime
    last_above_at: datetime
    peak_score: float
    told_peak: float
    ended_at: datetime | None = None


@dataclass
class AlertPolicy:
    """The alert state of one camera; `observe` is called once per analysed frame.

    Attributes:
        rule: what counts; may be replaced at any time.
        snoozed_until: until then (aware UTC) no episode begins or goes on anew; those that are open are followed to
            their end. A face that is still there afterwards has to be above the threshold for the whole dwell time.
        peak_step: a peak is told when it is this much higher than the one told before; the end tells the exact one.
    """

    rule: AlertRule
    peak_step: float = 0.05
    snoozed_until: datetime | None = None
    _rising_since: dict[int, datetime] = field(default_factory=dict)
    _episodes: list[_Episode] = field(default_factory=list)
    _alive_ids: frozenset[int] = frozenset()
    _count: int = 0

    def open_track_ids(self) -> frozenset[int]:
        """Return the tracks with an episode that has not ended."""
        return frozenset(e.track_id for e in self._episodes if e.ended_at is None)

    def resume(self, emotion: Emotion, started_at: datetime, ended_at: datetime, peak_score: float) -> int:
        """Take up an episode of an earlier process as ended, so that it can be continued within the cooldown.

        Returns:
            The episode's number in this policy.
        """
        self._count += 1
        self._put(_Episode(self._count, _NOBODY, emotion, started_at, ended_at, peak_score, peak_score, ended_at))
        return self._count

    def observe(self, tracks: Iterable[PersonTrack], at: datetime) -> list[AlertDecision]:
        """Look at all tracks that are alive at one moment.

        Args:
            tracks: every living track of the camera, also those not found in this very frame.
            at: the frame's time; must not go back.

        Returns:
            What has to be done, in order; mostly nothing.
        """
        alive = {track.track_id: track for track in tracks}
        self._alive_ids = frozenset(alive)
        self._forget(at)
        decisions = self._end_lost()
        for track in alive.values():
            score = self.rule.score(track)
            if score is not None:
                decisions += self._follow(track, score, at)
        return decisions

    def end_all(self, at: datetime) -> list[AlertDecision]:
        """End every open episode, as when the camera goes away or the recording is over."""
        return self.observe((), at)

    def _end_lost(self) -> list[AlertDecision]:
        lost = [e for e in self._episodes if e.ended_at is None and e.track_id not in self._alive_ids]
        return [self._end(episode) for episode in lost]

    def _follow(self, track: PersonTrack, score: float, at: datetime) -> list[AlertDecision]:
        track_id = track.track_id
        episode = next((e for e in self._episodes if e.ended_at is None and e.track_id == track_id), None)
        if episode is not None:
            return self._follow_open(episode, score, at)
        if score <= self.rule.enter_threshold or self._is_snoozed(at):
            self._rising_since.pop(track_id, None)
            return []
        since = self._rising_since.setdefault(track_id, at)
        if (at - since).total_seconds() < self.rule.dwell_s:
            return []
        return [self._enter(track, score, since, at)]

    def _is_snoozed(self, at: datetime) -> bool:
        return self.snoozed_until is not None and at < self.snoozed_until

    def _follow_open(self, episode: _Episode, score: float, at: datetime) -> list[AlertDecision]:
        if score < self.rule.exit_threshold:
            return [self._end(episode)]
        followed = replace(episode, last_above_at=at, peak_score=max(score, episode.peak_score))
        if score < episode.told_peak + self.peak_step:
            self._put(followed)
            return []
        self._put(replace(followed, told_peak=score))
        return [_decision(AlertChange.PEAKED, followed, at, score)]

    def _enter(self, track: PersonTrack, score: float, since: datetime, at: datetime) -> AlertDecision:
        track_id = track.track_id
        self._rising_since.pop(track_id, None)
        earlier = self._continuable(track_id)
        if earlier is not None:
            peak = max(score, earlier.peak_score)
            episode = replace(
                earlier, track_id=track_id, last_above_at=at, ended_at=None, peak_score=peak, told_peak=peak
            )
            self._put(episode)
            return _decision(AlertChange.CONTINUED, episode, at, score)
        self._count += 1
        episode = _Episode(self._count, track_id, self.rule.leading_emotion(track), since, at, score, score)
        self._put(episode)
        return _decision(AlertChange.OPENED, episode, at, score)

    def _continuable(self, track_id: int) -> _Episode | None:
        """Find the ended episode that this face goes on with: its own, or that of a face lost from sight."""
        ended = [e for e in self._episodes if e.ended_at is not None]
        own = [e for e in ended if e.track_id == track_id]
        lost = [e for e in ended if e.track_id not in self._alive_ids]
        candidates = own or lost
        return candidates[-1] if candidates else None

    def _end(self, episode: _Episode) -> AlertDecision:
        ended = replace(episode, ended_at=episode.last_above_at)
        self._put(ended)
        return _decision(AlertChange.ENDED, ended, episode.last_above_at, 0.0)

    def _put(self, episode: _Episode) -> None:
        """Store an episode as the most recent one."""
        self._episodes = [e for e in self._episodes if e.number != episode.number] + [episode]

    def _forget(self, at: datetime) -> None:
        """Drop what can no longer matter, so that a year of visitors does not fill the memory."""
        oldest = at - timedelta(seconds=self.rule.cooldown_s)
        self._episodes = [e for e in self._episodes if e.ended_at is None or e.ended_at >= oldest]
        self._rising_since = {t: since for t, since in self._rising_since.items() if t in self._alive_ids}


def _decision(change: AlertChange, episode: _Episode, at: datetime, score: float) -> AlertDecision:
    return AlertDecision(
        change=change,
        episode=episode.number,
        track_id=episode.track_id,
        emotion=episode.emotion,
        at=at,
        started_at=episode.started_at,
        score=score,
        peak_score=episode.peak_score,
    )
