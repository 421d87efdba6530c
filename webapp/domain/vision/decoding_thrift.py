"""Which cameras are decoded by their key pictures alone: some of those with nobody in view, while time is short.

To decode a camera takes as long whether anybody is in its picture or not. On a small machine with many cameras that is
more than half of all there is, and what analysis lacks where somebody is.

Pure: time is passed in, nothing is read.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

# People's cameras are short of time where less than this share of the frames that are worth it is analysed, and have
# enough of it from there on.
_SHORT, _ENOUGH = 0.8, 0.95
# Of a camera that has somebody in view since then the rate is known: it is counted over five seconds.
_KNOWN_AFTER_S = 5.0
# A camera counts as empty after so long without anybody.
_EMPTY_AFTER_S = 5.0
# Of so many empty cameras one is taken at each step, where time has been short for a while; the next step comes when
# this one can be seen in the rates.
_ONE_OF = 3
_SHORT_FOR_S = 2.0
_STEP_S = 5.0
# And one is given back after so long with enough time.
_GIVEN_BACK_S = 30.0


@dataclass(frozen=True)
class DecodingNeed:
    """What is known of one camera.

    Attributes:
        camera_id: which.
        is_empty: whether no face is known there, nobody looks at it, and no alert is open.
        wanted_fps: frames per second that are worth to be analysed, and there.
        analysed_fps: frames per second that are.
    """

    camera_id: int
    is_empty: bool
    wanted_fps: float
    analysed_fps: float


@dataclass
class DecodingThrift:
    """Takes more of the empty cameras while people's are analysed too seldom, and gives them back one by one.

    Example:
        >>> thrift, needs = DecodingThrift(), [DecodingNeed(1, False, 12.0, 4.0), DecodingNeed(2, True, 4.0, 1.0)]
        >>> [sorted(thrift.choose(needs, now_s)) for now_s in (0.0, 9.0, 11.0)]
        [[], [], [2]]
    """

    _count: int = 0
    _short_since_s: float | None = None
    _taken_s: float = float("-inf")
    _enough_since_s: float | None = None
    _chosen: frozenset[int] = frozenset()
    _since_s: dict[tuple[int, bool], float] = field(default_factory=dict)

    def choose(self, needs: Sequence[DecodingNeed], now_s: float) -> frozenset[int]:
        """Return the cameras of which key pictures are enough now.

        Args:
            needs: all cameras that are watched.
            now_s: seconds on a clock that never goes back.
        """
        self._since_s = {
            (need.camera_id, need.is_empty): self._since_s.get((need.camera_id, need.is_empty), now_s) for need in needs
        }
        empty = [need.camera_id for need in needs if need.is_empty and self._lasts(need, now_s) >= _EMPTY_AFTER_S]
        busy = [need for need in needs if not need.is_empty and self._lasts(need, now_s) >= _KNOWN_AFTER_S]
        self._step(_share_analysed(busy), len(empty), now_s)
        # Those that are chosen stay so; then the one that is empty for longest.
        empty.sort(key=lambda camera_id: (camera_id not in self._chosen, self._since_s[camera_id, True], camera_id))
        self._chosen = frozenset(empty[: self._count])
        return self._chosen

    def _lasts(self, need: DecodingNeed, now_s: float) -> float:
        return now_s - self._since_s[need.camera_id, need.is_empty]

    def _step(self, share: float, empty: int, now_s: float) -> None:
        """Take some more or give one back."""
        self._short_since_s = _since(self._short_since_s, share < _SHORT, now_s)
        self._enough_since_s = _since(self._enough_since_s, share >= _ENOUGH, now_s)
        is_short = self._short_since_s is not None and now_s - self._short_since_s >= _SHORT_FOR_S
        is_enough = self._enough_since_s is not None and now_s - self._enough_since_s >= _GIVEN_BACK_S
        if is_short and empty > self._count and now_s - self._taken_s >= _STEP_S:
            self._count, self._taken_s = min(self._count + math.ceil(empty / _ONE_OF), empty), now_s
        elif is_enough and self._count:
            self._count, self._enough_since_s = self._count - 1, now_s


def _since(since_s: float | None, is_so: bool, now_s: float) -> float | None:
    """Return since when something is so; None where it is not."""
    if not is_so:
        return None
    return now_s if since_s is None else since_s


def _share_analysed(busy: Sequence[DecodingNeed]) -> float:
    """Return how much is analysed of what is worth it; 1 where there is nothing."""
    wanted_fps = sum(need.wanted_fps for need in busy)
    analysed_fps = sum(min(need.analysed_fps, need.wanted_fps) for need in busy)
    return analysed_fps / wanted_fps if wanted_fps else 1.0
