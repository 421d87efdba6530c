"""Collects the scores of faces over time while the cameras are watched; only memory is touched here."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.insights.scores import IncidentScores, ScoreMoment, TrackMoment, TrackScores, decision_time, is_close
from webapp.domain.vision.tracks import PersonTrack

# A little under the interval: otherwise a camera at three times the rate would be sampled every fourth frame.
_TRACK_STEP = timedelta(seconds=0.5 * 0.95)
_SCORE_STEP = timedelta(seconds=0.25 * 0.95)
# Stretches are handed over while the face is still there: who tries a rule sees the last seconds, too.
_TRACK_STRETCH = timedelta(seconds=10)
_SCORE_STRETCH = timedelta(seconds=10)
_MOMENTS_BEFORE_OPENING = 40

Scores: TypeAlias = TrackScores | IncidentScores


@dataclass
class ScoreRecorder:
    """Two moments a second of every readable face and every frame of one that may come near an alert; four a second of
    the score of an alert and of what led to it.

    Attributes:
        incident_of: (camera id, episode of its policy) → the incident's id, or None while it is not stored.
    """

    incident_of: Callable[[int, int], int | None]
    _cameras: dict[int, "_CameraScores"] = field(default_factory=dict)
    _finished: list[Scores] = field(default_factory=list)

    def observe(
        self, camera_id: int, rule: AlertRule, tracks: Sequence[PersonTrack], decisions: Iterable[AlertDecision],
        at: datetime,
    ) -> None:  # fmt: skip
        """Take in one analysed frame.

        Args:
            camera_id: whose.
            rule: what alerts there.
            tracks: the living faces, also those not found in this very frame.
            decisions: what the camera's policy decided on the frame.
            at: the frame's time.
        """
        camera = self._cameras.setdefault(camera_id, _CameraScores(camera_id))
        camera.observe(rule, tracks, decisions, decision_time(at))
        self._collect(camera)

    def leave(self, camera_id: int) -> None:
        """Finish what was begun on a camera: its next policy counts its episodes again."""
        camera = self._cameras.pop(camera_id, None)
        if camera:
            camera.finish_all()
            self._collect(camera)

    def forget(self, camera_id: int) -> None:
        """Drop what was begun on a camera."""
        self._cameras.pop(camera_id, None)

    def take(self) -> list[Scores]:
        """Hand over what is finished."""
        taken, self._finished = self._finished, []
        return taken

    def _collect(self, camera: "_CameraScores") -> None:
        self._finished += camera.tracks
        camera.tracks = []
        waiting = []
        for episode, moments in camera.episodes:
            incident_id = self.incident_of(camera.camera_id, episode)
            if incident_id is None:
                waiting.append((episode, moments))
            else:
                self._finished.append(IncidentScores(incident_id, moments))
        camera.episodes = waiting[-_MOMENTS_BEFORE_OPENING:]


@dataclass
class _Episode:
    """An open alert: whose face it is, and what was not handed over yet."""

    track_id: int
    moments: list[ScoreMoment]


@dataclass
class _CameraScores:
    """What is being collected on one camera; `tracks` and `episodes` are finished stretches."""

    camera_id: int
    tracks: list[TrackScores] = field(default_factory=list)
    episodes: list[tuple[int, tuple[ScoreMoment, ...]]] = field(default_factory=list)
    _stretches: dict[int, list[TrackMoment]] = field(default_factory=dict)
    _links: dict[int, int | None] = field(default_factory=dict)
    _recent: dict[int, deque[ScoreMoment]] = field(default_factory=dict)
    _open: dict[int, _Episode] = field(default_factory=dict)
    _track_sampled_at: datetime | None = None
    _score_sampled_at: datetime | None = None

    def observe(
        self, rule: AlertRule, tracks: Sequence[PersonTrack], decisions: Iterable[AlertDecision], at: datetime
    ) -> None:
        readable = {track.track_id: (track, score) for track in tracks if (score := rule.score(track)) is not None}
        is_due = _is_due(self._track_sampled_at, _TRACK_STEP, at)
        self._track_sampled_at = at if is_due else self._track_sampled_at
        self._sample_tracks([track for track, _ in readable.values() if is_due or self._is_wanted(track)], at)
        if _is_due(self._score_sampled_at, _SCORE_STEP, at):
            self._score_sampled_at = at
            self._sample_scores({track_id: score for track_id, (_, score) in readable.items()}, at)
        for decision in decisions:
            self._follow(decision)
        self._forget({track.track_id for track in tracks})

    def finish_all(self) -> None:
        for track_id in list(self._stretches):
            self._finish_track(track_id)
        for episode in list(self._open):
            self._finish_episode(episode)

    def _is_wanted(self, track: PersonTrack) -> bool:
        """Return whether a face may come near an alert, or did so a frame ago."""
        before = self._stretches.get(track.track_id)
        was_close = before is not None and is_close(before[-1].scores)
        return was_close or (track.smoothed is not None and is_close(track.smoothed))

    def _sample_tracks(self, tracks: Sequence[PersonTrack], at: datetime) -> None:
        for track in tracks:
            moments = self._stretches.setdefault(track.track_id, [])
            # A clock that was set back begins a new stretch, too: within one, time only rises.
            if moments and not moments[-1].at < at < moments[0].at + _TRACK_STRETCH:
                self._finish_track(track.track_id)
                moments = self._stretches.setdefault(track.track_id, [])
            if track.smoothed:
                moments.append(TrackMoment(at, track.smoothed))
                self._links[track.track_id] = track.link.track_id if track.link else None

    def _sample_scores(self, scores: dict[int, float], at: datetime) -> None:
        for track_id, score in scores.items():
            recent = self._recent.setdefault(track_id, deque(maxlen=_MOMENTS_BEFORE_OPENING))
            recent.append(ScoreMoment(at, score))
        for number, episode in list(self._open.items()):
            if episode.moments and not episode.moments[-1].at < at < episode.moments[0].at + _SCORE_STRETCH:
                self._hand_over(number)
            if episode.track_id in scores:
                episode.moments.append(ScoreMoment(at, scores[episode.track_id]))

    def _follow(self, decision: AlertDecision) -> None:
        if decision.change is AlertChange.OPENED:
            before = list(self._recent.get(decision.track_id, ()))
            self._open[decision.episode] = _Episode(decision.track_id, before)
        elif decision.change is AlertChange.CONTINUED:
            self._open[decision.episode] = _Episode(decision.track_id, [])
        elif decision.change is AlertChange.ENDED:
            self._finish_episode(decision.episode)

    def _hand_over(self, number: int) -> None:
        episode = self._open[number]
        if episode.moments:
            self.episodes.append((number, tuple(episode.moments)))
            episode.moments = []

    def _finish_episode(self, number: int) -> None:
        if number in self._open:
            self._hand_over(number)
            del self._open[number]

    def _finish_track(self, track_id: int) -> None:
        moments = self._stretches.pop(track_id, [])
        if moments:
            self.tracks.append(TrackScores(self.camera_id, track_id, tuple(moments), self._links.get(track_id)))

    def _forget(self, alive_ids: set[int]) -> None:
        for track_id in [track_id for track_id in self._stretches if track_id not in alive_ids]:
            self._finish_track(track_id)
        self._recent = {track_id: recent for track_id, recent in self._recent.items() if track_id in alive_ids}
        self._links = {track_id: link for track_id, link in self._links.items() if track_id in alive_ids}


def _is_due(sampled_at: datetime | None, step: timedelta, at: datetime) -> bool:
    return sampled_at is None or not timedelta() <= at - sampled_at < step
