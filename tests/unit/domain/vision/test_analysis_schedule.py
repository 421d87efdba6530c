"""What the time for analysis is spent on, on a made-up machine."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from webapp.domain.vision.analysis_schedule import AnalysisSchedule
from webapp.domain.vision.camera_demand import Attention, CameraDemand
from webapp.domain.vision.scans import Scan

CAPTURE_FPS = 25
Costs = dict[Scan, float]
SCAN_COSTS: Costs = {Scan.PART: 0.006, Scan.TILED: 0.018, Scan.THOROUGH: 0.09}


@dataclass
class MadeUpMachine:
    """Runs a schedule against cameras and costs that a test chooses.

    Attributes:
        frame_s: seconds that one frame takes.
        slower: by how much everything takes longer.
    """

    frame_s: float = 0.008
    slower: float = 1.0
    now_s: float = 100.0
    busy_s: float = 0.0
    schedule: AnalysisSchedule = field(default_factory=AnalysisSchedule)
    turns: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    scans: Counter[tuple[int, Scan]] = field(default_factory=Counter)
    scan_s: float = 0.0
    missed: Counter[int] = field(default_factory=Counter)
    _taken: dict[int, int] = field(default_factory=dict)

    def run(self, seconds: float, demands_at: Callable[[float], list[CameraDemand]]) -> None:
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            sent = int(self.now_s * CAPTURE_FPS)
            turns = self.schedule.choose(
                [d for d in demands_at(self.now_s) if self._taken.get(d.camera_id) != sent], self.now_s
            )
            if not turns:
                self.now_s += 0.004
                continue
            costs = {turn.camera_id: SCAN_COSTS[turn.scan] * self.slower for turn in turns if turn.scan}
            for turn in turns:
                self._taken[turn.camera_id] = sent
                self.turns[turn.camera_id].append(self.now_s)
                self.scans[turn.camera_id, turn.scan] += 1
                self.missed[turn.camera_id] += turn.missed
            spent_s = len(turns) * self.frame_s * self.slower + sum(costs.values())
            self.schedule.note_cost(turns, costs, spent_s)
            self.scan_s += sum(costs.values())
            self.busy_s += spent_s
            self.now_s += spent_s

    def fps(self, camera_id: int) -> float:
        times = self.turns[camera_id]
        return (len(times) - 1) / (times[-1] - times[0])

    def scanned(self, camera_id: int, *scans: Scan) -> int:
        return sum(self.scans[camera_id, scan] for scan in scans or SCAN_COSTS)


def busy(camera_id: int, **state: object) -> CameraDemand:
    return replace(CameraDemand(camera_id, most_fps=12, has_people=True), **state)


def cameras(*demands: CameraDemand) -> Callable[[float], list[CameraDemand]]:
    return lambda _now_s: list(demands)


def test_a_single_camera_gets_its_rate_and_a_part_of_each_picture_is_searched() -> None:
    machine = MadeUpMachine()
    machine.run(20, cameras(busy(1)))
    assert machine.fps(1) == pytest.approx(12, abs=0.3)
    assert machine.scanned(1) > 0.9 * len(machine.turns[1])
    assert machine.scanned(1, Scan.THOROUGH) == pytest.approx(4, abs=1)
    assert machine.missed[1] <= 3


def test_eight_busy_cameras_share_evenly_what_there_is() -> None:
    machine = MadeUpMachine(frame_s=0.014)
    machine.run(20, cameras(*(busy(n) for n in range(8))))
    rates = [machine.fps(n) for n in range(8)]
    assert min(rates) > 0.9 * max(rates)
    assert sum(rates) > 0.65 / 0.014
    assert machine.scan_s < 0.32 * 20


@pytest.mark.parametrize("slower", [1, 4, 10])
def test_a_slower_machine_lowers_its_rates_in_proportion_and_never_spirals(slower: float) -> None:
    machine = MadeUpMachine(frame_s=0.014, slower=slower)
    machine.run(60, cameras(*(busy(n) for n in range(8))))
    first, last = machine.fps(0), len([t for t in machine.turns[0] if t > machine.now_s - 20]) / 20
    assert sum(machine.fps(n) for n in range(8)) > 0.65 / (0.014 * slower)
    assert last == pytest.approx(first, rel=0.15)
    assert machine.scan_s < 0.33 * 60
    assert all(machine.scanned(n) >= 60 / slower / 3 for n in range(8))


def test_quiet_cameras_wait_first_and_alerting_ones_last() -> None:
    machine = MadeUpMachine(frame_s=0.03)
    people = [busy(n) for n in range(4)]
    quiet = [replace(busy(n), has_people=False) for n in range(10, 20)]
    machine.run(30, cameras(*people, *quiet, busy(5, is_watched=True), busy(6, is_alerting=True)))
    assert machine.fps(6) > machine.fps(5) > machine.fps(0) > machine.fps(10)
    assert machine.fps(6) > 6
    assert machine.fps(10) > 0.5  # Nobody is forgotten.


def test_the_rate_returns_when_there_is_room_again() -> None:
    machine = MadeUpMachine(frame_s=0.02)
    machine.run(20, cameras(*(busy(n) for n in range(12))))
    machine.turns.clear()
    machine.run(5, cameras(busy(0), busy(1)))
    assert machine.fps(0) > 11


def test_where_nothing_moves_nobody_is_searched_for_more_than_once_a_second() -> None:
    machine = MadeUpMachine()
    machine.run(20, lambda now_s: [CameraDemand(1, most_fps=12, moved_s=now_s - 10)])
    assert machine.fps(1) == pytest.approx(1, abs=0.1)
    assert machine.scanned(1, Scan.THOROUGH) == 0
    assert machine.busy_s / 20 < 0.03
    machine.turns.clear()
    machine.run(5, lambda now_s: [CameraDemand(1, most_fps=12, moved_s=now_s)])
    assert machine.fps(1) == pytest.approx(4, abs=0.3)


def test_a_camera_that_shows_a_poster_alone_is_analysed_often_enough_not_to_lose_it() -> None:
    machine = MadeUpMachine()
    machine.run(20, lambda now_s: [CameraDemand(1, most_fps=12, has_faces=True, moved_s=now_s - 100)])
    assert machine.fps(1) == pytest.approx(2, abs=0.1)


def test_a_camera_that_comes_anew_is_scanned_at_once() -> None:
    machine = MadeUpMachine()
    machine.run(5, cameras(*(busy(n) for n in range(8))))
    began_s = machine.now_s
    machine.run(1, cameras(*(busy(n) for n in range(9))))
    assert machine.turns[8][0] - began_s < 0.1
    assert machine.scanned(8) >= 2


def test_small_faces_are_searched_for_also_where_there_is_no_room() -> None:
    machine = MadeUpMachine(frame_s=0.05)
    machine.run(30, cameras(*(busy(n) for n in range(8))))
    assert all(machine.scanned(n, Scan.PART) >= 60 for n in range(8))
    assert sum(machine.scanned(n, Scan.THOROUGH) for n in range(8)) <= 10


def test_frames_analysed_together_take_no_longer_than_a_face_may_wait() -> None:
    machine = MadeUpMachine(frame_s=0.004)
    machine.run(5, cameras(*(busy(n) for n in range(16))))
    together = Counter(time for times in machine.turns.values() for time in times)
    assert 2 <= max(together.values()) <= 4  # Of 4 ms each, and one more that was under way.


def test_attention_is_given_to_what_most_depends_on() -> None:
    assert busy(1, is_alerting=True, is_watched=True).attention is Attention.ALERTING
    assert busy(1, is_watched=True).attention is Attention.WATCHED
    assert busy(1, has_people=False).attention is Attention.QUIET


def test_no_camera_no_turn() -> None:
    assert AnalysisSchedule().choose([], 1.0) == []


@pytest.mark.parametrize("count", [4, 8])
def test_empty_cameras_are_scanned_about_as_often_as_they_are_analysed(count: int) -> None:
    machine = MadeUpMachine(frame_s=0.002)
    machine.run(20, cameras(*(CameraDemand(n, most_fps=12) for n in range(count))))
    scans = sum(machine.scanned(n) for n in range(count))
    assert scans > 0.75 * sum(len(times) for times in machine.turns.values())
    assert scans / count / 20 > 2


def test_neither_a_slow_nor_a_closed_camera_takes_scans_from_the_others() -> None:
    def scans_of_the_others(*more: CameraDemand) -> int:
        machine = MadeUpMachine(frame_s=0.004)
        machine.run(20, cameras(*(busy(n) for n in range(4)), *more))
        return sum(machine.scanned(n) for n in range(4))

    alone = scans_of_the_others()
    assert scans_of_the_others(CameraDemand(9, most_fps=0.5)) > 0.85 * alone
    assert scans_of_the_others(*(CameraDemand(n, most_fps=12, is_analysed=False) for n in range(9, 15))) > 0.85 * alone


def test_a_closed_camera_is_not_scanned() -> None:
    machine = MadeUpMachine()
    machine.run(5, cameras(CameraDemand(1, most_fps=12, is_analysed=False)))
    assert machine.turns[1]
    assert machine.scan_s == 0


def test_one_scan_that_hangs_does_not_keep_all_from_the_next() -> None:
    machine = MadeUpMachine()
    machine.run(2, cameras(busy(1)))
    turns = machine.schedule.choose([busy(2)], machine.now_s)
    machine.now_s += 10
    machine.schedule.note_cost(turns, {2: 10.0}, 10.0)
    machine.scans.clear()
    machine.run(2, cameras(busy(1)))
    assert machine.scanned(1) >= 3


def test_a_thorough_scan_that_once_took_long_is_tried_again() -> None:
    machine = MadeUpMachine()
    machine.schedule._scan_cost_s[Scan.THOROUGH] = 0.6
    machine.run(60, cameras(busy(1)))
    assert machine.scanned(1, Scan.THOROUGH) >= 8


def test_a_scan_that_was_not_made_costs_nothing() -> None:
    schedule = AnalysisSchedule()
    for step in range(200):
        turns = schedule.choose([busy(1)], 100 + step / 10)
        schedule.note_cost(turns, {}, 0.001)
    assert schedule._saved_s > 0.1


def test_apart_scans_have_more_time_and_take_none_of_a_round() -> None:
    apart, beside = AnalysisSchedule.with_scans_apart(), AnalysisSchedule()
    four = [busy(n) for n in range(4)]
    turns = apart.choose(four, 10.0)
    assert len(turns) == 4  # Each is handed over: what takes time comes when the scans have ended.
    assert len(beside.choose(four, 10.0)) < 4
    assert apart.scan_share > beside.scan_share


def test_where_no_scan_can_begin_people_are_analysed_without_and_empty_cameras_wait() -> None:
    schedule = AnalysisSchedule.with_scans_apart()
    turns = schedule.choose([busy(1), CameraDemand(2, most_fps=12, moved_s=10.0)], 10.0, room=0)
    assert [(turn.camera_id, turn.scan) for turn in turns] == [(1, Scan.NONE)]
    later = schedule.choose([CameraDemand(2, most_fps=12, moved_s=10.0)], 10.01, room=2)
    assert [(turn.camera_id, bool(turn.scan)) for turn in later] == [(2, True)]


def test_no_more_scans_begin_than_there_is_room_for() -> None:
    turns = AnalysisSchedule.with_scans_apart().choose([busy(n) for n in range(4)], 10.0, room=2)
    assert [turn.scan for turn in turns] == [Scan.TILED, Scan.TILED, Scan.NONE, Scan.NONE]


@pytest.mark.parametrize(("room", "scan"), [(2, Scan.THOROUGH), (1, Scan.PART), (0, Scan.NONE)])
def test_by_every_means_is_searched_only_where_nothing_else_is(room: int, scan: Scan) -> None:
    schedule = AnalysisSchedule.with_scans_apart()
    schedule.choose([busy(1)], 10.0)
    assert [turn.scan for turn in schedule.choose([busy(1)], 20.0, room=room)] == [scan]


def test_frames_whose_scan_has_ended_fill_a_round() -> None:
    schedule = AnalysisSchedule.with_scans_apart()
    schedule.note_round(1, 0.3)
    assert schedule.choose([busy(1)], 10.0, room=0, ready=1) == []
    assert len(schedule.choose([busy(1)], 10.0, room=0)) == 1


def test_an_empty_camera_is_searched_by_every_means_more_seldom_and_a_still_one_never() -> None:
    empty = CameraDemand(1, most_fps=12, moved_s=100.0)
    assert busy(1).thorough_interval_s(100.0) < empty.thorough_interval_s(100.0)  # type: ignore[operator]
    assert empty.thorough_interval_s(110.0) is None


@pytest.mark.parametrize(("waiting_s", "saved_s"), [(0.09, 0.05), (0.5, 0.025)])
def test_scans_apart_get_less_time_where_frames_wait(waiting_s: float, saved_s: float) -> None:
    schedule = AnalysisSchedule.with_scans_apart()
    schedule.choose([busy(1)], 10.0, room=0)
    schedule.choose([busy(1)], 10.0 + waiting_s, room=0)
    schedule._saved_s = 0.0
    schedule.choose([], 10.1 + waiting_s)
    assert schedule._saved_s == pytest.approx(saved_s)


@pytest.mark.parametrize("demand", [CameraDemand(2, 12, is_analysed=False), CameraDemand(2, 12, has_faces=True)])
def test_closed_cameras_are_shown_and_posters_followed_while_no_scan_can_begin(demand: CameraDemand) -> None:
    turns = AnalysisSchedule.with_scans_apart().choose([demand], 10.0, room=0)
    assert [(turn.camera_id, turn.scan) for turn in turns] == [(2, Scan.NONE)]


@pytest.mark.parametrize(("took_s", "most"), [(0.1, 13), (1.0, 3)])
def test_people_are_not_left_unseen_for_searches_by_every_means(took_s: float, most: int) -> None:
    schedule = AnalysisSchedule.with_scans_apart()
    scans = []
    for step in range(600):
        turns = schedule.choose([busy(1)], 10 + step / 10)
        for turn in turns:
            scans.append(turn.scan)
            schedule.note_scan(turn.scan, took_s if turn.scan is Scan.THOROUGH else 0.01)
    assert most - 1 <= scans.count(Scan.THOROUGH) <= most


def test_the_next_scan_goes_to_the_camera_that_needs_it_most_whatever_else_depends_on_others() -> None:
    schedule = AnalysisSchedule.with_scans_apart()
    watched, other = busy(1, is_watched=True), busy(2)
    for now_s in (100.0, 100.1):
        schedule.choose([watched, other], now_s)
    schedule.choose([watched], 100.3)
    turns = schedule.choose([watched, other], 100.5, room=1)
    assert {turn.camera_id: turn.scan for turn in turns} == {1: Scan.NONE, 2: Scan.PART}


@pytest.mark.parametrize(("count", "search_s"), [(8, 0.007), (16, 0.0045)])
def test_searches_take_what_they_may_and_no_camera_is_left_out(count: int, search_s: float) -> None:
    schedule, scans, begun = AnalysisSchedule.with_scans_apart(), Counter[int](), dict[int, float]()
    taken, now_s, free_s = dict.fromkeys(range(count), -1), 100.0, 0.0
    while now_s < 120:  # One is searched after another; what has ended is analysed, see `AnalysisLoop`.
        sent = {i: int((now_s - 0.005 * i) * CAPTURE_FPS) for i in taken}
        ended = [i for i, at_s in begun.items() if at_s <= now_s]
        demands = [busy(i) for i in taken if sent[i] > taken[i] and i not in begun]
        for i in ended:
            del begun[i]
            schedule.note_scan(Scan.PART, search_s)
        turns = schedule.choose(demands, now_s, room=8 - len(begun), ready=len(ended))
        for turn in turns:
            taken[turn.camera_id] = sent[turn.camera_id]
        for turn in (turn for turn in turns if turn.scan):
            begun[turn.camera_id] = free_s = max(free_s, now_s) + search_s
            scans[turn.camera_id] += 1
        analysed = len(ended) + sum(not turn.scan for turn in turns)
        schedule.note_round(analysed, 0.002 * analysed)
        now_s += 0.002 * max(analysed, 1)
    assert sum(scans.values()) * search_s > 0.45 * 20
    assert min(scans[i] for i in taken) >= 0.45 * max(scans.values())
