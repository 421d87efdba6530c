"""What analysing a camera's newest frame is worth just now.

Pure: time is passed in, nothing is read.
"""

from dataclasses import dataclass
from enum import IntEnum

# Where somebody is, where something moves, and where nothing does, a part of the picture is scanned so often. A wide
# picture has three: where somebody is, each is searched every 0.3 s.
_PEOPLE_INTERVAL_S = 0.08
_MOVING_INTERVAL_S = 0.25
_STILL_INTERVAL_S = 1.0
_STILL_AFTER_S = 2.0
_POSTER_FPS = 2.0
# By every means a picture is searched so often, where somebody is and where nobody seems to be, and only where there is
# room: there is little that only the cascade finds.
THOROUGH_INTERVAL_S = 5.0
QUIET_THOROUGH_INTERVAL_S = 30.0


class Attention(IntEnum):
    """How much depends on a camera just now; its value is the weight of its waiting."""

    QUIET = 1  # Nobody is in view.
    PEOPLE = 2
    WATCHED = 4  # Somebody looks at its picture.
    ALERTING = 16


@dataclass(frozen=True)
class CameraDemand:
    """One camera that has a frame which was not analysed.

    Attributes:
        camera_id: which.
        most_fps: frames per second that it is analysed at most.
        has_people: whether faces are known there that may be people's.
        has_faces: whether any are known, be they those of posters.
        is_watched: whether somebody looks at its picture.
        is_alerting: whether an alert is open there.
        moved_s: when something last moved in its picture, on the clock of `choose`; None where that is not known.
        is_analysed: whether anybody is searched for there; where not, its frames are only shown.
    """

    camera_id: int
    most_fps: float
    has_people: bool = False
    has_faces: bool = False
    is_watched: bool = False
    is_alerting: bool = False
    moved_s: float | None = None
    is_analysed: bool = True

    @property
    def attention(self) -> Attention:
        """How much depends on it."""
        if self.is_alerting:
            return Attention.ALERTING
        if self.is_watched:
            return Attention.WATCHED
        return Attention.PEOPLE if self.has_people else Attention.QUIET

    def scan_interval_s(self, now_s: float) -> float:
        """Return the seconds between two searches of a part that are wanted: fewer where something moves."""
        if self.attention is not Attention.QUIET:
            return max(1 / self.most_fps, _PEOPLE_INTERVAL_S)
        return _STILL_INTERVAL_S if self.is_still(now_s) else _MOVING_INTERVAL_S

    def thorough_interval_s(self, now_s: float) -> float | None:
        """Return the seconds between two searches by every means that are wanted; None for none: nothing moves."""
        if self.is_still(now_s):
            return None
        return QUIET_THOROUGH_INTERVAL_S if self.attention is Attention.QUIET else THOROUGH_INTERVAL_S

    def is_still(self, now_s: float) -> bool:
        """Return whether nothing has moved in its picture for a while."""
        return self.moved_s is not None and now_s - self.moved_s > _STILL_AFTER_S

    def wanted_fps(self, now_s: float) -> float:
        """Return the frames per second that are worth to be analysed now."""
        if self.attention is not Attention.QUIET:
            return self.most_fps
        # A poster must not be lost between two frames, to be followed as somebody new each time.
        return min(self.most_fps, max(1 / self.scan_interval_s(now_s), _POSTER_FPS if self.has_faces else 0.0))
