import numpy as np

from model.data.augmentation import AugmentationConfig, augment_faces
from tests.unit.model.synthetic_fer2013 import face

NOTHING = AugmentationConfig(flip=False, tilt_deg=0, zoom=0, shift=0, brightness=0, contrast=0)
FACES = np.stack([face(label) for label in range(7)])


def test_nothing_switched_on_changes_nothing() -> None:
    assert np.array_equal(augment_faces(FACES, NOTHING, np.random.default_rng(1)), FACES)


def test_a_flip_mirrors_about_half_of_the_faces_exactly() -> None:
    many = np.repeat(FACES, 40, axis=0)
    config = AugmentationConfig(flip=True, tilt_deg=0, zoom=0, shift=0, brightness=0, contrast=0)

    changed = augment_faces(many, config, np.random.default_rng(1))

    mirrored = (changed == many[:, :, ::-1]).all(axis=(1, 2))
    same = (changed == many).all(axis=(1, 2))
    assert (mirrored | same).all()
    assert 0.35 < mirrored.mean() < 0.65


def test_the_same_seed_gives_the_same_faces_and_another_seed_others() -> None:
    config = AugmentationConfig()

    first = augment_faces(FACES, config, np.random.default_rng(1))

    assert np.array_equal(first, augment_faces(FACES, config, np.random.default_rng(1)))
    assert not np.array_equal(first, augment_faces(FACES, config, np.random.default_rng(2)))


def test_the_given_faces_stay_as_they_are() -> None:
    before = FACES.copy()

    augment_faces(FACES, AugmentationConfig(), np.random.default_rng(1))

    assert np.array_equal(FACES, before)


def test_a_shift_repeats_the_edge_and_brings_in_no_black() -> None:
    bright = np.full((50, 48, 48), 200, np.uint8)
    config = AugmentationConfig(flip=True, tilt_deg=10, zoom=0.12, shift=0.1, brightness=0, contrast=0)

    assert augment_faces(bright, config, np.random.default_rng(1)).min() >= 199


def test_light_stays_within_its_range() -> None:
    grey = np.full((200, 48, 48), 128, np.uint8)
    config = AugmentationConfig(flip=False, tilt_deg=0, zoom=0, shift=0, brightness=0.2, contrast=0.2)

    means = augment_faces(grey, config, np.random.default_rng(1)).mean(axis=(1, 2))

    assert means.min() < 90
    assert means.max() > 165
    assert np.abs(means - 128).max() <= 0.2 * 255 + 1
