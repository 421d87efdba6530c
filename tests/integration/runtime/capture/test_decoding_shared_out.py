"""While people's cameras lack time, empty ones are decoded less: vision itself, ticked by the test."""

import pytest

from tests.fakes.vision import FakeFaceDetector
from tests.support.clocks import FakeClock
from tests.support.fleets import VisionInHand
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cameras.detectors import Detector
from webapp.runtime.capture.capture_status import CaptureStatus
from webapp.runtime.vision.analysis_loop import AnalysisLoop
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.services.dashboard.live_frames import PictureUse
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.use_cases import UseCases
from webapp.settings import Settings


@pytest.fixture
def vision(settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock) -> VisionInHand:
    """Vision with a camera 1 in which somebody stands, and two empty ones; each sends 25 pictures a second."""
    nobody = FakeFaceDetector([])
    vision = VisionInHand(settings, use_cases, unit_of_work, clock, detectors={Detector.HAAR: nobody})
    for name, kind in (("Desk", None), ("Yard", Detector.HAAR), ("Cellar", Detector.HAAR)):
        use_cases.cameras.add(CameraForm(name, "demo:"), looks=CameraSettings(detector=kind))
    vision.vision.tick(vision.now_s)
    for capture in vision.captures.values():
        capture.status = CaptureStatus(CameraState.ONLINE, capture_fps=25.0)
    return vision


def spared(vision: VisionInHand) -> list[int]:
    return sorted(camera_id for camera_id, capture in vision.captures.items() if capture.are_keys_enough)


def told(vision: VisionInHand) -> list[int]:
    newest = {camera_id: vision.live.newest(camera_id) for camera_id in vision.captures}
    return sorted(camera_id for camera_id, frame in newest.items() if frame and frame.gauges["keys_alone"])


def test_empty_cameras_are_decoded_less_while_somebody_is_analysed_too_seldom_and_the_figures_say_so(
    vision: VisionInHand,
) -> None:
    vision.pass_time(30, step_s=1.0)  # One frame a second, of five that are worth it.
    assert spared(vision) == told(vision) == [2, 3]


def test_while_all_is_analysed_that_is_worth_it_nothing_is_left_out(vision: VisionInHand) -> None:
    vision.pass_time(30, step_s=0.2)
    assert spared(vision) == told(vision) == []


def test_when_there_is_time_again_all_is_decoded(vision: VisionInHand) -> None:
    vision.pass_time(30, step_s=1.0)
    vision.pass_time(90, step_s=0.2)
    assert spared(vision) == told(vision) == []


def test_a_camera_with_somebody_in_view_is_decoded_at_once(vision: VisionInHand) -> None:
    vision.pass_time(30, step_s=1.0)
    vision.detectors[Detector.HAAR]._frames = [[(10.0, 10.0, 90.0, 90.0)]]  # type: ignore[attr-defined]
    vision.pass_time(2, step_s=0.5)
    assert spared(vision) == []


def test_who_begins_to_look_at_a_spared_camera_does_not_wait_for_its_next_picture(vision: VisionInHand) -> None:
    vision.pass_time(30, step_s=1.0)
    vision.live.picture_sequence(2, PictureUse.LARGE)
    vision.let_pass(0.5)
    vision.vision.tick(vision.now_s)
    assert spared(vision) == [3]


def test_who_is_found_on_a_spared_camera_has_it_decoded_before_decoding_is_shared_out_anew(
    vision: VisionInHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    vision.pass_time(30, step_s=1.0)
    monkeypatch.setattr(AnalysisLoop, "share_out_decoding", lambda _loop, _now_s: None)
    vision.detectors[Detector.HAAR]._frames = [[(10.0, 10.0, 90.0, 90.0)]]  # type: ignore[attr-defined]
    vision.pass_time(2, step_s=0.5)
    assert spared(vision) == []


def test_a_slower_camera_lacks_nothing(vision: VisionInHand) -> None:
    vision.captures[1].status = CaptureStatus(CameraState.ONLINE, capture_fps=1.0)
    vision.pass_time(30, step_s=1.0)
    assert spared(vision) == []
