"""Each fault is seen by what it shows, and has its line for the operator."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.services.dashboard.faults import CameraFigures, Fault, FaultKind, PushFigures, analysis_limit, find_faults
from webapp.services.dashboard.live_frames import LiveFrame
from webapp.services.site.system import ProcessFacts, SystemFacts, Waiting, WaitingPictures
from webapp.settings import REPOSITORY_DIR

AT = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)
WEB = ProcessFacts("web", 11, AT, 2)
CAPTURE = ProcessFacts("capture: Desk", 12, AT, 0, is_capture=True)
WELL = SystemFacts((WEB, CAPTURE), 50 * 2**30, 100 * 2**30, 0)
GAUGES = {"capture_fps": 25.0, "wanted_fps": 12.0, "analysed_fps": 11.8}
DESK = Camera("Desk", "demo:", 1, state=CameraState.ONLINE)
PUSHED = PushFigures(0.0, 0.02)


def figures(camera: Camera = DESK, age_s: float = 0.1, **gauges: float) -> CameraFigures:
    return CameraFigures(camera, LiveFrame(1, 5, AT, gauges=GAUGES | gauges), age_s)


def faults(facts: SystemFacts = WELL, camera: CameraFigures | None = None, push: PushFigures = PUSHED) -> list[Fault]:
    return find_faults(facts, [camera or figures()], push)


def test_nothing_is_wrong() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("process", "kind"),
    [
        (replace(WEB, pid=0, started_at=None), FaultKind.PROCESS_AWAY),
        (replace(WEB, pid=0, started_at=None, is_failing=True), FaultKind.PROCESS_FAILING),
    ],
)
def test_a_process_that_is_away_is_named(process: ProcessFacts, kind: FaultKind) -> None:
    (fault,) = faults(replace(WELL, processes=(process,)))
    assert (fault.kind, fault.subject) == (kind, "web")


def test_of_a_capture_process_that_is_away_the_camera_says_more() -> None:
    away = replace(WELL, processes=(WEB, replace(CAPTURE, pid=0, started_at=None)))
    assert faults(away) == []
    assert faults(away, figures(replace(DESK, state=CameraState.OFFLINE))) == [Fault(FaultKind.CAMERA_OFFLINE, "Desk")]


def test_a_camera_that_waits_for_records_is_a_fault_and_so_is_one_that_soon_will() -> None:
    waiting = figures(replace(DESK, state=CameraState.AWAITING_RECORDS))
    assert faults(camera=waiting) == [Fault(FaultKind.AWAITING_RECORDS, "Desk")]
    due = replace(figures(), shuts_at=AT)
    assert faults(camera=due) == [Fault(FaultKind.RECORDS_DUE, due.camera.name, until=AT)]


def test_what_waits_to_be_stored_is_a_fault_after_a_while() -> None:
    assert faults(replace(WELL, waiting=Waiting(3, 4.9, 200))) == []
    waiting = replace(WELL, waiting=Waiting(3, 6.0, 201))
    assert faults(waiting) == [
        Fault(FaultKind.INCIDENTS_WAITING, value=6.0),
        Fault(FaultKind.SCORES_WAITING, value=201),
    ]


def test_pictures_that_wait_for_their_store_are_a_fault_after_a_while() -> None:
    assert faults(replace(WELL, pictures=WaitingPictures(4, 29.0, "away"))) == []
    waiting = replace(WELL, pictures=WaitingPictures(4, 31.0, "away"))
    assert faults(waiting) == [Fault(FaultKind.PICTURES_WAITING, value=4)]


def test_a_model_that_cannot_be_loaded_is_a_fault() -> None:
    assert faults(replace(WELL, is_model_away=True)) == [Fault(FaultKind.MODEL_AWAY)]


def test_a_full_disk_is_a_fault() -> None:
    assert faults(replace(WELL, disk_free_bytes=2**29)) == [Fault(FaultKind.DISK_NEARLY_FULL)]


def test_a_clock_that_is_not_believed_is_a_fault() -> None:
    assert faults(replace(WELL, is_clock_doubted=True)) == [Fault(FaultKind.CLOCK_DOUBTED)]


def test_a_web_process_that_comes_late_is_a_fault() -> None:
    late = faults(push=PushFigures(1.5, 2.5))
    assert late == [Fault(FaultKind.EVENTS_LATE, value=1.5), Fault(FaultKind.PAGES_LATE, value=2.5)]


def test_a_camera_that_falls_behind_is_a_fault() -> None:
    assert faults(camera=figures(age_s=4.5)) == [Fault(FaultKind.FRAMES_LATE, "Desk", 4.5)]
    assert faults(camera=figures(analysed_fps=7.0)) == [Fault(FaultKind.ANALYSIS_BEHIND, "Desk", 7.0)]
    assert faults(camera=figures(analysed_fps=7.0, capture_fps=8.0)) == []
    assert faults(camera=figures(analysed_fps=0.5, keys_alone=1.0)) == []
    assert faults(camera=figures(replace(DESK, state=CameraState.CLOSED), analysed_fps=0.0)) == []
    assert faults(camera=CameraFigures(DESK, None, None)) == []


def test_a_machine_that_cannot_analyse_what_is_worth_it_is_at_its_limit() -> None:
    lobby, bar = replace(DESK, name="Lobby", camera_id=2), replace(DESK, name="Bar", camera_id=3)
    pressed = [figures(one, analysed_fps=6.0) for one in (DESK, lobby)]
    quiet = figures(bar, analysed_fps=1.0, wanted_fps=1.0)
    assert analysis_limit([*pressed, quiet]) == Fault(FaultKind.AT_LIMIT, value=13.0, wanted=25.0)
    assert find_faults(WELL, [*pressed, quiet], PUSHED) == [analysis_limit([*pressed, quiet])]
    assert analysis_limit([figures(), figures(lobby), quiet]) is None
    assert analysis_limit([quiet, figures(replace(lobby, state=CameraState.CLOSED), analysed_fps=0.0)]) is None


@pytest.mark.parametrize("kind", FaultKind)
def test_each_fault_has_its_line_for_the_operator(kind: FaultKind) -> None:
    assert f"\n| `{kind.value}` |" in (REPOSITORY_DIR / "docs/operations.md").read_text()
