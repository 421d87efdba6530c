"""A known face is followed without a detector."""

import numpy as np
import pytest

from tests.support.videos import demo_pictures
from webapp.domain.vision.frames import ImageGray
from webapp.vision.faces.detector import to_gray
from webapp.vision.faces.following import FaceFollower

FACE = np.asarray([390, 110, 560, 280], np.float32)


@pytest.fixture(scope="module")
def image_gray() -> ImageGray:
    return to_gray(demo_pictures(1, width_px=960)[0])


@pytest.fixture
def follower(image_gray: ImageGray) -> FaceFollower:
    follower = FaceFollower()
    follower.learn(1, image_gray, FACE)
    return follower


@pytest.mark.parametrize(("right", "down"), [(0, 0), (20, -15), (-35, 8)])
def test_a_face_that_moved_is_found_where_it_is(
    follower: FaceFollower, image_gray: ImageGray, right: int, down: int
) -> None:
    found = follower.find(1, np.roll(image_gray, (down, right), axis=(0, 1)), FACE)
    assert found is not None
    assert np.abs(found - FACE - [right, down, right, down]).max() <= 8


def test_another_place_is_not_taken_for_the_face(follower: FaceFollower, image_gray: ImageGray) -> None:
    assert follower.find(1, np.roll(image_gray, 300, axis=1), FACE) is None
    assert follower.find(1, np.random.default_rng(1).integers(0, 255, image_gray.shape).astype(np.uint8), FACE) is None


def test_nobody_is_followed_who_was_not_learnt_or_was_forgotten(follower: FaceFollower, image_gray: ImageGray) -> None:
    assert follower.find(2, image_gray, FACE) is None
    follower.keep({2})
    assert follower.find(1, image_gray, FACE) is None


def test_a_face_half_outside_the_picture_is_followed_and_one_that_left_is_not(image_gray: ImageGray) -> None:
    follower, edge = FaceFollower(), np.asarray([-50, 100, 120, 270], np.float32)
    follower.learn(1, image_gray, edge)
    found = follower.find(1, image_gray, edge)
    assert found is not None
    assert np.abs(found - edge).max() < 2
    assert follower.find(1, image_gray, np.asarray([-150, 100, 20, 270], np.float32)) is None


def test_on_an_even_patch_a_detector_has_to_look(image_gray: ImageGray) -> None:
    follower = FaceFollower()
    follower.learn(2, np.full_like(image_gray, 90), FACE)
    assert follower.find(2, np.full_like(image_gray, 90), FACE) is None
