"""Faces as a camera gives small and distant ones: few pixels, out of focus, noisy.

Reducing, enlarging and blurring a picture are linear along each axis, so that each way of doing it is one matrix ``A``
and the picture becomes ``A @ picture @ A.T``: all faces of a batch at once, each in another way, in either engine.
"""

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import keras

SIDES_PX = tuple(range(12, 41, 4))
"""Sides that a face is reduced to."""

BLURS = (0.0, 0.012, 0.02, 0.03, 0.04)
"""Standard deviations of the blur as fractions of the face's side: none to about two pixels of 48."""

NOISE = 0.08
"""Highest standard deviation of the noise, in the model's range of two: ten grey levels."""


@cache
def blur_operators(size_px: int) -> npt.NDArray[np.float32]:
    """Return every way in which a face is made worse.

    Args:
        size_px: Side of the model's input.

    Returns:
        float32, shape (K, size_px, size_px); each row of each matrix sums to one, so that an even picture stays as it
        is. None of them is the identity.
    """
    reductions = [np.eye(size_px, dtype=np.float32)]
    reductions += [_reduce_and_enlarge(size_px, side_px) for side_px in SIDES_PX if side_px < size_px]
    operators = [reduction @ _gaussian(size_px, blur) for reduction in reductions for blur in BLURS]
    return np.stack(operators[1:])


def camera_blur_layer(share: float, *, seed: int) -> "keras.Layer":
    """Return a Keras layer that does it to a share of the faces while training.

    Args:
        share: In [0, 1].
        seed: Draws the faces and the ways.

    Returns:
        From float32 (N, S, S, 1) in [-1, 1] to the same.
    """
    import keras
    from keras import ops, random

    class CameraBlur(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__(name="camera_blur", dtype="float32")
            self.seed_generator = random.SeedGenerator(seed)

        def call(self, faces: "keras.KerasTensor", training: bool = False) -> "keras.KerasTensor":
            if not training:
                return faces
            bank = blur_operators(faces.shape[1])
            count = ops.shape(faces)[0]
            chosen = ops.take(bank, random.randint((count,), 0, len(bank), seed=self.seed_generator), axis=0)
            worse = ops.matmul(ops.matmul(chosen, faces[..., 0]), ops.transpose(chosen, (0, 2, 1)))
            deviations = random.uniform((count, 1, 1), 0, NOISE, seed=self.seed_generator)
            worse += deviations * random.normal(ops.shape(worse), seed=self.seed_generator)
            hit = random.uniform((count, 1, 1, 1), seed=self.seed_generator) < share
            return ops.where(hit, ops.clip(worse, -1, 1)[..., None], faces)

    return CameraBlur()


def _reduce_and_enlarge(size_px: int, side_px: int) -> npt.NDArray[np.float32]:
    """Return what reducing by area and enlarging linearly, as ``model.preprocessing`` does, is along one axis."""
    reduce = cv2.resize(np.eye(size_px, dtype=np.float32), (size_px, side_px), interpolation=cv2.INTER_AREA)
    enlarge = cv2.resize(np.eye(side_px, dtype=np.float32), (side_px, size_px), interpolation=cv2.INTER_LINEAR)
    return np.asarray(enlarge @ reduce, dtype=np.float32)


def _gaussian(size_px: int, blur: float) -> npt.NDArray[np.float32]:
    """Return a Gaussian blur along one axis; what lies outside counts as the face's own rim."""
    if not blur:
        return np.eye(size_px, dtype=np.float32)
    places = np.arange(size_px)
    weights = np.exp(-((places[:, None] - places) ** 2) / (2 * (blur * size_px) ** 2))
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
