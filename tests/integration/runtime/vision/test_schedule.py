"""Outside its opening hours a camera is shown and not analysed; vision itself, ticked by the test."""

from datetime import UTC, datetime

import pytest

from tests.support.clocks import FakeClock
from tests.support.fleets import VisionInHand
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cameras.schedule import ALWAYS, OpeningHours, parse_day
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.use_cases import UseCases
from webapp.settings import Settings

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOURS = OpeningHours(parse_day(MONDAY.weekday(), "10:00-10:30"))


@pytest.fixture
def vision(settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock) -> VisionInHand:
    clock.set(MONDAY.replace(hour=9, minute=59, second=50))
    return VisionInHand(settings, use_cases, unit_of_work, clock)


def test_a_closed_camera_is_shown_and_not_analysed_until_its_hour_comes(vision: VisionInHand) -> None:
    camera_id = vision.use_cases.cameras.add(CameraForm("Bar", "demo:"), looks=CameraSettings(opening=HOURS)).camera_id
    vision.pass_time(5)
    first = vision.live.sequence(camera_id)
    closed = vision.use_cases.cameras.get(camera_id)
    assert (closed.state, closed.state_reason) == (CameraState.CLOSED, None)
    assert closed.opens_at == MONDAY.replace(hour=10)
    vision.pass_time(4)
    assert vision.live.sequence(camera_id) > first
    assert (vision.read_count, vision.live.newest(camera_id).faces) == (0, ())  # type: ignore[union-attr]
    vision.pass_time(5)  # Nothing was changed; only the hour has come.
    assert [incident.ended_at for incident in vision.use_cases.incidents.open_incidents()] == [None]
    opened = vision.use_cases.cameras.get(camera_id)
    assert (opened.state, opened.opens_at) == (CameraState.ONLINE, None)


def test_the_open_alert_ends_with_the_hours(vision: VisionInHand) -> None:
    camera_id = vision.use_cases.cameras.add(CameraForm("Bar", "demo:"), looks=CameraSettings(opening=HOURS)).camera_id
    vision.clock.set(MONDAY.replace(hour=10, minute=29, second=50))
    vision.pass_time(8)
    assert [incident.ended_at for incident in vision.use_cases.incidents.open_incidents()] == [None]
    vision.pass_time(4)
    assert vision.use_cases.incidents.open_incidents()[0].ended_at is not None
    read, shown = vision.read_count, vision.live.sequence(camera_id)
    vision.pass_time(4)
    assert vision.read_count == read
    assert vision.live.sequence(camera_id) > shown


def test_hours_that_are_changed_hold_within_a_second(vision: VisionInHand) -> None:
    camera_id = vision.use_cases.cameras.add(CameraForm("Bar", "demo:"), looks=CameraSettings(opening=HOURS)).camera_id
    vision.pass_time(2)
    vision.use_cases.cameras.change_settings(camera_id, CameraSettings(opening=ALWAYS))
    vision.pass_time(1)
    assert vision.read_count > 0
