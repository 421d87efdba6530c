"""What the next milliseconds of analysis are spent on: one schedule over all cameras, on a budget instead of a clock.

A camera with somebody in view is analysed in each frame up to its rate, an empty one only when its picture is scanned
for faces. Searching is what costs most: it gets a share of the time and no more, and goes where it is needed most. When
there is more to do than time, every camera waits a little longer, those with nobody in view first and those with an
open alert last; no work grows by waiting, so that a slow machine lowers its rates and never falls behind for good.

Pure: time is passed in, nothing is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from webapp.domain.vision.camera_demand import Attention, CameraDemand
from webapp.domain.vision.scans import Scan


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
    asked_s: float = float("-inf")
    scan_interval_s: float = 1.0


# The share of all time that scans may take, beside the rest and in a thread of their own, and how much of it may be
# saved up.
_SCAN_SHARE = 0.25
_SCAN_SHARE_APART = 0.5
_MOST_SAVED_S = 0.15
# A camera leaves to others what their scans take where this share of their need is still more than its own.
_SHARE_OF_NEED = 0.8
# A camera that has had a frame within this time will have one again, and is waited for.
_COMES_AGAIN_S = 0.25
# And a camera that needs one so much must not wait for another's thorough one.
_WAITS_LONG = 1.5
# People are not looked at while their picture is searched by every means: for this share of the time at most.
_UNSEEN_SHARE = 0.02
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
# Where scans are not apart there is always room for one.
_ALL_ROOM = 1000
# What is not measured yet.
_FIRST_COST_S = 0.005
_NEWEST_WEIGHT = 0.1


@dataclass
class AnalysisSchedule:
    """Chooses whose frame is analysed next, and which frames are scanned.

    Attributes:
        scan_share: share of all time that scans may take, in (0, 1].
        scans_apart: whether they run in a thread of their own: a frame is analysed when its scan has ended, and no
            other one waits for it.

    Example:
        >>> schedule = AnalysisSchedule()
        >>> lobby, yard = CameraDemand(1, most_fps=10, has_people=True), CameraDemand(2, most_fps=10, moved_s=0.0)
        >>> [schedule.choose([lobby, yard], now_s)[0].camera_id for now_s in (10.0, 10.01)]
        [1, 2]
        >>> [turn.camera_id for turn in schedule.choose([lobby, yard], now_s=10.1)]  # Nobody is in the yard.
        [1]
    """

    scan_share: float = _SCAN_SHARE
    scans_apart: bool = False
    _times: dict[int, _CameraTimes] = field(default_factory=dict)
    _saved_s: float = _MOST_SAVED_S
    _now_s: float | None = None
    _is_pressed: bool = False
    _frame_cost_s: float = _FIRST_COST_S
    _thorough_took_s: float = 0.0
    _scan_cost_s: dict[Scan, float] = field(
        default_factory=lambda: {Scan.PART: 0.006, Scan.TILED: 0.018, Scan.THOROUGH: 0.1}
    )

    @classmethod
    def with_scans_apart(cls) -> "AnalysisSchedule":
        """Return the schedule of a machine on which scans run in a thread of their own."""
        return cls(scan_share=_SCAN_SHARE_APART, scans_apart=True)

    def choose(
        self, demands: Sequence[CameraDemand], now_s: float, *, room: int = _ALL_ROOM, ready: int = 0
    ) -> list[Turn]:
        """Return whose frames are analysed together now; none where nothing is due.

        Args:
            demands: the cameras that have a new frame.
            now_s: seconds on a clock that never goes back.
            room: how many scans may begin; one by every means only where none is under way.
            ready: how many frames whose scan has ended are analysed with them.
        """
        self._save_up(now_s)
        due = sorted((d for d in demands if self._waiting(d, now_s) >= 0), key=lambda d: -self._urgency(d, now_s))
        self._is_pressed = any(
            self._urgency(demand, now_s) > _PRESSED for demand in due if self._waits_for_frames(demand)
        )
        if not due:
            return []
        self._ask(demands, now_s)
        needs = self._needs(now_s)
        turns: list[Turn] = []
        cost_s = ready * self._frame_cost_s
        for demand in due:
            scan = self._scan(demand, needs, now_s, room=room)
            if scan is Scan.NONE and room <= 0 and self._is_for_scan_alone(demand):
                continue
            cost_s += self._round_cost_s(scan)
            if (turns or ready) and cost_s > _ROUND_S:
                break
            turns.append(Turn(demand.camera_id, scan, self._missed(demand, now_s)))
            self._take(demand, scan, now_s)
            room -= room if scan is Scan.THOROUGH else bool(scan)
        return turns

    def _is_for_scan_alone(self, demand: CameraDemand) -> bool:
        """Return whether a camera's frame is worth nothing without a scan: no face is known in it."""
        return demand.attention is Attention.QUIET and demand.is_analysed and not demand.has_faces

    def _waits_for_frames(self, demand: CameraDemand) -> bool:
        """Return whether a camera waits for its frames to be analysed, and not only for a scan that runs elsewhere."""
        return not self.scans_apart or demand.attention is not Attention.QUIET

    def _round_cost_s(self, scan: Scan) -> float:
        """Return how much longer a round takes by one frame more."""
        if self.scans_apart:
            return self._frame_cost_s if scan is Scan.NONE else 0.0
        return self._frame_cost_s + self._scan_cost_s.get(scan, 0.0)

    def note_cost(self, turns: Sequence[Turn], scans_s: Mapping[int, float], spent_s: float) -> None:
        """Take note of what a round with its scans has cost; of a scan that was not made nothing is taken.

        Args:
            turns: of the round.
            scans_s: camera id → seconds of its scan.
            spent_s: seconds of the whole round.
        """
        for turn in turns:
            self.note_scan(turn.scan, scans_s.get(turn.camera_id))
        self.note_round(len(turns), max(spent_s - sum(scans_s.values()), 0.0))

    def note_scan(self, scan: Scan, scan_s: float | None) -> None:
        """Take note of what a scan has cost.

        Args:
            scan: which.
            scan_s: seconds; None where it was not made.
        """
        if scan is Scan.NONE:
            return
        estimate_s = self._scan_cost_s[scan]
        # One scan that hangs must not keep all cameras from the next ones.
        self._saved_s = max(self._saved_s - (scan_s or 0.0) + estimate_s, -_MOST_SAVED_S)
        if scan_s is not None:
            self._thorough_took_s = scan_s if scan is Scan.THOROUGH else self._thorough_took_s
            self._scan_cost_s[scan] += _NEWEST_WEIGHT * (scan_s - estimate_s)

    def note_round(self, frames: int, spent_s: float) -> None:
        """Take note of what frames that were analysed together have cost, without scans.

        Args:
            frames: how many.
            spent_s: seconds.
        """
        if frames:
            self._frame_cost_s += _NEWEST_WEIGHT * (spent_s / frames - self._frame_cost_s)

    def _save_up(self, now_s: float) -> None:
        if self._now_s is not None:
            # Scans apart take of the same processors: where frames wait, those go first.
            share = min(self.scan_share, _SCAN_SHARE) if self._is_pressed else self.scan_share
            self._saved_s = min(self._saved_s + share * (now_s - self._now_s), _MOST_SAVED_S)
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

    def _ask(self, demands: Sequence[CameraDemand], now_s: float) -> None:
        """Note who has a frame, and how often each wants a scan."""
        for demand in demands:
            times = self._of(demand)
            times.asked_s = now_s if demand.is_analysed else float("-inf")
            times.scan_interval_s = max(demand.scan_interval_s(now_s), 1 / demand.wanted_fps(now_s))

    def _needs(self, now_s: float) -> dict[int, float]:
        """Return how much each camera needs a scan: 1 where one is due.

        Also those whose next frame is still to come: else the ones whose frames come first would get all there is.
        """
        waiting = {i: times for i, times in self._times.items() if now_s - times.asked_s <= _COMES_AGAIN_S}
        return {i: (now_s - times.scanned_s) / times.scan_interval_s for i, times in waiting.items()}

    def _scan(self, demand: CameraDemand, needs: Mapping[int, float], now_s: float, *, room: int) -> Scan:
        times, need = self._of(demand), needs.get(demand.camera_id, 0.0)
        needier = sum(_SHARE_OF_NEED * other > need for other in needs.values())
        if need < 1 - _EARLY or room <= needier or self._saved_s <= needier * self._scan_cost_s[Scan.PART]:
            return Scan.NONE
        others_need = max((n for camera_id, n in needs.items() if camera_id != demand.camera_id), default=0.0)
        interval_s = demand.thorough_interval_s(now_s)
        if interval_s is not None and self._waits_for_frames(demand):
            interval_s = max(interval_s, self._thorough_took_s / _UNSEEN_SHARE)
        is_thorough_due = interval_s is not None and now_s - times.thorough_s >= interval_s
        keeps_others_waiting = self._is_pressed and not self.scans_apart
        if (
            is_thorough_due
            and not keeps_others_waiting
            and room > 1
            and others_need < _WAITS_LONG
            and self._has(Scan.THOROUGH)
        ):
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
