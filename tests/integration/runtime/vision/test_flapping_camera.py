"""A camera whose connection comes and goes: one quiet notice, and no alert that ends and continues each time."""

import pytest

from tests.support.clocks import FakeClock
from tests.support.fleets import VisionInHand
from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.domain.events import Event, EventKind
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.use_cases import UseCases
from webapp.settings import Settings

ENDED = StateReason("The camera closed the connection.", {}, "camera_ended")
REFUSED = StateReason("Nothing listens at the camera's host and port.", {}, "camera_unreachable")


@pytest.fixture
def vision(settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock) -> VisionInHand:
    return VisionInHand(settings, use_cases, unit_of_work, clock)


@pytest.fixture
def camera_id(vision: VisionInHand) -> int:
    """A watched camera before which somebody has alerted."""
    camera_id = vision.use_cases.cameras.add(CameraForm("Desk", "demo:")).camera_id
    vision.pass_time(4)
    return camera_id


def flap(vision: VisionInHand, camera_id: int, times: int, *, step_s: float = 1.5) -> None:
    for number in range(times):
        vision.go_away(camera_id, (ENDED, REFUSED)[number % 2])
        vision.pass_time(3, step_s=step_s)
        vision.come_back(camera_id)
        vision.pass_time(3, step_s=step_s)


def events(vision: VisionInHand, *kinds: EventKind) -> list[Event]:
    with vision.unit_of_work.reading() as work:
        return [event for event in work.events.after(0, limit=5000) if event.kind in kinds]


def told(vision: VisionInHand) -> list[tuple[str, str | None]]:
    states = [event.payload for event in events(vision, EventKind.CAMERA_STATE_CHANGED)]
    return [(said["state"], said["reason"] and said["reason"]["code"]) for said in states]


def test_a_hundred_flaps_in_ten_minutes_are_one_notice(vision: VisionInHand, camera_id: int) -> None:
    flap(vision, camera_id, 100)
    assert told(vision) == [
        ("online", None),
        ("offline", "camera_ended"),
        ("online", None),
        ("offline", "camera_unreachable"),
        ("online", None),
        ("online", "camera_unstable"),
    ]
    camera = vision.use_cases.cameras.get(camera_id)
    assert camera.is_unstable
    assert str(camera.state_reason).startswith("The camera went away 100 times in 10 minutes")


def test_when_it_is_steady_again_that_is_one_line(vision: VisionInHand, camera_id: int) -> None:
    flap(vision, camera_id, 20)
    before = len(told(vision))
    vision.pass_time(320, step_s=2.0)
    assert told(vision)[before:] == [("online", None)]
    assert events(vision, EventKind.CAMERA_STATE_CHANGED)[-1].payload["outages"] == 20
    assert not vision.use_cases.cameras.get(camera_id).is_unstable


def test_an_alert_that_goes_on_across_flaps_does_not_end_and_continue_each_time(
    vision: VisionInHand, camera_id: int
) -> None:
    flap(vision, camera_id, 20, step_s=0.5)
    assert events(vision, EventKind.INCIDENT_ENDED, EventKind.INCIDENT_CONTINUED) == []
    (incident,) = vision.use_cases.incidents.open_incidents()
    assert incident.ended_at is None


def test_an_alert_whose_camera_stays_away_ends_within_seconds_at_the_time_of_its_last_sight(
    vision: VisionInHand, camera_id: int
) -> None:
    last_at = vision.clock.now()
    vision.go_away(camera_id, ENDED)
    vision.pass_time(11)
    (incident,) = vision.use_cases.incidents.open_incidents()
    assert incident.ended_at == last_at


def test_one_whose_face_has_gone_meanwhile_ends_as_well(vision: VisionInHand, camera_id: int) -> None:
    vision.go_away(camera_id, ENDED)
    vision.pass_time(2)
    vision.use_cases.cameras.remove(camera_id)
    vision.pass_time(1)
    (incident,) = vision.use_cases.incidents.open_incidents()
    assert incident.ended_at is not None


def test_an_unstable_camera_that_stays_away_is_told_as_offline(vision: VisionInHand, camera_id: int) -> None:
    flap(vision, camera_id, 5)
    vision.go_away(camera_id, REFUSED)
    vision.pass_time(29)
    assert vision.use_cases.cameras.get(camera_id).state is CameraState.ONLINE
    vision.pass_time(3)
    assert told(vision)[-1] == ("offline", "camera_unreachable")


def test_a_notice_that_could_not_be_stored_is_told_later(
    vision: VisionInHand, camera_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class AwayCameras:
        def report_state(self, *_arguments: object, **_options: object) -> None:
            raise OSError("the disk is full")

    readable, vision.fleet.cameras = vision.fleet.cameras, AwayCameras()  # type: ignore[assignment]
    vision.go_away(camera_id, ENDED)
    vision.pass_time(2)
    vision.fleet.cameras = readable
    vision.pass_time(1)
    assert told(vision)[-1] == ("offline", "camera_ended")
