"""When a face that looks angry becomes an alert: hysteresis, dwell and cooldown, decided per camera.

One person, one incident. An episode goes on only for the same track, or for one that
`domain.vision.face_linking` takes for the same face found again; anyone else is someone else, with an incident of
their own after their own dwell. What staff have resolved is over: it never goes on, and the same face raises a new
alert only a cooldown later.

Time is passed in, nothing is read or written: the same policy runs on live cameras and on recordings.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.vision.emotions import Emotion
from webapp.domain.vision.face_linking import BoxXYXY
from webapp.domain.vision.tracks import PersonTrack


@dataclass(frozen=True)
class _Episode:
    number: int
    person: int
    track_id: int
    emotion: Emotion
    started_at: datetime
    last_above_at: datetime
    peak_score: float
    reported_peak: float
    seen_at: datetime | None = None
    box_xyxy: BoxXYXY | None = None
    reported_at: datetime | None = None
    ended_at: datetime | None = None
    resolved_at: datetime | None = None

    def seen(self, track: PersonTrack) -> "_Episode":
        return replace(self, track_id=track.track_id, seen_at=track.last_seen_at, box_xyxy=track.box_xyxy)


@dataclass(frozen=True)
class _Known:
    """Whose face a track is, and when it was last alive. A person is called by the first of their tracks."""

    person: int
    alive_at: datetime


_SEEN_STEP = timedelta(seconds=2)
# While a score rises steeply, not every frame is reported: each is a picture and a line in the database.
_PEAK_STEP = timedelta(seconds=0.5)
# Anyone who may be found again is remembered: longer than any link lasts.
_REMEMBERED = timedelta(seconds=60)


@dataclass
class AlertPolicy:
    """The alert state of one camera; `observe` is called once per analysed frame.

    Attributes:
        rule: what counts; may be replaced at any time.
        snoozed_until: until then (aware UTC) no episode begins or goes on again; those that are open are followed to
            their end. A face that is still there afterwards has to look so for the whole dwell time.
        peak_step: a peak is reported when it is this much higher than the one reported before, at most twice a second;
            the end reports the exact one.
    """

    rule: AlertRule
    peak_step: float = 0.02
    snoozed_until: datetime | None = None
    _rising_since: dict[int, datetime] = field(default_factory=dict)
    _episodes: list[_Episode] = field(default_factory=list)
    _known: dict[int, _Known] = field(default_factory=dict)
    _alive_ids: frozenset[int] = frozenset()
    _count: int = 0

    def open_track_ids(self) -> frozenset[int]:
        """Return the tracks with an episode that has not ended."""
        return frozenset(e.track_id for e in self._episodes if e.ended_at is None)

    def episode_numbers(self) -> frozenset[int]:
        """Return the episodes that may still change, or be named by a later one."""
        return frozenset(e.number for e in self._episodes)

    def resume(
        self, person: int, emotion: Emotion, started_at: datetime, ended_at: datetime, peak_score: float,
        resolved_at: datetime | None = None,
    ) -> int:  # fmt: skip
        """Take up an episode of an earlier process as ended, so that it can be continued within the cooldown.

        Args:
            person: the track to which a face that is found again is linked; negative, as no track of this process is.
            emotion: what alerted.
            started_at: when the episode began.
            ended_at: when it ended.
            peak_score: its highest score.
            resolved_at: when staff resolved it, if they did.

        Returns:
            The episode's number in this policy.
        """
        self._count += 1
        self._known[person] = _Known(person, ended_at)
        episode = _Episode(
            self._count, person, person, emotion, started_at, ended_at, peak_score, peak_score,
            ended_at=ended_at, resolved_at=resolved_at,
        )  # fmt: skip
        self._put(episode)
        return self._count

    def settle(self, episode_number: int, resolved_at: datetime | None) -> list[AlertDecision]:
        """Take note that staff resolved an incident, or with None that they took it back.

        Returns:
            The end of the episode, if it was open: what is resolved is over.
        """
        episode = next((e for e in self._episodes if e.number == episode_number), None)
        if episode is None or (episode.resolved_at is None) == (resolved_at is None):
            return []  # When it was resolved is known already, and a clock that is set since then does not change it.
        self._put(replace(episode, resolved_at=resolved_at))
        if resolved_at is None or episode.ended_at is not None:
            return []
        return [self._end(replace(episode, resolved_at=resolved_at))]

    def observe(self, tracks: Iterable[PersonTrack], at: datetime) -> list[AlertDecision]:
        """Evaluate all tracks that are alive at one moment.

        Args:
            tracks: every living track of the camera, also those not found in this very frame.
            at: the frame's time; must not go back.

        Returns:
            What has to be done, in order; mostly nothing.
        """
        alive = {track.track_id: track for track in tracks}
        self._alive_ids = frozenset(alive)
        self._know(alive.values(), at)
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

    def _know(self, tracks: Iterable[PersonTrack], at: datetime) -> None:
        """Say whose face each track is: a linked one is the same as the earlier one."""
        for track in tracks:
            linked = self._known.get(track.link.track_id) if track.link else None
            known = self._known.get(track.track_id)
            person = linked.person if linked else known.person if known else track.track_id
            self._known[track.track_id] = _Known(person, at)

    def _end_lost(self) -> list[AlertDecision]:
        lost = [e for e in self._episodes if e.ended_at is None and e.track_id not in self._alive_ids]
        return [self._end(episode) for episode in lost]

    def _follow(self, track: PersonTrack, score: float, at: datetime) -> list[AlertDecision]:
        track_id = track.track_id
        episode = next((e for e in self._episodes if e.ended_at is None and e.track_id == track_id), None)
        if episode is not None:
            return self._follow_open(episode.seen(track), score, at)
        if score <= self.rule.exit_threshold or self._is_snoozed(at):
            self._rising_since.pop(track_id, None)
            return []
        since = self._rising_since.setdefault(track_id, at)
        return self._rise(track, score, since, at) if score > self.rule.enter_threshold else []

    def _is_snoozed(self, at: datetime) -> bool:
        return self.snoozed_until is not None and at < self.snoozed_until

    def _follow_open(self, episode: _Episode, score: float, at: datetime) -> list[AlertDecision]:
        if score < self.rule.exit_threshold:
            return [self._end(episode)]
        followed = replace(episode, last_above_at=at, peak_score=max(score, episode.peak_score))
        change = self._told(followed, score, at)
        if change is None:
            self._put(followed)
            return []
        reported_peak = score if change is AlertChange.PEAKED else followed.reported_peak
        self._put(replace(followed, reported_peak=reported_peak, reported_at=at))
        return [self._decision(change, followed, at, score)]

    def _told(self, episode: _Episode, score: float, at: datetime) -> AlertChange | None:
        reported_at = episode.reported_at or episode.started_at
        if score >= episode.reported_peak + self.peak_step and at - reported_at >= _PEAK_STEP:
            return AlertChange.PEAKED
        is_seen = episode.seen_at is not None and episode.seen_at > reported_at
        return AlertChange.SEEN if is_seen and at - reported_at >= _SEEN_STEP else None

    def _rise(self, track: PersonTrack, score: float, since: datetime, at: datetime) -> list[AlertDecision]:
        """Open or continue an incident when the face has looked so for long enough."""
        earlier = self._latest_of(self._known[track.track_id].person)
        resolved_at = earlier.resolved_at if earlier else None
        if resolved_at:  # The face of a resolved incident: it raises a new alert after a while, from then on.
            if at - resolved_at < timedelta(seconds=self.rule.cooldown_s):
                return []
            since = max(since, resolved_at)
        if (at - since).total_seconds() < self.rule.dwell_s:
            return []
        self._rising_since.pop(track.track_id, None)
        # From when the face looked so again, not from when the dwell was over: a dwell may be longer than the cooldown.
        if earlier and not resolved_at and self._is_recent(earlier, since):
            return [self._continue(earlier, track, score, at)]
        return [self._open(track, score, since, at, again=earlier.number if earlier and resolved_at else None)]

    def _latest_of(self, person: int) -> _Episode | None:
        """Return the latest episode of a person; it has ended."""
        return max((e for e in self._episodes if e.person == person), key=lambda e: e.number, default=None)

    def _is_recent(self, episode: _Episode, at: datetime) -> bool:
        return episode.ended_at is not None and at - episode.ended_at <= timedelta(seconds=self.rule.cooldown_s)

    def _continue(self, earlier: _Episode, track: PersonTrack, score: float, at: datetime) -> AlertDecision:
        link = track.link if track.track_id != earlier.track_id else None
        # The reported peak stays as it is: where this is a higher one, its picture follows with the next frame.
        peak = max(score, earlier.peak_score)
        episode = replace(earlier, last_above_at=at, ended_at=None, peak_score=peak, reported_at=at)
        self._put(episode.seen(track))
        return replace(self._decision(AlertChange.CONTINUED, episode.seen(track), at, score), link=link)

    def _open(
        self, track: PersonTrack, score: float, since: datetime, at: datetime, *, again: int | None
    ) -> AlertDecision:
        self._count += 1
        person, emotion = self._known[track.track_id].person, self.rule.leading_emotion(track)
        episode = _Episode(self._count, person, track.track_id, emotion, since, at, score, score, reported_at=at)
        self._put(episode.seen(track))
        return replace(self._decision(AlertChange.OPENED, episode.seen(track), at, score), again=again)

    def _end(self, episode: _Episode) -> AlertDecision:
        ended = replace(episode, ended_at=episode.last_above_at)
        self._put(ended)
        return self._decision(AlertChange.ENDED, ended, episode.last_above_at, 0.0)

    def _put(self, episode: _Episode) -> None:
        """Store an episode in place of what was known of it."""
        self._episodes = [e for e in self._episodes if e.number != episode.number] + [episode]

    def _forget(self, at: datetime) -> None:
        """Drop what can no longer matter, so that a year of visitors does not fill the memory."""
        self._known = {t: known for t, known in self._known.items() if at - known.alive_at <= _REMEMBERED}
        people = {known.person for known in self._known.values()}
        # Of a person who is there the latest episode is kept, however long ago: staff may still resolve it.
        latest = {e.person: e.number for e in sorted(self._episodes, key=lambda e: e.number) if e.person in people}
        self._episodes = [e for e in self._episodes if e.ended_at is None or latest.get(e.person) == e.number]
        self._rising_since = {t: since for t, since in self._rising_since.items() if t in self._alive_ids}

    def _decision(self, change: AlertChange, episode: _Episode, at: datetime, score: float) -> AlertDecision:
        return AlertDecision(
            change=change,
            episode=episode.number,
            track_id=episode.track_id,
            emotion=episode.emotion,
            at=at,
            started_at=episode.started_at,
            score=score,
            peak_score=episode.peak_score,
            level=self.rule.level(episode.peak_score),
            seen_at=episode.seen_at,
            box_xyxy=episode.box_xyxy,
        )
