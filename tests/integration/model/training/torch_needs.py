"""What the tests of the PyTorch engine share."""

from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
import pytest

from model.data.augmentation import AugmentationConfig

needs_torch = pytest.mark.skipif(
    find_spec("torch") is None, reason="needs torch, which is not locked: its Linux build brings gigabytes of CUDA"
)
NOTHING = AugmentationConfig(flip=False, tilt_deg=0, zoom=0, shift=0, brightness=0, contrast=0)


def random_faces(count: int, size_px: int) -> npt.NDArray[np.float32]:
    """Return noise in the form of preprocessed faces."""
    return np.random.default_rng(5).uniform(-1, 1, (count, size_px, size_px, 1)).astype(np.float32)
