"""Faces that occur more than once: byte for byte, or the same photo cut or compressed a little differently."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from model.data.faces import LabelledFaces

NEAR_CORRELATION = 0.95
"""Two faces with a higher correlation of their thumbnails are the same photo. In FER2013 (Training against PublicTest)
all of a sample of pairs above it were the same photo; just below, from 0.93, first pairs of two persons appear."""
_THUMBNAIL_PX = 16
_CHUNK = 1024


@dataclass(frozen=True)
class DuplicatePair:
    """A face of one split that also occurs in another.

    Attributes:
        first: The split's name and the face's index in it.
        second: Likewise, of the face that is most alike.
        correlation: Of their thumbnails, in [-1, 1].
        is_exact: Whether all grey values are equal.
    """

    first: tuple[str, int]
    second: tuple[str, int]
    correlation: float
    is_exact: bool


def unit_thumbnails(faces_gray: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return what near-duplicates share: the dot product of two rows is the correlation of two small pictures.

    Args:
        faces_gray: uint8, shape (N, S, S). Not changed.

    Returns:
        float32, shape (N, 256), mean 0 and length 1 each; a face without any contrast is all zeros.
    """
    size = (_THUMBNAIL_PX, _THUMBNAIL_PX)
    small = [cv2.resize(face, size, interpolation=cv2.INTER_AREA) for face in faces_gray]
    flat = np.array(small, dtype=np.float32).reshape(len(faces_gray), _THUMBNAIL_PX**2)
    centred = flat - flat.mean(axis=1, keepdims=True)
    return centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-3)


def repeated_within(split: LabelledFaces) -> int:
    """Return how many faces of a split are, byte for byte, a repetition of an earlier one."""
    return len(split) - len({face.tobytes() for face in split.faces_gray})


def duplicates_across(splits: Mapping[str, LabelledFaces]) -> list[DuplicatePair]:
    """Find faces of a later split that an earlier one has too; each face is listed once for each earlier split.

    Args:
        splits: By name, what is learnt from first.

    Returns:
        The pairs, the most alike first. Splits whose faces differ in size can only have near-duplicates.
    """
    thumbnails = {name: unit_thumbnails(split.faces_gray) for name, split in splits.items()}
    found: list[DuplicatePair] = []
    for (first, known), (second, later) in combinations(splits.items(), 2):
        nearest, correlations = _nearest(thumbnails[second], thumbnails[first])
        exact = _exact(later, known)
        for index in sorted(set(np.flatnonzero(correlations > NEAR_CORRELATION).tolist()) | set(exact)):
            other = exact.get(index, int(nearest[index]))
            correlation = float(correlations[index])
            found.append(DuplicatePair((first, other), (second, index), correlation, index in exact))
    return sorted(found, key=lambda pair: (not pair.is_exact, -pair.correlation))


def _nearest(
    thumbnails: npt.NDArray[np.float32], known: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return for each thumbnail the index of the most alike known one, and the correlation."""
    indices = np.empty(len(thumbnails), dtype=np.int64)
    correlations = np.empty(len(thumbnails), dtype=np.float32)
    for begin in range(0, len(thumbnails), _CHUNK):
        chunk = slice(begin, begin + _CHUNK)
        products = thumbnails[chunk] @ known.T
        indices[chunk] = products.argmax(axis=1)
        correlations[chunk] = products.max(axis=1)
    return indices, correlations


def _exact(later: LabelledFaces, known: LabelledFaces) -> dict[int, int]:
    """Return the faces of ``later`` that ``known`` has byte for byte: index to index."""
    if later.faces_gray.shape[1:] != known.faces_gray.shape[1:]:
        return {}
    index_of = {face.tobytes(): index for index, face in enumerate(known.faces_gray)}
    matches = ((index, index_of.get(face.tobytes())) for index, face in enumerate(later.faces_gray))
    return {index: other for index, other in matches if other is not None}
