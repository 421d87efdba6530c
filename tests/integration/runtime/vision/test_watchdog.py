"""What vision says of itself: what it could not store, and which frames it had no time for."""

import pytest
from sqlalchemy import Engine

from tests.support.clocks import FakeClock
from tests.support.fleets import VisionInHand
from webapp.runtime.processes.status_files import read_waiting
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.site.system import Waiting
from webapp.services.use_cases import UseCases
from webapp.settings import Settings


@pytest.fixture
def vision(settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock) -> VisionInHand:
    vision = VisionInHand(settings, use_cases, unit_of_work, clock)
    vision.use_cases.cameras.add(CameraForm("Bar", "demo:"))
    return vision


def waiting(vision: VisionInHand) -> Waiting:
    return read_waiting(vision.settings.slots_dir)


def test_what_cannot_be_stored_is_counted_with_its_age(vision: VisionInHand, engine: Engine) -> None:
    vision.pass_time(1)
    assert waiting(vision).incidents == 0
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE incidents RENAME TO away")
    vision.pass_time(10)
    unstored = waiting(vision)
    assert unstored.incidents > 0
    assert 7 <= unstored.incidents_since_s <= 10
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO incidents")
    vision.pass_time(2)
    assert waiting(vision).incidents_since_s <= 1
    assert len(vision.use_cases.incidents.open_incidents()) == 1


def test_frames_that_nobody_came_for_are_counted(vision: VisionInHand) -> None:
    def dropped() -> int:
        frame = vision.live.newest(1)
        assert frame
        return frame.counters["frames_dropped"]

    vision.pass_time(5)
    assert dropped() == 0  # Two frames a second of a camera that is analysed five times a second.
    for _ in range(10):  # Busy for two seconds, in which ten frames came and ten turns passed.
        vision.captures[1].send()
    vision.now_s += 2
    vision.pass_time(1)
    assert dropped() == 10


def test_a_fast_camera_that_is_analysed_at_its_rate_drops_nothing(vision: VisionInHand) -> None:
    vision.pass_time(4, step_s=0.04)
    frame = vision.live.newest(1)
    assert frame
    assert frame.counters["frames"] == pytest.approx(20, abs=2)
    assert frame.counters["frames_dropped"] == 0
