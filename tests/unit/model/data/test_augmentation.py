import numpy as np
import numpy.typing as npt
import pytest

from model.data.augmentation import AugmentationConfig, face_augmentation
from model.preprocessing import preprocess_faces
from tests.unit.model.data.synthetic_fer2013 import face

# Keras on NumPy 2 warns of its own deprecations.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

NOTHING = AugmentationConfig(flip=False, tilt_deg=0, zoom=0, shift=0, brightness=0, contrast=0)
FACES = preprocess_faces(np.stack([face(label) for label in range(7)]), size_px=48)


def changed(
    faces: npt.NDArray[np.float32], config: AugmentationConfig, *, seed: int = 1, training: bool = True
) -> npt.NDArray[np.float32]:
    return np.asarray(face_augmentation(config, seed=seed)(faces, training=training))


def grey(value: float, count: int = 50) -> npt.NDArray[np.float32]:
    return np.full((count, 48, 48, 1), value, np.float32)


def test_nothing_switched_on_changes_nothing() -> None:
    assert np.array_equal(changed(FACES, NOTHING), FACES)


def test_faces_stay_as_they_are_outside_of_training() -> None:
    assert np.array_equal(changed(FACES, AugmentationConfig(erasing=1.0), training=False), FACES)


def test_a_flip_mirrors_about_half_of_the_faces_exactly() -> None:
    many = np.repeat(FACES, 40, axis=0)

    flipped = changed(many, AugmentationConfig(flip=True, tilt_deg=0, zoom=0, shift=0, brightness=0, contrast=0))

    mirrored = (flipped == many[:, :, ::-1]).all(axis=(1, 2, 3))
    same = (flipped == many).all(axis=(1, 2, 3))
    assert (mirrored | same).all()
    assert 0.35 < mirrored.mean() < 0.65


def test_the_same_seed_gives_the_same_faces_and_another_seed_others() -> None:
    first = changed(FACES, AugmentationConfig())

    assert np.array_equal(first, changed(FACES, AugmentationConfig()))
    assert not np.array_equal(first, changed(FACES, AugmentationConfig(), seed=100))


def test_a_move_repeats_the_edge_and_brings_in_no_black() -> None:
    config = AugmentationConfig(flip=True, tilt_deg=10, zoom=0.12, shift=0.1, brightness=0, contrast=0)

    assert changed(grey(0.6), config).min() > 0.59


def test_light_stays_within_its_range() -> None:
    config = AugmentationConfig(flip=False, tilt_deg=0, zoom=0, shift=0, brightness=0.2, contrast=0.2)

    means = changed(grey(0.0, 200), config).mean(axis=(1, 2, 3))

    assert means.min() < -0.3
    assert means.max() > 0.3
    assert np.abs(means).max() <= 0.4 + 1e-5


def test_erasing_covers_a_patch_of_its_share_of_the_faces() -> None:
    erased = changed(grey(0.5, 200), AugmentationConfig(False, 0, 0, 0, 0, 0, erasing=0.5)) != 0.5

    covered = erased.mean(axis=(1, 2, 3))
    assert 0.35 < (covered > 0).mean() < 0.65
    assert covered.max() < 0.2
