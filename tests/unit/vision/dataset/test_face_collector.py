"""One face of each picture, cut out as serving does, and only what is new."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from model.data.duplicates import unit_thumbnails
from model.preprocessing import crop_faces
from tests.fakes.vision import FakeFaceDetector
from webapp.domain.vision.faces import FaceDetections
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import CameraEnded
from webapp.vision.dataset.capture_sessions import CollectionSplit
from webapp.vision.dataset.collection import Collection
from webapp.vision.dataset.face_collector import FaceCollector, LeftOut, choose_face
from webapp.vision.dataset.frame_sampling import FrameSample

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARGIN = 0.1
BOX = (20.0, 20.0, 80.0, 80.0)


def picture(seed: int) -> ImageBGR:
    gray = np.random.default_rng(seed).integers(0, 256, (10, 10), dtype=np.uint8).repeat(10, 0).repeat(10, 1)
    return np.repeat(gray[:, :, None], 3, axis=2)


def samples(seeds: Sequence[int], *, person: str = "", stretch: int = 0) -> Iterator[FrameSample]:
    return (
        FrameSample(picture(seed), AT + timedelta(seconds=number), person, stretch) for number, seed in enumerate(seeds)
    )


def collector(folder: Path, *frames: Sequence[Sequence[float]]) -> FaceCollector:
    return FaceCollector(
        Collection(folder, 48),
        FakeFaceDetector(*(frames or ([BOX],))),
        unit_thumbnails,
        cropping={"crop_margin": MARGIN},
        emotion="angry",
        source="demo:",
        face_px=48,
        now=lambda: AT,
    )


def detections(*widths_px: float, blurred: bool = False) -> FaceDetections:
    boxes = np.array([[0, 0, width, width] for width in widths_px], np.float32).reshape(-1, 4)
    return FaceDetections(boxes, np.full(len(boxes), blurred))


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        (detections(), LeftOut.NO_FACE),
        (detections(100), 0),
        (detections(100, 59), 0),
        (detections(100, 61), LeftOut.SEVERAL),
        (detections(100, blurred=True), LeftOut.BLURRED),
    ],
)
def test_the_label_means_the_one_face_that_stands_out(found: FaceDetections, chosen: int | LeftOut) -> None:
    assert choose_face(found) == chosen


def test_a_face_is_cut_out_as_serving_cuts_it(tmp_path: Path) -> None:
    collector(tmp_path).collect(samples([1]))

    expected = crop_faces(picture(1)[:, :, 0], np.array([BOX], np.float32), margin=MARGIN, size_px=48)
    assert np.array_equal(Collection(tmp_path, 48).faces_gray(), expected)


def test_what_is_near_identical_is_kept_once_also_of_an_earlier_run(tmp_path: Path) -> None:
    first = collector(tmp_path)
    first.collect(samples([1, 1, 2, 1]))
    second = collector(tmp_path)
    second.collect(samples([2, 3], stretch=1))

    assert (first.tally.kept.total(), first.tally.left_out) == (2, {LeftOut.NEAR_IDENTICAL: 2})
    assert (second.tally.kept.total(), second.tally.left_out) == (1, {LeftOut.NEAR_IDENTICAL: 1})


def test_each_person_and_stretch_goes_to_one_split(tmp_path: Path) -> None:
    run = collector(tmp_path)
    run.collect(
        [*samples([1, 2], person="kim"), *samples([3, 4, 5], person="lee"), *samples([6], person="kim", stretch=1)]
    )

    assert run.tally.kept == {CollectionSplit.TRAIN: 3, CollectionSplit.TEST: 3}
    assert {path.stem.split("-")[0] for path in (tmp_path / "test").rglob("*.png")} == {"lee"}


def test_pictures_without_one_clear_face_are_counted(tmp_path: Path) -> None:
    run = collector(tmp_path, [], [BOX, BOX], [BOX])
    run.collect(samples([1, 2, 3]))

    assert run.tally.pictures == 3
    assert run.tally.left_out == {LeftOut.NO_FACE: 1, LeftOut.SEVERAL: 1}
    assert run.tally.kept.total() == 1


@pytest.mark.parametrize("end", [CameraEnded("The camera closed the connection."), KeyboardInterrupt()])
def test_what_was_found_is_kept_when_the_camera_breaks_or_a_person_interrupts(
    tmp_path: Path, end: BaseException
) -> None:
    def breaking() -> Iterator[FrameSample]:
        yield from samples([1, 2])
        raise end

    run = collector(tmp_path)
    with pytest.raises(type(end)):
        run.collect(breaking())

    assert run.tally.kept.total() == 2
    assert len(Collection(tmp_path, 48).faces_gray()) == 2
