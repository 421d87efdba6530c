"""A model that could not be loaded is tried again when its files change, and now and then."""

from pathlib import Path

import pytest

from webapp.runtime.vision.model_watch import ModelWatch


@pytest.fixture
def tries() -> list[float]:
    return []


@pytest.fixture
def watch(tmp_path: Path, tries: list[float]) -> ModelWatch:
    (tmp_path / "model.tflite").write_bytes(b"half")
    return ModelWatch(lambda: tmp_path.glob("*"), lambda: bool(tries.append(0.0)) or (tmp_path / "good").exists())


def count_at(watch: ModelWatch, tries: list[float], *times_s: float) -> list[int]:
    counts = []
    for now_s in times_s:
        watch.is_mended(now_s)
        counts.append(len(tries))
    return counts


def test_files_that_stay_as_they_are_are_tried_every_half_a_minute(watch, tries):
    assert count_at(watch, tries, 100, 101, 129, 131, 140, 159, 162) == [0, 0, 0, 1, 1, 1, 2]


def test_files_that_change_are_tried_within_two_seconds(watch, tries, tmp_path):
    assert not watch.is_mended(100)
    (tmp_path / "model.tflite").write_bytes(b"half and more")
    assert not watch.is_mended(101)
    assert not watch.is_mended(102.1)
    assert len(tries) == 1
    (tmp_path / "good").touch()
    assert watch.is_mended(104.2)


def test_a_folder_that_goes_while_it_is_looked_at_is_no_failure(tries, tmp_path):
    watch = ModelWatch(lambda: [tmp_path / "gone"], lambda: True)
    assert [watch.is_mended(now_s) for now_s in (0, 3, 33)] == [False, False, True]
