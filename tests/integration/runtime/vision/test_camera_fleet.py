"""Which cameras are watched, as what they are configured, and what becomes of their alerts."""

import pytest
import structlog.testing

from tests.fakes.vision import FakeFaceDetector
from tests.support.clocks import FakeClock
from tests.support.fleets import VisionInHand
from tests.support.site.records import put_on_record
from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.kiosks import NOT_PAIRED
from webapp.domain.vision.motion import MotionGrid
from webapp.runtime.capture.capture_status import CaptureStatus
from webapp.runtime.slots.asked_pictures import asked_path
from webapp.runtime.slots.live_slots import live_slot_path, picture_slot_path, raw_slot_path
from webapp.services.alerts.rules import RuleService
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.services.cameras.kiosks import KioskService
from webapp.services.cameras.snoozes import SnoozeService
from webapp.services.dashboard.live_frames import PictureSize
from webapp.services.ports import RuleOverrides, UnitOfWorkFactory
from webapp.services.use_cases import UseCases
from webapp.settings import Settings

STALLED = StateReason("no picture for %(seconds)s s", {"seconds": "10"}, "camera_stalled")


@pytest.fixture
def vision(settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock) -> VisionInHand:
    return VisionInHand(settings, use_cases, unit_of_work, clock)


@pytest.fixture
def camera_id(vision: VisionInHand) -> int:
    """A watched camera before which somebody has alerted."""
    camera_id = vision.use_cases.cameras.add(CameraForm("Bar", "demo:")).camera_id
    vision.pass_time(4)
    return camera_id


def ends(vision: VisionInHand) -> list[bool]:
    """Tell of each incident whether it has ended."""
    return [incident.ended_at is not None for incident in vision.use_cases.incidents.open_incidents()]


def test_a_camera_that_is_registered_is_watched_and_alerts(vision: VisionInHand, camera_id: int) -> None:
    assert vision.captures[camera_id].is_running
    assert vision.use_cases.cameras.get(camera_id).state is CameraState.ONLINE
    assert ends(vision) == [False]


def test_another_detector_is_taken_up_without_calling_the_camera_anew(vision: VisionInHand, camera_id: int) -> None:
    own, capture = FakeFaceDetector([]), vision.captures[camera_id]
    vision.detectors[Detector.HAAR] = own
    vision.use_cases.cameras.change_settings(camera_id, CameraSettings(detector=Detector.HAAR))
    vision.pass_time(2)
    assert len(own.scans) > 2
    vision.use_cases.cameras.change_settings(camera_id, CameraSettings(detector=""))
    vision.pass_time(1)
    asked = len(own.scans)
    vision.pass_time(2)
    assert len(own.scans) == asked
    assert vision.captures[camera_id] is capture
    assert capture.is_running


@pytest.mark.parametrize(
    ("url", "is_called_anew"), [("snapshot+http://192.0.2.7/s", True), ("rtsp://192.0.2.7/s", False)]
)
def test_another_rate_is_asked_of_a_camera_of_single_pictures_at_once(
    vision: VisionInHand, url: str, is_called_anew: bool
) -> None:
    camera_id = vision.use_cases.cameras.add(CameraForm("Door", url)).camera_id
    vision.pass_time(1)
    capture = vision.captures[camera_id]
    vision.use_cases.cameras.change_settings(camera_id, CameraSettings(analysis_fps=5.0))
    vision.pass_time(2)
    assert (vision.captures[camera_id] is not capture) is is_called_anew


def test_a_camera_is_watched_with_its_own_detector_from_the_first_frame_on(vision: VisionInHand) -> None:
    own = vision.detectors[Detector.BLAZEFACE] = FakeFaceDetector([])
    bar = vision.use_cases.cameras.add(CameraForm("Bar", "demo:", enabled=False))
    vision.use_cases.cameras.change_settings(bar.camera_id, CameraSettings(detector=Detector.BLAZEFACE))
    vision.use_cases.cameras.set_enabled(bar.camera_id, True)
    vision.pass_time(2)
    assert own.scans
    assert vision.read_count == 0


class RendererThatCannot:
    """Stands in for `FrameRenderer`, before a picture that no JPEG holds."""

    def jpeg(self, *_: object) -> None:
        raise ValueError("expected a picture that fits into a JPEG")


def test_a_camera_whose_pictures_cannot_be_drawn_alerts_and_does_not_stop_the_others(
    vision: VisionInHand, camera_id: int
) -> None:
    rude_id = vision.use_cases.cameras.add(CameraForm("Door", "demo:")).camera_id
    vision.pass_time(0.5)
    vision.fleet.watched[rude_id].renderer = RendererThatCannot()  # type: ignore[assignment]
    with structlog.testing.capture_logs() as logged:
        shown = vision.picture_sequences(camera_id, rude_id)
        vision.pass_time(4)
        drawn = vision.picture_sequences(camera_id, rude_id)
    assert drawn[0] > shown[0]
    assert drawn[1] == 0
    assert ends(vision) == [False, False]
    assert {line["error"] for line in logged if line["event"] == "picture_not_published"} == {"ValueError"}


