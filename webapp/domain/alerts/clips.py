"""The seconds around an alert as a short clip: how long it is, and what is kept of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

Scores = tuple[tuple[float, float], ...]
"""Seconds from a clip's beginning, and the alert score of its face then, in [0, 1]; oldest first."""


@dataclass(frozen=True)
class ClipPlan:
    """How much of an alert is kept as a clip.

    Attributes:
        fps: frames per second; more is smoother and costs more time and memory; 0: no clips are kept.
        before_s: seconds before the alert.
        after_s: seconds after it.
        max_width_px: wider frames are reduced.
    """

    fps: float = 5.0
    before_s: float = 6.0
    after_s: float = 4.0
    max_width_px: int = 640

    @property
    def is_off(self) -> bool:
        """Whether no clips are kept."""
        return not self.fps

    @property
    def step(self) -> timedelta:
        """Time between two frames."""
        return timedelta(seconds=1 / self.fps)

    @property
    def span(self) -> timedelta:
        """How long a clip lasts."""
        return timedelta(seconds=self.before_s + self.after_s)

    def begins_at(self, opened_at: datetime) -> datetime:
        """Return when the clip of an alert begins."""
        return opened_at - timedelta(seconds=self.before_s)


@dataclass(frozen=True)
class Clip:
    """A clip that was made.

    Attributes:
        webm: the file.
        began_at: when its first frame was taken.
        scores: of its face.
    """

    webm: bytes
    began_at: datetime
    scores: Scores = ()


@dataclass(frozen=True)
class KeptClip:
    """A clip that is kept.

    Attributes:
        name: of its file.
        began_at: when its first frame was taken.
        scores: of its face.
    """

    name: str
    began_at: datetime
    scores: Scores = ()
