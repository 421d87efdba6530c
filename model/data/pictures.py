"""Pictures of one face each, read from files."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from model.data.picture_decoding import opened_picture, rgb_on_white, upright_picture
from model.preprocessing import crop_faces

PICTURE_SUFFIXES = frozenset(
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff", ".pgm", ".ppm", ".pnm",
        ".jp2", ".avif",
    }
)  # fmt: skip
LEAST_FACE_PX = 16
MOST_FACE_PX = 224
"""Faces are kept no larger than this: it is what the largest models take, and 30,000 such faces fill 1.5 GB."""


def read_face(path: Path, box: tuple[float, float, float, float] | None = None) -> npt.NDArray[np.uint8]:
    """Read one square face as grey values.

    Args:
        path: A picture of a kind of ``READ_KINDS``, grey or in colours.
        box: Left, top, right, bottom of the face in it, as shares of its sides, or in pixels where one is above 1. Its
            longer side makes the square. None: the picture is the face.

    Returns:
        uint8, shape (S, S), range 0–255, S at most ``MOST_FACE_PX``; upright where the file says how.

    Raises:
        ValueError: If it cannot be opened, is no picture that can be read, is cut off, or is no square of at least
            ``LEAST_FACE_PX``.
    """
    face_gray = _read_gray(path)
    box_xyxy = _box_in_pixels(face_gray, box)
    if box_xyxy is not None:
        return _cut_out(face_gray, box_xyxy)
    height_px, width_px = face_gray.shape
    if height_px != width_px:
        raise ValueError(f"expected a square face, came {width_px} × {height_px} pixels: cut the face out")
    _check_size(width_px)
    return scale_face(face_gray, min(height_px, MOST_FACE_PX))


def _box_in_pixels(
    face_gray: npt.NDArray[np.uint8], box: tuple[float, float, float, float] | None
) -> tuple[float, float, float, float] | None:
    """Return the box; None where there is none, or where it leaves the picture, which then was cut out already."""
    if box is None:
        return None
    height_px, width_px = face_gray.shape
    if max(box) <= 1:
        box = (box[0] * width_px, box[1] * height_px, box[2] * width_px, box[3] * height_px)
    is_within = min(box) > -1 and box[2] < width_px + 1 and box[3] < height_px + 1
    is_whole = box[2] - box[0] > width_px - 1 and box[3] - box[1] > height_px - 1
    return box if is_within and not is_whole else None


def _cut_out(image_gray: npt.NDArray[np.uint8], box_xyxy: tuple[float, float, float, float]) -> npt.NDArray[np.uint8]:
    side_px = round(max(box_xyxy[2] - box_xyxy[0], box_xyxy[3] - box_xyxy[1]))
    _check_size(side_px)
    boxes_xyxy = np.array([box_xyxy], dtype=np.float32)
    return crop_faces(image_gray, boxes_xyxy, margin=0.0, size_px=min(side_px, MOST_FACE_PX))[0]


def _check_size(side_px: int) -> None:
    if side_px < LEAST_FACE_PX:
        raise ValueError(f"expected at least {LEAST_FACE_PX} × {LEAST_FACE_PX} pixels, came {side_px} × {side_px}")


def scale_face(face_gray: npt.NDArray[np.uint8], size_px: int) -> npt.NDArray[np.uint8]:
    """Scale a square face by the rule that training and serving share.

    Args:
        face_gray: uint8, shape (S, S). Not changed.
        size_px: Side of the result.

    Returns:
        uint8, shape (size_px, size_px).
    """
    whole_xyxy = np.array([[0, 0, *face_gray.shape[::-1]]], dtype=np.float32)
    return crop_faces(face_gray, whole_xyxy, margin=0.0, size_px=size_px)[0]


def _read_gray(path: Path) -> npt.NDArray[np.uint8]:
    """Return a picture's grey values, uint8 (H, W), as serving computes them from colours."""
    try:
        with opened_picture(path) as picture:
            upright = upright_picture(picture)
            if upright.mode == "L" and not upright.has_transparency_data:
                return np.array(upright, dtype=np.uint8)
            return np.asarray(cv2.cvtColor(np.asarray(rgb_on_white(upright)), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    except OSError as error:
        raise ValueError(f"expected a file that can be read, came one that cannot: {error.strerror}") from None
    except MemoryError:
        raise ValueError("expected a picture that fits into memory, came a larger one: reduce it") from None
