"""Faces made worse on purpose, as bad cameras and long distances make them. Arrays in, arrays out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Faces = npt.NDArray[np.uint8]
"""Grey faces, uint8, shape (N, S, S), range 0–255. No function here changes what it is given."""


@dataclass(frozen=True)
class Degradation:
    """One way in which a picture of a face is bad.

    Attributes:
        name: Short, as JSON and report name it.
        unit: Of the levels.
        levels: From mild to severe.
        apply: Takes faces and a level, returns faces.
    """

    name: str
    unit: str
    levels: tuple[float, ...]
    apply: Callable[[Faces, float], Faces]

    def levels_for(self, side_px: int) -> Iterator[float]:
        """Yield the levels that make faces of this side worse: no face is made smaller than it already is."""
        return (level for level in self.levels if self.name != "size" or level < side_px)


def shrunk(faces_gray: Faces, side_px: float) -> Faces:
    """Return faces of ``side_px`` pixels, scaled by area; the model's preprocessing scales them up, as it serves."""
    size = (int(side_px), int(side_px))
    return _each(faces_gray, lambda face: cv2.resize(face, size, interpolation=cv2.INTER_AREA))


def blurred(faces_gray: Faces, sigma: float) -> Faces:
    """Blur by a Gaussian whose standard deviation is ``sigma`` pixels of a face 48 pixels wide."""
    sigma_px = sigma * faces_gray.shape[1] / 48
    return _each(faces_gray, lambda face: cv2.GaussianBlur(face, (0, 0), sigma_px))


def with_contrast(faces_gray: Faces, factor: float) -> Faces:
    """Draw each face's grey values towards their mean; 0 leaves a plain grey."""
    means = faces_gray.mean(axis=(1, 2), keepdims=True)
    return _grey_values((faces_gray - means) * factor + means)


def with_brightness(faces_gray: Faces, factor: float) -> Faces:
    """Multiply grey values by ``factor``, as a shorter exposure does; 0 leaves black."""
    return _grey_values(faces_gray * factor)


def tilted(faces_gray: Faces, degrees: float) -> Faces:
    """Turn every other face by ``degrees`` to the left and the rest to the right; what comes in repeats the edge."""
    side = faces_gray.shape[1]
    centre = ((side - 1) / 2, (side - 1) / 2)
    turns = [cv2.getRotationMatrix2D(centre, angle, 1) for angle in (degrees, -degrees)]
    turned = [
        cv2.warpAffine(face, turns[index % 2], (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for index, face in enumerate(faces_gray)
    ]
    return np.stack(turned).astype(np.uint8)


def noisy(faces_gray: Faces, sigma: float) -> Faces:
    """Add a sensor's noise: normal, of ``sigma`` grey levels, the same at every call."""
    noise = np.random.default_rng(0).normal(0, sigma, faces_gray.shape)
    return _grey_values(faces_gray + noise)


DEGRADATIONS = (
    Degradation("size", "pixels", (48, 32, 24, 16, 12), shrunk),
    Degradation("blur", "pixels, sigma at 48 × 48", (0.5, 1, 1.5, 2, 3), blurred),
    Degradation("contrast", "of the original", (0.75, 0.5, 0.25, 0.1), with_contrast),
    Degradation("brightness", "of the original", (0.75, 0.5, 0.25, 0.1), with_brightness),
    Degradation("tilt", "degrees", (10, 20, 30, 45), tilted),
    Degradation("noise", "grey levels, sigma", (5, 10, 20, 40), noisy),
)


def _each(faces_gray: Faces, change: Callable[[Faces], object]) -> Faces:
    return np.array([change(face) for face in faces_gray], dtype=np.uint8)


def _grey_values(values: npt.NDArray[np.floating]) -> Faces:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
