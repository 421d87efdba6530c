"""What the next milliseconds of analysis are spent on: one schedule over all cameras, on a budget instead of a clock.

A camera with somebody in view is analysed in each frame up to its rate, an empty one only when its picture is scanned
for faces. Searching is what costs most: it gets a share of the time and no more, and goes where it is needed most. When
there is more to do than time, every camera waits a little longer, those with nobody in view first and those with an
open alert last; no work grows by waiting, so that a slow machine lowers its rates and never falls behind for good.

Pure: time is passed in, nothing is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from webapp.domain.vision.scans import Scan


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

    def is_still(self, now_s: float) -> bool:
        """Return whether nothing has moved in its picture for a while."""
        return self.moved_s is not None and now_s - self.moved_s > _STILL_AFTER_S

    def wanted_fps(self, now_s: float) -> float:
        """Return the frames per second that are worth to be analysed now."""
        if self.attention is not Attention.QUIET:
            return self.most_fps
        # A poster must not be lost between two frames, to be followed as somebody new each time.
        return min(self.most_fps, max(1 / self.scan_interval_s(now_s), _POSTER_FPS if self.has_faces else 0.0))


@dataclass(frozen=True)
class Turn:
    """A frame that is to be analysed now.

    Attributes:
        camera_id: whose.
        scan: how much of it is scanned for new faces.
        missed: how often it was the camera's turn before, and nobody came for it.
    """

    camera_id: int
    scan: Scan
    missed: int = 0


@dataclass
class _CameraTimes:
    analysed_s: float = float("-inf")
    scanned_s: float = float("-inf")
    thorough_s: float = float("-inf")


# Where somebody is, where something moves, and where nothing does, a part of the picture is scanned so often. A wide
# picture has three: where somebody is, each is searched every 0.3 s.
_PEOPLE_INTERVAL_S = 0.08
_MOVING_INTERVAL_S = 0.25
_STILL_INTERVAL_S = 1.0
_STILL_AFTER_S = 2.0
_POSTER_FPS = 2.0
# By every means a picture is searched so often, if something moves there and only where there is room.
THOROUGH_INTERVAL_S = 5.0
# The share of all time that scans may take, and how much of it may be saved up.
_SCAN_SHARE = 0.25
_MOST_SAVED_S = 0.15
# Where little is saved, of the need of the most needy camera: who has less waits for another turn.
_SHARE_OF_NEED = 0.8
# And a camera that needs one so much must not wait for another's thorough one.
_WAITS_LONG = 1.5
# Frames are analysed together for about so long: their faces are classified in one batch, and none waits for it longer.
_ROUND_S = 0.015
# Above this urgency of the most urgent camera there is more to do than time.
_PRESSED = 1.0
# Waiting is weighed in steps of this, where a camera's own period is shorter.
_WAITING_STEP_S = 0.2
# A camera's turn may come this much early, as a share of its period: frames do not come to the millisecond.
_EARLY = 0.05
# A camera from which nothing came for so long is as good as a new one.
_FORGOTTEN_S = 60.0
# What is not measured yet.
_FIRST_COST_S = 0.005
_NEWEST_WEIGHT = 0.1


@dataclass
class AnalysisSchedule:
    """Chooses whose frame is analysed next, and which frames are scanned.

    Example:
        >>> schedule = AnalysisSchedule()
        >>> lobby, yard = CameraDemand(1, most_fps=10, has_people=True), CameraDemand(2, most_fps=10, moved_s=0.0)
        >>> [schedule.choose([lobby, yard], now_s)[0].camera_id for now_s in (10.0, 10.01)]
        [1, 2]
        >>> [turn.camera_id for turn in schedule.choose([lobby, yard], now_s=10.1)]  # Nobody is in the yard.
        [1]
    """

    scan_share: float = _SCAN_SHARE
    _times: dict[int, _CameraTimes] = field(default_factory=dict)
    _saved_s: float = _MOST_SAVED_S
    _now_s: float | None = None
    _frame_cost_s: float = _FIRST_COST_S
    _scan_cost_s: dict[Scan, float] = field(
        default_factory=lambda: {Scan.PART: 0.006, Scan.TILED: 0.018, Scan.THOROUGH: 0.1}
    )

    def choose(self, demands: Sequence[CameraDemand], now_s: float) -> list[Turn]:
        """Return whose frames are analysed together now; none where nothing is due.

        Args:
            demands: the cameras that have a new frame.
            now_s: seconds on a clock that never goes back.
        """
        self._save_up(now_s)
        due = sorted((d for d in demands if self._waiting(d, now_s) >= 0), key=lambda d: -self._urgency(d, now_s))
        if not due:
            return []
        needs = {demand.camera_id: self._need(demand, now_s) for demand in demands}
        turns: list[Turn] = []
        cost_s, is_pressed = 0.0, self._urgency(due[0], now_s) > _PRESSED
        for demand in due:
            scan = self._scan(demand, needs, now_s, is_pressed=is_pressed)
            cost_s += self._frame_cost_s + self._scan_cost_s.get(scan, 0.0)
            if turns and cost_s > _ROUND_S:
                break
            turns.append(Turn(demand.camera_id, scan, self._missed(demand, now_s)))
            self._take(demand, scan, now_s)
        return turns

    def note_cost(self, turns: Sequence[Turn], scans_s: Mapping[int, float], spent_s: float) -> None:
        """Take note of what a round has cost; of a scan that was not made nothing is taken.

        Args:
            turns: of the round.
            scans_s: camera id → seconds of its scan.
            spent_s: seconds of the whole round.
        """
        for turn in turns:
            if turn.scan is Scan.NONE:
                continue
            estimate_s, scan_s = self._scan_cost_s[turn.scan], scans_s.get(turn.camera_id)
            self._saved_s -= (scan_s or 0.0) - estimate_s
            if scan_s is not None:
                self._scan_cost_s[turn.scan] += _NEWEST_WEIGHT * (scan_s - estimate_s)
        # One scan that hangs must not keep all cameras from the next ones.
        self._saved_s = max(self._saved_s, -_MOST_SAVED_S)
        if turns:
            spent_s = max(spent_s - sum(scans_s.values()), 0.0)
            self._frame_cost_s += _NEWEST_WEIGHT * (spent_s / len(turns) - self._frame_cost_s)

    def _save_up(self, now_s: float) -> None:
        if self._now_s is not None:
            self._saved_s = min(self._saved_s + self.scan_share * (now_s - self._now_s), _MOST_SAVED_S)
        self._now_s = now_s
        self._times = {i: times for i, times in self._times.items() if now_s - times.analysed_s < _FORGOTTEN_S}

    def _of(self, demand: CameraDemand) -> _CameraTimes:
        return self._times.setdefault(demand.camera_id, _CameraTimes())

    def _waiting(self, demand: CameraDemand, now_s: float) -> float:
        """Return for how many seconds a camera's turn is overdue; negative where it has not come."""
        period_s = (1 - _EARLY) / demand.wanted_fps(now_s)
        return now_s - self._of(demand).analysed_s - period_s

    def _missed(self, demand: CameraDemand, now_s: float) -> int:
        is_first = self._of(demand).analysed_s == float("-inf")
        return 0 if is_first else int(self._waiting(demand, now_s) * demand.wanted_fps(now_s))

    def _urgency(self, demand: CameraDemand, now_s: float) -> float:
        period_s = 1 / demand.wanted_fps(now_s)
        return self._waiting(demand, now_s) / max(period_s, _WAITING_STEP_S) * demand.attention

    def _need(self, demand: CameraDemand, now_s: float) -> float:
        """Return how much a camera needs a scan: 1 where one is due; 0 where nobody is searched for."""
        interval_s = max(demand.scan_interval_s(now_s), 1 / demand.wanted_fps(now_s))
        return (now_s - self._of(demand).scanned_s) / interval_s if demand.is_analysed else 0.0

    def _scan(self, demand: CameraDemand, needs: Mapping[int, float], now_s: float, *, is_pressed: bool) -> Scan:
        times, need = self._of(demand), needs[demand.camera_id]
        is_short = self._saved_s < _MOST_SAVED_S / 2
        if need < 1 - _EARLY or self._saved_s <= 0 or (is_short and need < _SHARE_OF_NEED * max(needs.values())):
            return Scan.NONE
        others_need = max((n for camera_id, n in needs.items() if camera_id != demand.camera_id), default=0.0)
        is_thorough_due = not demand.is_still(now_s) and now_s - times.thorough_s >= THOROUGH_INTERVAL_S
        if is_thorough_due and not is_pressed and others_need < _WAITS_LONG and self._has(Scan.THOROUGH):
            return Scan.THOROUGH
        return Scan.TILED if times.scanned_s == float("-inf") else Scan.PART

    def _has(self, scan: Scan) -> bool:
        """Return whether there is room for a scan; for one that takes more than can be saved up, when all is saved."""
        return self._saved_s >= min(self._scan_cost_s[scan], 0.99 * _MOST_SAVED_S)

    def _take(self, demand: CameraDemand, scan: Scan, now_s: float) -> None:
        times = self._of(demand)
        times.analysed_s = self._on_beat(times.analysed_s, demand, now_s)
        if scan is Scan.NONE:
            return
        self._saved_s -= self._scan_cost_s[scan]
        times.scanned_s = now_s
        times.thorough_s = now_s if scan is Scan.THOROUGH else times.thorough_s

    def _on_beat(self, analysed_s: float, demand: CameraDemand, now_s: float) -> float:
        """Return when a turn counts as taken: on its beat where it is a little late, as lateness must not add up."""
        due_s = analysed_s + 1 / demand.wanted_fps(now_s)
        return due_s if now_s - due_s < 0.5 / demand.wanted_fps(now_s) else now_s
