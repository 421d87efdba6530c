"""What was to be seen on a camera in the last minute: who looked how, and when nothing is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from webapp.domain.alerts.rules import AlertLevel

MINUTE = timedelta(seconds=60)
# Between two samples that are further apart nothing is known: the camera was away, or nobody looked.
MAX_STEP = timedelta(seconds=2)


@dataclass(frozen=True)
class FaceObservation:
    """One face in one sample.

    Attributes:
        track_id: the face, within its camera.
        emotion: what it looked like most; None where it could not be read. Of a face that alerts: what it alerts with.
        confidence: the share of it, in [0, 1]; None where it could not be read, and of a face that alerts.
        alerting: whether an alert was open on it.
        level: how far it was above the threshold; None unless `alerting`.
    """

    track_id: int
    emotion: str | None
    confidence: float | None
    alerting: bool
    level: AlertLevel | None = None


@dataclass(frozen=True)
class FrameObservation:
    """All faces at one moment (aware UTC); nobody in the picture is news too."""

    at: datetime
    faces: tuple[FaceObservation, ...]


@dataclass(frozen=True)
class FaceStretch:
    """A face that looked the same for a while.

    Attributes:
        track_id: the face.
        emotion: as in `FaceObservation`.
        confidence: the mean share over the stretch.
        alerting: as in `FaceObservation`.
        began_at: first sample (aware UTC).
        ended_at: the first sample at which it was different or gone, or the last one that there is.
        observations: how many samples it is made of.
        level: the highest one; None unless `alerting`.
    """

    track_id: int
    emotion: str | None
    confidence: float | None
    alerting: bool
    began_at: datetime
    ended_at: datetime
    observations: int = 1
    level: AlertLevel | None = None

    def continues(self, face: FaceObservation, at: datetime) -> bool:
        """Return whether a face at the sample of this stretch's end looks as it did before."""
        same = (self.track_id, self.emotion, self.alerting) == (face.track_id, face.emotion, face.alerting)
        return same and self.ended_at == at

    def going_on(self, face: FaceObservation) -> "FaceStretch":
        """Return the stretch with one more sample in its mean."""
        level = max((self.level, face.level), key=_height)
        if self.confidence is None or face.confidence is None:
            return replace(self, observations=self.observations + 1, level=level)
        mean = self.confidence + (face.confidence - self.confidence) / (self.observations + 1)
        return replace(self, confidence=mean, observations=self.observations + 1, level=level)


@dataclass(frozen=True)
class Gap:
    """A time of which nothing is known."""

    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True)
class LastMinute:
    """The minute before `ended_at`; stretches and gaps by time."""

    began_at: datetime
    ended_at: datetime
    stretches: tuple[FaceStretch, ...]
    gaps: tuple[Gap, ...]


def last_minute(observations: Sequence[FrameObservation], now: datetime) -> LastMinute:
    """Put together what the samples of the last minute say.

    Args:
        observations: oldest first; older ones than a minute are left out.
        now: the present.
    """
    began_at = now - MINUTE
    recent = [observation for observation in observations if began_at <= observation.at <= now]
    return LastMinute(
        began_at, now, _stretches(recent), _gaps([observation.at for observation in recent], began_at, now)
    )


def _stretches(observations: Sequence[FrameObservation]) -> tuple[FaceStretch, ...]:
    finished: list[FaceStretch] = []
    current: list[FaceStretch] = []
    for index, observation in enumerate(observations):
        going_on = [_joined(current, face, observation.at) for face in observation.faces]
        kept = {(one.track_id, one.began_at) for one in going_on}
        finished += [one for one in current if (one.track_id, one.began_at) not in kept]
        until = _known_until(observations, index)
        current = [replace(one, ended_at=until) for one in going_on]
    return tuple(sorted([*finished, *current], key=lambda one: (one.began_at, one.track_id)))


def _joined(current: Iterable[FaceStretch], face: FaceObservation, at: datetime) -> FaceStretch:
    for stretch in current:
        if stretch.continues(face, at):
            return stretch.going_on(face)
    return FaceStretch(face.track_id, face.emotion, face.confidence, face.alerting, at, at, level=face.level)


def _height(level: AlertLevel | None) -> int:
    return list(AlertLevel).index(level) if level else -1


def _known_until(observations: Sequence[FrameObservation], index: int) -> datetime:
    """Return until when a sample holds: the next one, unless that came too late to say what was between."""
    at = observations[index].at
    following = observations[index + 1].at if index + 1 < len(observations) else at
    return following if following - at <= MAX_STEP else at


def _gaps(times: Sequence[datetime], began_at: datetime, ended_at: datetime) -> tuple[Gap, ...]:
    marks = [began_at, *times, ended_at]
    return tuple(Gap(before, after) for before, after in pairwise(marks) if after - before > MAX_STEP)
