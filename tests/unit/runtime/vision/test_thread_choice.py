"""How many threads the model gets is measured once for each model and machine."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from model.artefacts import WEIGHTS_DIR
from model.errors import ArtefactMismatch
from webapp.runtime.vision.thread_choice import fewest_threads, known_threads, measured_threads

COMPACT, OTHER = WEIGHTS_DIR / "compact_resnet", WEIGHTS_DIR / "efficientnet_lite0"
KEPT = "model-threads.json"


class FakeMeasure:
    """Answers at once with what a machine of four processors might."""

    def __init__(self) -> None:
        """Begin without a measurement."""
        self.asked: list[tuple[Path, int]] = []

    def __call__(self, model_dir: Path, threads: int) -> float:
        """Return milliseconds."""
        self.asked.append((model_dir, threads))
        return {1: 9.0, 2: 5.0, 3: 4.5, 4: 6.0}[threads]


@pytest.fixture
def measure() -> FakeMeasure:
    return FakeMeasure()


@pytest.fixture(autouse=True)
def processors(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def have(count: int) -> None:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(count)))

    have(8)
    return have


@pytest.mark.parametrize(
    ("ms_per_face", "chosen"),
    [({1: 5.0}, 1), ({1: 5.0, 2: 4.4}, 1), ({1: 5.0, 2: 4.3}, 2), ({1: 3.0, 2: 9.0}, 1), ({1: 9, 2: 5, 3: 4.5}, 2)],
)
def test_a_further_thread_has_to_be_worth_more_than_a_seventh(ms_per_face: dict[int, float], chosen: int) -> None:
    assert fewest_threads(ms_per_face) == chosen


def test_it_is_measured_at_the_first_start_alone(tmp_path: Path, measure: FakeMeasure) -> None:
    first = measured_threads(tmp_path, COMPACT, measure)
    assert (first.threads, [threads for _, threads in measure.asked]) == (2, [1, 2, 3, 4])
    assert measured_threads(tmp_path, COMPACT, measure) == first
    assert (len(measure.asked), known_threads(tmp_path, COMPACT)) == (4, 2)


def test_no_more_threads_are_tried_than_there_are_processors(
    tmp_path: Path, measure: FakeMeasure, processors: Callable[[int], None]
) -> None:
    processors(1)
    assert measured_threads(tmp_path, COMPACT, measure).threads == 1
    assert measure.asked == [(COMPACT, 1)]


def test_another_model_is_another_question(tmp_path: Path, measure: FakeMeasure) -> None:
    measured_threads(tmp_path, COMPACT, measure)
    measured_threads(tmp_path, OTHER, measure)
    assert len(measure.asked) == 8


def test_a_machine_with_other_processors_is_another_question(
    tmp_path: Path, measure: FakeMeasure, processors: Callable[[int], None]
) -> None:
    measured_threads(tmp_path, COMPACT, measure)
    processors(2)
    measured_threads(tmp_path, COMPACT, measure)
    assert len(measure.asked) == 6


def changed(kept: str, **values: object) -> str:
    return json.dumps({**json.loads(kept), **values})


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: "",
        lambda kept: kept[:40],
        lambda kept: "[]",
        lambda kept: changed(kept, threads=0),
        lambda kept: changed(kept, threads=4000),
        lambda kept: kept.replace('"litert":"', '"litert":"0.'),
    ],
)
def test_a_damaged_or_foreign_answer_is_measured_anew(
    tmp_path: Path, measure: FakeMeasure, damage: Callable[[str], str]
) -> None:
    measured_threads(tmp_path, COMPACT, measure)
    kept = tmp_path / KEPT
    kept.write_text(damage(kept.read_text()))
    assert measured_threads(tmp_path, COMPACT, measure).threads == 2
    assert len(measure.asked) == 8


def test_where_the_answer_cannot_be_kept_it_is_used_all_the_same(tmp_path: Path, measure: FakeMeasure) -> None:
    assert measured_threads(tmp_path / "missing", COMPACT, measure).threads == 2


def test_who_measures_nothing_takes_two_threads_or_as_many_as_there_are_processors(
    tmp_path: Path, processors: Callable[[int], None]
) -> None:
    assert known_threads(tmp_path, COMPACT) == 2
    processors(1)
    assert known_threads(tmp_path, COMPACT) == 1


def test_without_an_artefact_the_error_is_the_artefacts(tmp_path: Path) -> None:
    with pytest.raises(ArtefactMismatch):
        measured_threads(tmp_path, tmp_path / "none")


def test_the_real_model_is_really_run(tmp_path: Path, processors: Callable[[int], None]) -> None:
    processors(2)
    choice = measured_threads(tmp_path, COMPACT)
    assert set(choice.ms_per_face) == {1, 2}
    assert all(0 < ms < 1000 for ms in choice.ms_per_face.values())
