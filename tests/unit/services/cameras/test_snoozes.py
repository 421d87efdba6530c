import pytest

from tests.fakes.storage import in_memory  # noqa: F401 - the `unit_of_work` of these tests.
from webapp.domain.cameras.snoozes import Snooze
from webapp.domain.events import EventKind
from webapp.errors import InputInvalid, NotFound
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.cameras.snoozes import SnoozeService


@pytest.fixture
def snoozes(unit_of_work, clock):
    return SnoozeService(unit_of_work, clock)


@pytest.fixture
def camera(use_cases):
    return use_cases.cameras.add(CameraForm("Bar", "demo:"))


@pytest.fixture
def said(unit_of_work):
    def read():
        with unit_of_work() as work:
            events = work.events.after(0, limit=100)
        return [(e.kind, e.actor, e.payload["snoozed_until"]) for e in events if "snoozed_until" in e.payload]

    return read


def test_a_snooze_is_stored_with_who_asked_for_it_and_noted(snoozes, use_cases, camera, said, clock):
    snoozes.snooze(camera.camera_id, 5, "dana")
    until_at = clock.now().replace(minute=5)
    stored = use_cases.cameras.get(camera.camera_id)
    assert stored.snooze == Snooze(until_at, "dana")
    assert stored.revision == camera.revision, "vision would start the camera anew"
    assert said() == [(EventKind.CAMERA_SNOOZED, "dana", "2026-03-02T09:05:00+00:00")]


def test_anybody_ends_it_and_a_second_end_is_not_noted(snoozes, use_cases, camera, said):
    snoozes.snooze(camera.camera_id, 60, "dana")
    snoozes.end(camera.camera_id, "alice")
    snoozes.end(camera.camera_id, "bob")
    assert use_cases.cameras.get(camera.camera_id).snooze is None
    assert said()[1:] == [(EventKind.CAMERA_SNOOZE_ENDED, "alice", None)]


def test_what_is_over_is_not_ended_again(snoozes, camera, said, clock):
    snoozes.snooze(camera.camera_id, 5, "dana")
    clock.advance(300)
    snoozes.end(camera.camera_id, "alice")
    assert len(said()) == 1


def test_another_snooze_takes_the_place_of_the_first(snoozes, use_cases, camera):
    snoozes.snooze(camera.camera_id, 60, "dana")
    shorter = snoozes.snooze(camera.camera_id, 5, "alice").snooze
    assert use_cases.cameras.get(camera.camera_id).snooze == shorter


def test_changing_the_camera_keeps_the_snooze(snoozes, use_cases, camera):
    snooze = snoozes.snooze(camera.camera_id, 60, "dana").snooze
    use_cases.cameras.change(camera.camera_id, CameraForm("Long bar", "demo:"))
    assert use_cases.cameras.get(camera.camera_id).snooze == snooze


def test_what_cannot_be_is_refused_and_nothing_noted(snoozes, camera, said):
    with pytest.raises(InputInvalid):
        snoozes.snooze(camera.camera_id, 0, "dana")
    with pytest.raises(NotFound):
        snoozes.snooze(99, 5, "dana")
    with pytest.raises(NotFound):
        snoozes.end(99, "dana")
    assert said() == []
