from pathlib import Path
from typing import Any

import cv2
import numpy as np

from model.data.faces import LabelledFaces
from model.data.preview import changed_faces, write_preview
from model.preprocessing import preprocess_faces
from tests.unit.model.data.synthetic_fer2013 import face

FACES = LabelledFaces(np.stack([face(0), face(3)]), np.array([0, 3]))


class Darkening:
    """An augmentation that darkens more at each call, below what is black."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, inputs: Any, *, training: bool) -> Any:
        assert training
        self.calls += 1
        return inputs - 0.5 * self.calls


def test_each_face_is_shown_as_it_is_and_then_changed() -> None:
    shown = changed_faces(FACES.faces_gray, Darkening(), count=4, size_px=48)

    assert shown.shape == (2, 5, 48, 48)
    assert np.array_equal(shown[:, 0], FACES.faces_gray)
    assert np.array_equal(shown[:, 4], np.zeros((2, 48, 48)))
    assert (np.diff(shown.mean(axis=(2, 3)), axis=1) < 0).all()


def test_faces_are_shown_in_the_size_that_the_network_sees() -> None:
    shown = changed_faces(FACES.faces_gray, Darkening(), count=1, size_px=96)

    expected = np.round((preprocess_faces(FACES.faces_gray, size_px=96)[..., 0] + 1) * 127.5)
    assert np.array_equal(shown[:, 0], expected)


def test_the_preview_is_a_picture(tmp_path: Path) -> None:
    write_preview(FACES, Darkening(), tmp_path / "a.png", changes=3, size_px=48, title="Darker")

    picture = cv2.imread(str(tmp_path / "a.png"))
    assert picture is not None
    assert picture.shape[1] > picture.shape[0] > 100
