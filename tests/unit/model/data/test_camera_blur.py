import numpy as np
import pytest

from model.data.augmentation import AugmentationConfig, face_augmentation
from model.data.camera_blur import SIDES_PX, blur_operators
from model.errors import ExperimentInvalid
from model.preprocessing import preprocess_faces
from tests.unit.model.data.synthetic_fer2013 import face

# Keras on NumPy 2 warns of its own deprecations.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

NOTHING = {"flip": False, "tilt_deg": 0, "zoom": 0, "shift": 0, "brightness": 0, "contrast": 0}
FACES = preprocess_faces(np.stack([face(label, seed) for label in range(7) for seed in range(20)]), size_px=48)


def roughness(pictures: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> float:
    return float(np.abs(np.diff(pictures, axis=-1)).mean())


@pytest.mark.parametrize("size_px", [32, 48, 64])
def test_an_even_picture_stays_as_it_is(size_px: int) -> None:
    even = np.full((size_px, size_px), 0.4, np.float32)

    worse = blur_operators(size_px) @ even @ blur_operators(size_px).transpose(0, 2, 1)

    assert np.allclose(worse, 0.4, atol=1e-5)


def test_every_way_takes_detail_away() -> None:
    picture = np.random.default_rng(0).uniform(-1, 1, (48, 48)).astype(np.float32)

    worse = blur_operators(48) @ picture @ blur_operators(48).transpose(0, 2, 1)

    assert max(roughness(way) for way in worse) < 0.9 * roughness(picture)


def test_a_face_is_never_reduced_to_more_pixels_than_it_has() -> None:
    fewer = sum(side_px < 32 for side_px in SIDES_PX)

    assert len(blur_operators(48)) - len(blur_operators(32)) == 5 * (len(SIDES_PX) - fewer)


def test_a_share_of_the_faces_is_blurred_while_training() -> None:
    layer = face_augmentation(AugmentationConfig(**NOTHING, blur=0.3), seed=3)

    changed = np.asarray(layer(FACES, training=True))

    share = float(np.mean([not np.array_equal(one, other) for one, other in zip(changed, FACES, strict=True)]))
    assert 0.15 < share < 0.45
    assert np.abs(changed).max() <= 1
    assert np.array_equal(np.asarray(layer(FACES, training=False)), FACES)


def test_keras_says_that_it_mixes_no_faces() -> None:
    with pytest.raises(ExperimentInvalid, match=r"mixup.*--engine torch"):
        face_augmentation(AugmentationConfig(mixup=0.2), seed=3)
