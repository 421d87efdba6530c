"""Which pictures of a camera, a video or a photo folder are looked at."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from webapp.domain.vision.frames import ImageBGR
from webapp.errors import InputInvalid
from webapp.vision.dataset.frame_sampling import SamplingPlan, photo_samples, taken_at

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
IMAGE = np.zeros((4, 4, 3), np.uint8)


def pictures(seconds: float, *, fps: float = 10.0) -> Iterator[tuple[float, ImageBGR]]:
    return ((number / fps, IMAGE) for number in range(round(seconds * fps)))


def write_photo(path: Path, *, taken: str = "", changed_s: float = 0.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    Image.new("RGB", (32, 32)).save(path, exif=exif)
    os.utime(path, (changed_s, changed_s))
    return path


def times_of(plan: SamplingPlan, seconds: float) -> list[float]:
    return [round((sample.at - BEGIN).total_seconds(), 3) for sample in plan.samples(pictures(seconds), BEGIN)]


def test_looks_are_as_far_apart_as_wanted() -> None:
    assert times_of(SamplingPlan(every_s=0.5), 2.0) == [0.0, 0.5, 1.0, 1.5]
    assert times_of(SamplingPlan(every_s=0.25), 1.0) == [0.0, 0.3, 0.5, 0.8]
    assert len(times_of(SamplingPlan(every_s=0.0), 2.0)) == 20


def test_looks_begin_and_end_as_wanted() -> None:
    assert times_of(SamplingPlan(every_s=0.5, start_s=1.0, seconds=1.0), 9.0) == [1.0, 1.5]


def test_a_long_unnamed_recording_is_cut_into_stretches_with_pauses() -> None:
    samples = list(SamplingPlan(every_s=5.0).samples(pictures(140.0), BEGIN))

    seconds = [(sample.at - BEGIN).total_seconds() for sample in samples]
    assert 60.0 not in seconds
    assert 125.0 not in seconds
    assert [sample.stretch for sample in samples] == [0] * 12 + [1] * 12 + [2] * 2


def test_a_named_persons_recording_is_one_stretch() -> None:
    samples = list(SamplingPlan(every_s=5.0, person="kim").samples(pictures(140.0), BEGIN))

    assert len(samples) == 28
    assert {(sample.person, sample.stretch) for sample in samples} == {("kim", 0)}


def test_sub_folders_are_persons_and_photos_come_in_the_order_of_their_times(tmp_path: Path) -> None:
    write_photo(tmp_path / "Kim" / "a.jpg", taken="2026:03:01 12:00:09")
    write_photo(tmp_path / "Kim" / "b.jpg", taken="2026:03:01 12:00:01")
    write_photo(tmp_path / "Kim" / "later" / "c.jpg", taken="2026:03:01 15:00:00")
    write_photo(tmp_path / "d.png", changed_s=BEGIN.timestamp())

    samples = list(photo_samples(tmp_path, ""))

    assert [(sample.person, sample.stretch, sample.at.hour, sample.at.second) for sample in samples] == [
        ("kim", 0, 12, 1),
        ("kim", 0, 12, 9),
        ("kim", 1, 15, 0),
        ("", 0, 12, 0),
    ]


def test_a_person_that_is_named_is_the_one_of_all_photos(tmp_path: Path) -> None:
    write_photo(tmp_path / "Kim" / "a.jpg")
    write_photo(tmp_path / "b.jpg")

    assert {sample.person for sample in photo_samples(tmp_path, "lee")} == {"lee"}


def test_a_photo_that_cannot_be_read_is_told_and_passed_over(tmp_path: Path) -> None:
    write_photo(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_text("no picture")
    told: list[str] = []

    assert len(list(photo_samples(tmp_path, "", told.append))) == 1
    assert len(told) == 1
    assert "b.jpg' is not a picture" in told[0]


def test_a_sub_folder_named_after_an_emotion_is_refused(tmp_path: Path) -> None:
    write_photo(tmp_path / "Happy" / "a.jpg")

    with pytest.raises(InputInvalid, match=r"sub-folders are persons.*Happy' --emotion happy"):
        photo_samples(tmp_path, "")


def test_a_folder_without_photos_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()

    with pytest.raises(InputInvalid, match="holds no photo"):
        photo_samples(tmp_path, "")


@pytest.mark.parametrize("taken", ["", "yesterday", "0000:00:00 00:00:00"])
def test_without_a_usable_exif_time_the_files_time_counts(tmp_path: Path, taken: str) -> None:
    assert taken_at(write_photo(tmp_path / "a.jpg", taken=taken, changed_s=BEGIN.timestamp())) == BEGIN
