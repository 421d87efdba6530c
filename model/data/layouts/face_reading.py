"""Reads the faces that a layout names, in one size."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.data.faces import DamagedFace
from model.data.pictures import read_face, scale_face


class Face(NamedTuple):
    """Where a face is: a file, and a box in it; see ``LabelledPicture``."""

    path: PurePosixPath
    box: tuple[float, float, float, float] | None


def read_faces(root: Path, faces: Sequence[Face]) -> tuple[list[npt.NDArray[np.uint8] | None], list[DamagedFace]]:
    """Read faces one after the other.

    Args:
        root: Their paths are below it.
        faces: Where they are.

    Returns:
        Each face, uint8 (S, S), or None where it cannot be used; and why not.
    """
    read: list[npt.NDArray[np.uint8] | None] = []
    damaged: list[DamagedFace] = []
    for path, box in faces:
        try:
            read.append(read_face(root / path, box))
        except ValueError as error:
            read.append(None)
            damaged.append(DamagedFace(path.as_posix(), str(error)))
    return read, damaged


def same_size(faces: Sequence[npt.NDArray[np.uint8]]) -> npt.NDArray[np.uint8]:
    """Return the faces in the size that most of them have, the larger of two that are equally common."""
    counts = Counter(len(face) for face in faces)
    size_px = max(counts, key=lambda size: (counts[size], size))
    return np.stack([scale_face(face, size_px) for face in faces])
