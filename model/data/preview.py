"""A picture of what an augmentation does to some faces."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.data.faces import LabelledFaces
from model.data.figures import new_figure, show_face
from model.preprocessing import preprocess_faces

Augmentation = Callable[..., Any]
"""What ``face_augmentation`` returns: from preprocessed faces to the same; ``training=True`` switches it on."""


def changed_faces(
    faces_gray: npt.NDArray[np.uint8], augmentation: Augmentation, *, count: int, size_px: int
) -> npt.NDArray[np.uint8]:
    """Return each face as training may see it.

    Args:
        faces_gray: uint8, shape (N, S, S). Not changed.
        augmentation: Draws new changes at each call.
        count: Changes of each face.
        size_px: Side of the model's input.

    Returns:
        uint8, shape (N, 1 + count, size_px, size_px): first the face as it is, then the changed ones.
    """
    inputs = preprocess_faces(faces_gray, size_px=size_px)
    changed = [np.asarray(augmentation(inputs, training=True)) for _ in range(count)]
    signed = np.stack([inputs, *changed], axis=1)[..., 0]
    return np.clip((signed + 1) * 127.5 + 0.5, 0, 255).astype(np.uint8)


def write_preview(
    split: LabelledFaces, augmentation: Augmentation, path: Path, *, changes: int, size_px: int, title: str
) -> None:
    """Write a picture with one row per face: as it is, then some changes.

    Args:
        split: The faces to show.
        augmentation: See ``changed_faces``.
        path: A ``.png`` file in an existing folder.
        changes: Changes of each face.
        size_px: Side of the model's input.
        title: Of the picture.
    """
    shown = changed_faces(split.faces_gray, augmentation, count=changes, size_px=size_px)
    figure = new_figure(1.05 * (1 + changes) + 0.8, 1.05 * len(split) + 0.7)
    figure.suptitle(title, x=0.01, ha="left", weight="bold")
    grid = figure.subplots(len(split), 1 + changes, squeeze=False)
    for axes_row, faces, label in zip(grid, shown, split.labels, strict=True):
        for axes, face_gray in zip(axes_row, faces, strict=True):
            show_face(axes, face_gray)
        axes_row[0].set_ylabel(split.emotions[label], rotation=0, ha="right", va="center")
    grid[0][0].set_title("as it is", fontsize=9)
    grid[0][1].set_title("as training may see it", fontsize=9, loc="left")
    figure.savefig(path, dpi=130)