def test_of_a_camera_that_is_removed_no_picture_is_left_and_its_alert_ends(
    vision: VisionInHand, camera_id: int
) -> None:
    vision.use_cases.cameras.remove(camera_id)
    vision.pass_time(2)
    assert not vision.captures[camera_id].is_running
    assert ends(vision) == [True]
    slots_dir = vision.settings.slots_dir
    assert not any(path_of(slots_dir, camera_id).exists() for path_of in (raw_slot_path, live_slot_path))


@pytest.mark.security
def test_of_a_camera_that_is_removed_while_vision_is_down_no_picture_is_left(
    vision: VisionInHand, camera_id: int, settings: Settings, unit_of_work: UnitOfWorkFactory, clock: FakeClock
) -> None:
    stays = vision.use_cases.cameras.add(CameraForm("Desk", "demo:")).camera_id
    vision.picture_sequences(camera_id, stays)
    vision.pass_time(2)
    vision.fleet.stop()
    vision.use_cases.cameras.remove(camera_id)
    slots = [path_of(settings.slots_dir, camera_id) for path_of in (raw_slot_path, live_slot_path, asked_path)]
    slots.append(picture_slot_path(settings.slots_dir, camera_id, PictureSize.LARGE))
    assert all(path.exists() for path in slots)
    again = VisionInHand(settings, vision.use_cases, unit_of_work, clock)
    again.pass_time(1)
    assert not any(path.exists() for path in slots)
    assert again.live.newest(stays)


def test_a_camera_whose_address_is_changed_is_called_anew_and_its_incident_goes_on(
    vision: VisionInHand, camera_id: int
) -> None:
    before = vision.captures[camera_id]
    vision.use_cases.cameras.change(camera_id, CameraForm("Bar", "demo:other"))
    vision.pass_time(4)
    assert (before.is_running, vision.captures[camera_id].is_running) == (False, True)
    assert ends(vision) == [False]


def test_what_is_set_otherwise_holds_without_calling_the_camera_anew(vision: VisionInHand, camera_id: int) -> None:
    before = vision.captures[camera_id]
    looks = CameraSettings(image_settings=ImageSettings(90))
    vision.use_cases.cameras.change_settings(camera_id, looks)
    rules = RuleService(vision.unit_of_work, vision.clock, vision.fleet.watched[camera_id].rule)
    rules.change(camera_id, RuleOverrides(cooldown_s=123.0))
    vision.pass_time(1)
    watched = vision.fleet.watched[camera_id]
    assert vision.captures[camera_id] is before
    assert (watched.camera.image_settings, watched.watch.policy.rule.cooldown_s) == (ImageSettings(90), 123.0)


def test_while_nothing_is_changed_the_configuration_is_not_loaded_again(vision: VisionInHand, camera_id: int) -> None:
    before = vision.fleet.watched[camera_id].camera
    vision.pass_time(2)
    assert vision.fleet.watched[camera_id].camera is before


def test_a_snooze_ends_on_time_though_nothing_is_changed(vision: VisionInHand) -> None:
    camera_id = vision.use_cases.cameras.add(CameraForm("Bar", "demo:")).camera_id
    SnoozeService(vision.unit_of_work, vision.clock).snooze(camera_id, 5, "alice")
    vision.pass_time(295, step_s=5.0)
    assert ends(vision) == []
    vision.pass_time(10)
    assert ends(vision) == [False]


def test_a_camera_that_goes_away_ends_its_alert_and_is_reported_once(vision: VisionInHand, camera_id: int) -> None:
    vision.go_away(camera_id, STALLED)
    vision.pass_time(2)
    assert ends(vision) == [False], "it may come back in a moment"
    vision.pass_time(10)
    camera = vision.use_cases.cameras.get(camera_id)
    assert (camera.state, camera.state_reason) == (CameraState.OFFLINE, STALLED)
    assert ends(vision) == [True]


