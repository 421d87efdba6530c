"""Random changes of a face that leave its expression as it is."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class AugmentationConfig:
    """How far faces are changed; every amount is drawn evenly from [-value, value], and 0 switches it off.

    Attributes:
        flip: Mirror half of the faces.
        tilt_deg: Rotation in degrees.
        zoom: Scale, as a fraction.
        shift: Shift in each direction, as a fraction of the face's side.
        brightness: Added, as a fraction of the grey range 0–255.
        contrast: Scaling around the middle grey, as a fraction.
    """

    flip: bool = True
    tilt_deg: float = 10.0
    zoom: float = 0.12
    shift: float = 0.10
    brightness: float = 0.20
    contrast: float = 0.20


def augment_faces(
    faces_gray: npt.NDArray[np.uint8], config: AugmentationConfig, random: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Return changed copies of the faces.

    Args:
        faces_gray: uint8, shape (N, S, S). Not changed.
        config: How far to go.
        random: The only source of randomness, so that a run can be repeated.

    Returns:
        uint8, shape (N, S, S); what comes in from outside repeats the edge.
    """
    moves = _random_moves(len(faces_gray), faces_gray.shape[1], config, random)
    gains, offsets = _random_lights(len(faces_gray), config, random)
    changed = np.empty_like(faces_gray)
    for index, face_gray in enumerate(faces_gray):
        size = (face_gray.shape[1], face_gray.shape[0])
        moved = cv2.warpAffine(face_gray, moves[index], size, borderMode=cv2.BORDER_REPLICATE)
        lit = moved.astype(np.float32) * gains[index] + offsets[index]
        changed[index] = np.clip(lit + 0.5, 0, 255)
    return changed


def _random_moves(
    count: int, side_px: int, config: AugmentationConfig, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return affine matrices, float64 (count, 2, 3), that flip, turn, scale and shift around the centre."""
    angles = np.deg2rad(random.uniform(-config.tilt_deg, config.tilt_deg, count))
    scales = 1 + random.uniform(-config.zoom, config.zoom, count)
    shifts = side_px * random.uniform(-config.shift, config.shift, (count, 2))
    mirrors = np.where(config.flip & (random.random(count) < 0.5), -1.0, 1.0)
    cosines, sines = scales * np.cos(angles), scales * np.sin(angles)
    turns = np.stack([np.stack([cosines * mirrors, -sines], -1), np.stack([sines * mirrors, cosines], -1)], 1)
    centre = np.full(2, (side_px - 1) / 2)
    offsets = centre + shifts - turns @ centre
    return np.concatenate([turns, offsets[:, :, np.newaxis]], axis=2)


def _random_lights(
    count: int, config: AugmentationConfig, random: np.random.Generator
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the gain and the offset of each face's grey values, float32 (count,) each."""
    gains = 1 + random.uniform(-config.contrast, config.contrast, count)
    brightening = 255 * random.uniform(-config.brightness, config.brightness, count)
    return gains.astype(np.float32), (127.5 * (1 - gains) + brightening).astype(np.float32)
