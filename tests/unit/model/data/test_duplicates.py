import cv2
import numpy as np
import pytest

from model.data.duplicates import NEAR_CORRELATION, duplicates_across, repeated_within, unit_thumbnails
from model.data.faces import LabelledFaces
from tests.unit.model.data.synthetic_fer2013 import face


def noise(seed: int, size_px: int = 48) -> np.ndarray:
    """Return a face-sized picture like no other, smooth enough to survive being compressed."""
    small = np.random.default_rng(seed).integers(0, 256, (8, 8), dtype=np.uint8)
    return cv2.resize(small, (size_px, size_px), interpolation=cv2.INTER_CUBIC)


def recompressed(gray: np.ndarray) -> np.ndarray:
    encoded = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    return cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)


def split_of(*faces: np.ndarray) -> LabelledFaces:
    return LabelledFaces(np.stack(faces), np.zeros(len(faces), np.int64))


def test_the_same_photo_is_found_in_a_later_split_exactly_and_nearly() -> None:
    training = split_of(noise(0), noise(1), noise(2))
    test = split_of(noise(3), recompressed(noise(2)), noise(1))

    pairs = duplicates_across({"Training": training, "PublicTest": test})

    assert [(pair.first, pair.second, pair.is_exact) for pair in pairs] == [
        (("Training", 1), ("PublicTest", 2), True),
        (("Training", 2), ("PublicTest", 1), False),
    ]
    assert NEAR_CORRELATION < pairs[1].correlation < 1.0


def test_every_later_split_is_compared_with_every_earlier_one() -> None:
    same = split_of(noise(1))

    pairs = duplicates_across({"Training": same, "PublicTest": same, "PrivateTest": same})

    assert [(pair.first[0], pair.second[0]) for pair in pairs] == [
        ("Training", "PublicTest"),
        ("Training", "PrivateTest"),
        ("PublicTest", "PrivateTest"),
    ]


def test_faces_without_contrast_are_the_same_only_when_they_are_equal() -> None:
    gray, other = np.full((48, 48), 7, np.uint8), np.full((48, 48), 9, np.uint8)

    pairs = duplicates_across({"Training": split_of(gray), "PublicTest": split_of(other, gray)})

    assert [(pair.second[1], pair.is_exact) for pair in pairs] == [(1, True)]


def test_splits_of_different_sizes_are_compared_by_their_looks() -> None:
    pairs = duplicates_across({"Training": split_of(noise(1, 96)), "PublicTest": split_of(noise(1, 48))})

    assert [pair.is_exact for pair in pairs] == [False]


def test_brightness_and_contrast_do_not_hide_a_duplicate() -> None:
    darker = (noise(1) * 0.5 + 20).astype(np.uint8)

    first, second = unit_thumbnails(np.stack([noise(1), darker]))

    assert float(first @ second) == pytest.approx(1.0, abs=0.01)
    assert float(first @ unit_thumbnails(noise(2)[None])[0]) < 0.6


def test_repetitions_within_a_split_are_counted() -> None:
    assert repeated_within(split_of(face(1), face(2), face(1), face(1))) == 2
