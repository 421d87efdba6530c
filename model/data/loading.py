"""One way to load faces, whatever layout they lie in."""

from pathlib import Path

from model.data.faces import LabelledFaces
from model.data.fer2013 import load_fer2013


def load_faces(folder: Path, split: str) -> LabelledFaces:
    """Load one split of a data folder, whose layout is recognised.

    Args:
        folder: The data folder.
        split: One of ``SPLITS``.

    Raises:
        DatasetUnreadable: If the layout is not known, or the split cannot be used.
    """
    return load_fer2013(folder, split)
