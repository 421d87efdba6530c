"""The machine's clock is set by an hour, or by years: what was seen for how long is decided all the same."""

from datetime import timedelta

import pytest

from tests.support.clocks import FakeClock
from tests.support.fleets import VisionInHand
from webapp.domain.events import EventKind
from webapp.domain.insights.scores import TrackScores
from webapp.runtime.vision.steady_time import SteadyTime
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.cameras.snoozes import SnoozeService
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.use_cases import UseCases
from webapp.settings import Settings

HOUR = timedelta(hours=1)
JUMPS = [HOUR, -HOUR, timedelta(days=-20_000), timedelta(days=20_000)]
DAY_LIGHT = pytest.mark.parametrize("jump", JUMPS, ids=["an hour on", "an hour back", "to 1971", "to 2080"])


@pytest.fixture
def vision(settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock) -> VisionInHand:
    vision = VisionInHand(settings, use_cases, unit_of_work, clock)
    vision.use_cases.cameras.add(CameraForm("Bar", "demo:"))
    return vision


def kinds(vision: VisionInHand) -> list[EventKind]:
    """Return what happened to incidents, in order."""
    with vision.unit_of_work.reading() as work:
        return [event.kind for event in work.events.after(0, limit=1000) if event.incident_id is not None]


@DAY_LIGHT
def test_an_alert_that_is_open_goes_on(vision: VisionInHand, clock: FakeClock, jump: timedelta) -> None:
    vision.pass_time(4)
    assert kinds(vision) == [EventKind.INCIDENT_OPENED]
    clock.set(clock.now() + jump)
    vision.pass_time(6)
    assert kinds(vision) == [EventKind.INCIDENT_OPENED]
    (incident,) = vision.use_cases.incidents.open_incidents()
    assert incident.ended_at is None


@DAY_LIGHT
def test_the_dwell_time_is_neither_cut_short_nor_prolonged(
    vision: VisionInHand, clock: FakeClock, jump: timedelta
) -> None:
    vision.pass_time(1)  # The dwell time is 1.5 s.
    clock.set(clock.now() + jump)
    vision.pass_time(0.5)
    assert kinds(vision) == []
    vision.pass_time(3)
    assert kinds(vision) == [EventKind.INCIDENT_OPENED]
    (incident,) = vision.use_cases.incidents.open_incidents()
    assert abs(clock.now() - incident.opened_at) < timedelta(seconds=5)  # As the clock on the wall has it now.


@DAY_LIGHT
def test_what_is_resolved_raises_a_new_alert_a_cooldown_later(
    vision: VisionInHand, clock: FakeClock, jump: timedelta
) -> None:
    vision.pass_time(4)
    clock.set(clock.now() + jump)
    (incident,) = vision.use_cases.incidents.open_incidents()
    vision.use_cases.incidents.acknowledge(incident.incident_id, "Dana")
    vision.use_cases.incidents.resolve(incident.incident_id, "Dana", "recovered")
    vision.pass_time(20)
    assert kinds(vision).count(EventKind.INCIDENT_OPENED) == 1
    vision.pass_time(vision.fleet.watched[1].rule.cooldown_s)
    assert kinds(vision).count(EventKind.INCIDENT_OPENED) == 2


@DAY_LIGHT
def test_a_clock_that_is_set_after_resolving_changes_nothing_of_the_cooldown(
    vision: VisionInHand, clock: FakeClock, jump: timedelta
) -> None:
    vision.pass_time(4)
    (incident,) = vision.use_cases.incidents.open_incidents()
    vision.use_cases.incidents.acknowledge(incident.incident_id, "Dana")
    vision.use_cases.incidents.resolve(incident.incident_id, "Dana", "recovered")
    vision.pass_time(2)
    clock.set(clock.now() + jump)
    vision.pass_time(18)
    assert kinds(vision).count(EventKind.INCIDENT_OPENED) == 1
    vision.pass_time(vision.fleet.watched[1].rule.cooldown_s)
    assert kinds(vision).count(EventKind.INCIDENT_OPENED) == 2


@DAY_LIGHT
def test_a_snooze_ends_when_the_clock_on_the_wall_says_so(
    vision: VisionInHand, clock: FakeClock, unit_of_work: UnitOfWorkFactory, jump: timedelta
) -> None:
    clock.set(clock.now() + jump)
    SnoozeService(unit_of_work, clock).snooze(1, 5, "Dana")
    vision.pass_time(299)
    assert kinds(vision) == []
    vision.pass_time(6)
    assert kinds(vision) == [EventKind.INCIDENT_OPENED]


@DAY_LIGHT
def test_the_newest_picture_and_the_scores_carry_the_time_on_the_wall(
    vision: VisionInHand, clock: FakeClock, jump: timedelta
) -> None:
    vision.pass_time(4)
    clock.set(clock.now() + jump)
    vision.pass_time(4)
    frame = vision.live.newest(1)
    assert frame
    assert abs(clock.now() - frame.captured_at) < timedelta(seconds=1)
    vision.scores.leave(1)
    stretches = [scores for scores in vision.scores._waiting if isinstance(scores, TrackScores)]
    begun = [stretch.moments[0].at for stretch in stretches]
    assert abs(max(begun) - min(begun) - abs(jump)) < timedelta(seconds=10)


def test_time_that_nobody_set_is_the_clock_on_the_wall() -> None:
    clock, seconds = FakeClock(), [100.0]
    steady = SteadyTime(clock, lambda: seconds[0])
    seconds[0] += 60
    clock.advance(60.3)  # A clock that is drawn on slowly, and two that are not read at the same instant.
    assert steady.shift == timedelta()
    clock.advance(3600)
    assert steady.shift == timedelta(seconds=3600.3)
    assert steady.now() == clock.now() - steady.shift
