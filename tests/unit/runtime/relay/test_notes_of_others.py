"""What other machines could not store is said on the pages of this one, for as long as they are there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.relay import FakeServer, Machine, turned
from webapp.domain.alerts.not_stored import StorageState, UnstoredAlert
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.site.storage_faults import StorageFault
from webapp.domain.vision.emotions import Emotion
from webapp.runtime.processes.status_files import (
    model_problem_of_all,
    waiting_of_all,
    waiting_pictures_of_all,
    write_model_problem,
    write_waiting,
    write_waiting_pictures,
)
from webapp.runtime.processes.storage_notes import StorageNote, StorageNotes
from webapp.services.model.model_problem import ModelFault, ModelProblem
from webapp.services.site.system import Waiting, WaitingPictures

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
FAULT = next(iter(StorageFault))


def unstored(camera: str) -> StorageState:
    return StorageState(FAULT, (UnstoredAlert(7, camera, Emotion.ANGRY, next(iter(AlertLevel)), NOON, NOON),))


@pytest.fixture
def machines(tmp_path: Path) -> list[Machine]:
    server = FakeServer()
    return [Machine(tmp_path / name, server, name) for name in ("front", "left", "right")]


def test_alerts_of_all_machines_that_are_not_stored_are_named(machines: list[Machine]) -> None:
    front, left, right = machines
    for machine in (left, right):
        StorageNote(machine.slots_dir, "vision").write(unstored(machine.node))
    turned(*machines, seconds=1)
    state = StorageNotes(front.slots_dir).state()
    assert (state.fault, {alert.camera for alert in state.alerts}) == (FAULT, {"left", "right"})
    (left.slots_dir / "storage-vision.json").unlink()
    turned(*machines, seconds=1)
    assert [alert.camera for alert in StorageNotes(front.slots_dir).state().alerts] == ["right"]


def test_what_waits_is_added_up(machines: list[Machine]) -> None:
    front, left, right = machines
    write_waiting(front.slots_dir, Waiting(1, 5.0, 2))
    write_waiting(left.slots_dir, Waiting(2, 9.0, 3))
    write_waiting_pictures(left.slots_dir, WaitingPictures(4, 3.0))
    write_waiting_pictures(right.slots_dir, WaitingPictures(1, 8.0, "away"))
    turned(*machines, seconds=1)
    assert waiting_of_all(front.slots_dir) == Waiting(3, 9.0, 5)
    assert waiting_pictures_of_all(front.slots_dir) == WaitingPictures(5, 8.0, "away")


def test_a_model_that_cannot_be_loaded_elsewhere_is_said_and_of_a_machine_that_is_gone_nothing(
    machines: list[Machine],
) -> None:
    front, left, right = machines
    problem = ModelProblem(ModelFault.MISSING, "no model on the left")
    write_model_problem(left.slots_dir, problem)
    turned(*machines, seconds=1)
    assert model_problem_of_all(front.slots_dir) == problem
    assert model_problem_of_all(left.slots_dir) == problem
    turned(front, right, seconds=6)
    assert model_problem_of_all(front.slots_dir) is None
    assert [path.name for path in (front.slots_dir / "nodes").iterdir()] == ["right"]
