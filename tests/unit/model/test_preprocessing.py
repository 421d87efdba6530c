import numpy as np
import pytest

from model.preprocessing import crop_faces, preprocess_faces
from tests.unit.model.data.synthetic_fer2013 import face


def boxes(*rows: list[float]) -> np.ndarray:
    return np.array(rows, dtype=np.float32).reshape(-1, 4)


def test_a_crop_without_margin_at_its_own_size_is_the_pixels_of_the_box() -> None:
    image = np.random.default_rng(0).integers(0, 256, (80, 100), dtype=np.uint8)

    crop = crop_faces(image, boxes([20, 10, 68, 58]), margin=0, size_px=48)

    assert np.array_equal(crop[0], image[10:58, 20:68])


def test_the_margin_is_a_fraction_of_the_box_on_each_side() -> None:
    image = np.random.default_rng(0).integers(0, 256, (80, 100), dtype=np.uint8)

    crop = crop_faces(image, boxes([30, 20, 70, 60]), margin=0.10, size_px=48)

    assert np.array_equal(crop[0], image[16:64, 26:74])


def test_a_tall_box_becomes_a_square_around_its_centre() -> None:
    image = np.random.default_rng(0).integers(0, 256, (80, 100), dtype=np.uint8)

    crop = crop_faces(image, boxes([40, 10, 60, 58]), margin=0, size_px=48)

    assert np.array_equal(crop[0], image[10:58, 26:74])


def test_beyond_the_picture_its_edge_is_repeated() -> None:
    image = np.full((50, 50), 10, np.uint8)
    image[:, 0] = 250

    crop = crop_faces(image, boxes([-24, 0, 24, 48]), margin=0, size_px=48)

    assert (crop[0][:, :25] == 250).all()
    assert (crop[0][:, 25:] == 10).all()


def test_shrinking_averages_instead_of_skipping_pixels() -> None:
    checkers = (np.indices((96, 96)).sum(axis=0) % 2 * 255).astype(np.uint8)

    crop = crop_faces(checkers, boxes([0, 0, 96, 96]), margin=0, size_px=48)

    assert crop.min() >= 127
    assert crop.max() <= 128


def test_no_boxes_give_no_crops() -> None:
    assert crop_faces(np.zeros((9, 9), np.uint8), boxes(), margin=0.1, size_px=48).shape == (0, 48, 48)


@pytest.mark.parametrize("box", [[5.0, 5, 5, 9], [9.0, 5, 5, 9], [np.nan, 1, 2, 3]])
def test_a_box_without_area_is_refused(box: list[float]) -> None:
    with pytest.raises(ValueError, match="right > left"):
        crop_faces(np.zeros((20, 20), np.uint8), boxes(box), margin=0.1, size_px=48)


@pytest.mark.parametrize("image", [np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9), np.float32), np.zeros((0, 9), "u1")])
def test_a_picture_that_is_not_grey_is_refused(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="grey uint8"):
        crop_faces(image, boxes([0, 0, 5, 5]), margin=0.1, size_px=48)


def test_black_and_white_become_minus_one_and_one() -> None:
    faces = np.stack([np.zeros((48, 48), np.uint8), np.full((48, 48), 255, np.uint8)])

    inputs = preprocess_faces(faces, size_px=48)

    assert inputs.shape == (2, 48, 48, 1)
    assert inputs.dtype == np.float32
    assert (inputs[0] == -1).all()
    assert (inputs[1] == 1).all()


def test_faces_of_another_size_are_scaled() -> None:
    assert preprocess_faces(np.full((3, 96, 60), 255, np.uint8), size_px=48).shape == (3, 48, 48, 1)
    assert preprocess_faces(np.empty((0, 96, 60), np.uint8), size_px=48).shape == (0, 48, 48, 1)


def test_faces_that_are_already_floats_are_refused() -> None:
    with pytest.raises(ValueError, match="uint8"):
        preprocess_faces(np.zeros((1, 48, 48), np.float32), size_px=48)


def test_a_face_in_a_picture_and_a_face_of_the_data_set_give_identical_input() -> None:
    picture = np.zeros((200, 200), np.uint8)
    picture[76:124, 26:74] = face(3)

    served = preprocess_faces(crop_faces(picture, boxes([30, 80, 70, 120]), margin=0.10, size_px=48), size_px=48)

    assert np.array_equal(served, preprocess_faces(face(3)[np.newaxis], size_px=48))