def test_while_the_configuration_cannot_be_read_the_cameras_go_on(
    vision: VisionInHand, camera_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unreadable:
        def current(self, known):
            raise OSError("the disk is away")

    readable, shown = vision.fleet.configuration, vision.live.sequence(camera_id)
    vision.fleet.configuration = Unreadable()
    with structlog.testing.capture_logs() as logged:
        vision.pass_time(2)
        vision.fleet.configuration = readable
        vision.pass_time(1)
    assert vision.live.sequence(camera_id) > shown
    assert [line["event"] for line in logged] == ["configuration_not_read", "configuration_read_again"]


def test_an_alert_that_cannot_be_stored_is_tried_again_and_the_log_says_so_once(vision: VisionInHand) -> None:
    class Away:
        def __call__(self):
            raise OSError("the disk is away")

    recorder = vision.use_cases.recorder
    vision.use_cases.cameras.add(CameraForm("Bar", "demo:"))
    vision.pass_time(0.5)
    recorder.unit_of_work, there = Away(), recorder.unit_of_work
    with structlog.testing.capture_logs() as logged:
        vision.pass_time(4)
        recorder.unit_of_work = there
        vision.pass_time(2)
    assert [line["event"] for line in logged] == ["incident_not_stored", "incidents_stored_again"]
    assert ends(vision) == [False]


def test_at_the_end_the_cameras_stop_and_their_pictures_stay(vision: VisionInHand, camera_id: int) -> None:
    vision.vision.close()
    assert not vision.captures[camera_id].is_running
    assert live_slot_path(vision.settings.slots_dir, camera_id).exists()


def test_no_more_frames_are_asked_for_than_are_analysed(vision: VisionInHand, camera_id: int) -> None:
    assert vision.captures[camera_id].asked_fps == 5.0
    vision.use_cases.cameras.change_settings(camera_id, CameraSettings(analysis_fps=4.0), actor="dana")
    vision.pass_time(1)
    assert vision.captures[camera_id].asked_fps == 4.0


@pytest.mark.parametrize(("still_s", "fps"), [(0.0, 5.0), (10.0, 2.0)])
def test_of_an_empty_camera_hardly_more_frames_are_asked_for_than_are_searched(
    vision: VisionInHand, still_s: float, fps: float
) -> None:
    vision.most_fps = 12.0
    vision.detectors[None] = FakeFaceDetector([])
    camera_id = vision.use_cases.cameras.add(CameraForm("Bar", "demo:")).camera_id
    vision.pass_time(1)
    vision.now_s += 1
    vision.captures[camera_id].send(MotionGrid(0, still_s).as_meta(vision.now_s))
    vision.vision.tick(vision.now_s)
    assert vision.captures[camera_id].asked_fps == fps


def test_a_frame_brings_where_something_moved(vision: VisionInHand, camera_id: int) -> None:
    capture, watched = vision.captures[camera_id], vision.fleet.watched[camera_id]
    vision.now_s += 1
    capture.send()
    without = watched.next_frame()
    vision.now_s += 1
    capture.send(MotionGrid(1, 0.5).as_meta(vision.now_s))
    moving = watched.next_frame()
    assert without is not None
    assert without.motion is None
    assert moving is not None
    assert moving.motion == MotionGrid(1, pytest.approx(0.5))


def test_a_kiosk_without_a_screen_waits_for_one_and_is_not_offline(
    vision: VisionInHand, unit_of_work: UnitOfWorkFactory, clock: FakeClock
) -> None:
    cameras, kiosks = vision.use_cases.cameras, KioskService(unit_of_work, clock)
    camera_id = cameras.add(CameraForm("Check-in", "kiosk:")).camera_id
    put_on_record(vision.use_cases)
    vision.pass_time(0.5)
    capture = vision.captures[camera_id]
    capture.status = CaptureStatus(CameraState.OFFLINE, reason=StateReason("The kiosk sends no pictures."))
    vision.pass_time(1)
    unpaired = cameras.get(camera_id)
    assert (unpaired.state, unpaired.state_reason, unpaired.is_unpaired) == (CameraState.CONNECTING, NOT_PAIRED, True)
    kiosks.pair(kiosks.make_link(camera_id, "root"))
    vision.pass_time(1)
    silent = cameras.get(camera_id)
    assert (silent.state, silent.is_unpaired) == (CameraState.OFFLINE, False)
    capture.status = CaptureStatus(CameraState.ONLINE)
    vision.pass_time(1)
    assert cameras.get(camera_id).state is CameraState.ONLINE
    kiosks.unpair(camera_id, "root")
    capture.status = CaptureStatus(CameraState.OFFLINE, reason=StateReason("The kiosk sends no pictures."))
    vision.pass_time(1)
    assert cameras.get(camera_id).is_unpaired


def test_no_camera_is_analysed_more_often_than_its_frames_come(vision: VisionInHand, camera_id: int) -> None:
    vision.captures[camera_id].status = CaptureStatus(CameraState.ONLINE, capture_fps=2.0)
    for pause_s in (0.25, 0.75) * 6:
        vision.pass_time(pause_s, step_s=pause_s)
    frame = vision.live.newest(camera_id)
    assert frame is not None
    assert frame.gauges["analysed_fps"] == pytest.approx(2.0, abs=0.4)
    assert frame.gauges["analysed_fps"] <= frame.gauges["capture_fps"]
