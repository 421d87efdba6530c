"""From a picture and boxes to the model's input. Training and serving both use exactly this module.

Any change that alters the numbers changes ``PREPROCESSING_VERSION``, so that an artefact trained on other numbers is
refused when it is loaded.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from model.preprocessing_version import DEFAULT_MARGIN

_HALF_RANGE = 127.5


def crop_faces(
    image_gray: npt.NDArray[np.uint8],
    boxes_xyxy: npt.NDArray[np.float32],
    *,
    margin: float = DEFAULT_MARGIN,
    size_px: int,
    rolls_deg: npt.NDArray[np.float32] | None = None,
) -> npt.NDArray[np.uint8]:
    """Cut a square around each box, turn it upright and scale it to ``size_px``.

    Args:
        image_gray: Picture, uint8, shape (H, W), range 0–255. Not changed.
        boxes_xyxy: Face boxes, float32, shape (N, 4), left, top, right, bottom in pixels; they may leave the picture.
        margin: Added on each side, as a fraction of the box's longer side. Raising it shows more of the head.
        size_px: Side of the returned crops in pixels.
        rolls_deg: How far each head is tilted, float32, shape (N,), clockwise as seen in the picture; None: upright.

    Returns:
        Crops, uint8, shape (N, size_px, size_px). What lies outside the picture repeats its nearest edge.

    Raises:
        ValueError: If the picture is not a grey uint8 picture, or a box has no area.
    """
    if image_gray.ndim != 2 or image_gray.dtype != np.uint8 or image_gray.size == 0:
        raise ValueError(f"expected a grey uint8 picture (H, W), got {image_gray.dtype} {image_gray.shape}")
    crops = np.empty((len(boxes_xyxy), size_px, size_px), dtype=np.uint8)
    rolls = np.zeros(len(boxes_xyxy)) if rolls_deg is None else rolls_deg
    for crop, box_xyxy, roll_deg in zip(crops, boxes_xyxy, rolls, strict=True):
        square = _square_around(image_gray, box_xyxy, margin)
        if roll_deg:
            square = _upright_square(image_gray, box_xyxy, margin, float(roll_deg))
        crop[:] = _scaled(square, size_px)
    return crops


def preprocess_faces(faces_gray: npt.NDArray[np.uint8], *, size_px: int) -> npt.NDArray[np.float32]:
    """Turn grey face crops into the model's input. This is the one normalisation of training and serving.

    Args:
        faces_gray: Faces, uint8, shape (N, H, W), range 0–255. Not changed.
        size_px: Side of the model's input in pixels; faces of another size are scaled.

    Returns:
        Input, float32, shape (N, size_px, size_px, 1), range [-1, 1].

    Raises:
        ValueError: If the faces are not uint8 of shape (N, H, W).
    """
    if faces_gray.ndim != 3 or faces_gray.dtype != np.uint8:
        raise ValueError(f"expected uint8 faces (N, H, W), got {faces_gray.dtype} {faces_gray.shape}")
    if faces_gray.shape[1:] != (size_px, size_px):
        scaled = [_scaled(face, size_px) for face in faces_gray]
        faces_gray = np.stack(scaled) if scaled else np.empty((0, size_px, size_px), dtype=np.uint8)
    return (faces_gray.astype(np.float32) / _HALF_RANGE - 1.0)[..., np.newaxis]


def _square_around(
    image_gray: npt.NDArray[np.uint8], box_xyxy: npt.NDArray[np.float32], margin: float
) -> npt.NDArray[np.uint8]:
    """Return the square with the box's centre and its longer side plus the margin, edges repeated."""
    left, top, right, bottom = (float(value) for value in box_xyxy)
    if not (right > left and bottom > top):
        raise ValueError(f"expected a box with right > left and bottom > top, got {box_xyxy.tolist()}")
    side = max(1, round(max(right - left, bottom - top) * (1 + 2 * margin)))
    first_x = math.floor((left + right - side) / 2 + 0.5)
    first_y = math.floor((top + bottom - side) / 2 + 0.5)
    height, width = image_gray.shape
    rows = np.clip(np.arange(first_y, first_y + side), 0, height - 1)
    columns = np.clip(np.arange(first_x, first_x + side), 0, width - 1)
    return image_gray[np.ix_(rows, columns)]


def _upright_square(
    image_gray: npt.NDArray[np.uint8], box_xyxy: npt.NDArray[np.float32], margin: float, roll_deg: float
) -> npt.NDArray[np.uint8]:
    """Return the same square of a picture that is turned about the box's centre, so that the head is upright."""
    reach = _square_around(image_gray, box_xyxy, margin + (math.sqrt(2) - 1) / 2 * (1 + 2 * margin))
    middle = (len(reach) - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), roll_deg, 1.0)
    turned = cv2.warpAffine(reach, turn, reach.shape, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    first = round(len(reach) * (1 - math.sqrt(0.5)) / 2)
    return np.asarray(turned[first : len(reach) - first, first : len(reach) - first], dtype=np.uint8)


def _scaled(face_gray: npt.NDArray[np.uint8], size_px: int) -> npt.NDArray[np.uint8]:
    """Scale one face to a square: by area when shrinking (no aliasing), linearly when growing."""
    if face_gray.shape == (size_px, size_px):
        return face_gray
    shrinking = min(face_gray.shape) > size_px
    interpolation = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(face_gray, (size_px, size_px), interpolation=interpolation), dtype=np.uint8)
