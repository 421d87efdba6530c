"""Faces made worse: what each degradation does, and that it leaves the faces that it is given alone."""

import numpy as np
import pytest

from model.evaluation.degradations import (
    DEGRADATIONS,
    Degradation,
    noisy,
    shrunk,
    tilted,
    with_brightness,
    with_contrast,
)
from model.evaluation.quality import conditions, contrast, sharpness
from model.preprocessing import preprocess_faces
from tests.unit.model.data.synthetic_fer2013 import face

FACES = np.stack([face(label) for label in range(6)])
BY_NAME = {kind.name: kind for kind in DEGRADATIONS}


@pytest.mark.parametrize("kind", DEGRADATIONS, ids=lambda kind: kind.name)
def test_faces_stay_grey_pictures_and_those_given_stay_as_they_are(kind: Degradation) -> None:
    given = FACES.copy()

    for level in kind.levels_for(48):
        worse = kind.apply(given, level)
        assert worse.dtype == np.uint8
        assert worse.ndim == 3
        assert len(worse) == len(given)
    assert np.array_equal(given, FACES)


@pytest.mark.parametrize("kind", DEGRADATIONS, ids=lambda kind: kind.name)
def test_each_level_takes_the_faces_further_from_what_they_were(kind: Degradation) -> None:
    def distance(level: float) -> float:
        seen = [preprocess_faces(faces, size_px=48) for faces in (FACES, kind.apply(FACES, level))]
        return float(np.abs(seen[0] - seen[1]).mean())

    distances = [distance(level) for level in kind.levels_for(48)]

    assert distances == sorted(distances)
    assert distances[0] > 0


def test_a_small_face_is_as_small_as_it_would_come() -> None:
    assert shrunk(FACES, 12).shape == (6, 12, 12)


def test_no_face_is_made_larger_than_it_is() -> None:
    assert list(BY_NAME["size"].levels_for(48)) == [32, 24, 16, 12]
    assert list(BY_NAME["size"].levels_for(96)) == [48, 32, 24, 16, 12]
    assert ("size", 48) not in [(kind.name, level) for kind, level in conditions(48)]


def test_blur_is_as_strong_on_a_larger_picture_of_the_same_face() -> None:
    large = np.kron(FACES, np.ones((1, 2, 2), np.uint8))
    blur = BY_NAME["blur"].apply

    assert np.abs(shrunk(blur(large, 2), 48).astype(int) - blur(FACES, 2)).mean() < 2


def test_contrast_keeps_the_mean_and_brightness_does_not() -> None:
    assert np.allclose(with_contrast(FACES, 0.5).mean(axis=(1, 2)), FACES.mean(axis=(1, 2)), atol=0.5)
    assert np.allclose(contrast(with_contrast(FACES, 0.5)), contrast(FACES) / 2, atol=0.5)
    assert np.allclose(with_brightness(FACES, 0.5).mean(axis=(1, 2)), FACES.mean(axis=(1, 2)) / 2, atol=0.5)


def test_half_of_the_faces_tilt_the_other_way() -> None:
    upright = np.zeros((2, 48, 48), np.uint8)
    upright[:, :24] = 200

    left, right = tilted(upright, 20)

    assert np.abs(left.astype(int) - right[:, ::-1]).mean() < 1
    assert np.abs(left.astype(int) - right).mean() > 10


def test_noise_is_the_same_at_every_call() -> None:
    assert np.array_equal(noisy(FACES, 10), noisy(FACES, 10))


def test_blur_lowers_sharpness() -> None:
    assert (sharpness(BY_NAME["blur"].apply(FACES, 2)) < sharpness(FACES)).all()
