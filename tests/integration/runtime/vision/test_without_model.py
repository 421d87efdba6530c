"""Where the model cannot be loaded, cameras are shown and nobody is analysed; vision itself, ticked by the test."""

from tests.support.clocks import FakeClock
from tests.support.fleets import VisionInHand
from webapp.domain.cameras.cameras import CameraState
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.use_cases import UseCases
from webapp.settings import Settings


def test_pictures_come_and_nobody_is_analysed(
    settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock
) -> None:
    vision = VisionInHand(settings, use_cases, unit_of_work, clock, has_model=False)
    camera_id = use_cases.cameras.add(CameraForm("Bar", "demo:")).camera_id
    vision.pass_time(5)
    first = vision.live.sequence(camera_id)
    vision.pass_time(2)
    assert vision.live.sequence(camera_id) > first
    assert (vision.read_count, vision.live.newest(camera_id).faces) == (0, ())  # type: ignore[union-attr]
    assert use_cases.cameras.get(camera_id).state is CameraState.ONLINE


def test_an_alert_that_was_open_ends_because_nobody_would_end_it(
    settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock
) -> None:
    before = VisionInHand(settings, use_cases, unit_of_work, clock)
    use_cases.cameras.add(CameraForm("Bar", "demo:"))
    before.pass_time(5)
    before.vision.close()
    assert [incident.ended_at for incident in use_cases.incidents.open_incidents()] == [None]
    VisionInHand(settings, use_cases, unit_of_work, clock, has_model=False).pass_time(2)
    assert use_cases.incidents.open_incidents()[0].ended_at is not None
