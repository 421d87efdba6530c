"""One way to load faces, whatever layout they have: ``docs/data.md`` shows the layouts."""

from pathlib import Path

from model.data.faces import SPLITS, LabelledFaces
from model.data.fer2013 import find_csv, load_fer2013, read_usage
from model.data.folders import load_folders, split_folders
from model.errors import DatasetUnreadable


def load_faces(folder: Path, split: str) -> LabelledFaces:
    """Load one split of a data folder whose layout is recognised.

    Args:
        folder: Folder with ``fer2013.csv`` or ``icml_face_data.csv``, or with picture folders ``train/angry``. Where
            there are both, the file is read. FER+ votes are joined where ``fer2013new.csv`` is there too.
        split: One of ``SPLITS``.

    Returns:
        The split's faces; what is damaged is left out and listed.

    Raises:
        DatasetUnreadable: If the layout is not known, or the split is missing, empty or cannot be used.
    """
    _check_folder(folder)
    return load_fer2013(folder, split) if find_csv(folder) else load_folders(folder, split)


def present_splits(folder: Path) -> tuple[str, ...]:
    """Return the splits that a data folder has, in the order of ``SPLITS``.

    Raises:
        DatasetUnreadable: If the layout is not known.
    """
    _check_folder(folder)
    path = find_csv(folder)
    if path is None:
        return tuple(split_folders(folder))
    named = set(read_usage(path))
    return tuple(split for split in SPLITS if split in named)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise DatasetUnreadable(f"{folder}: no such folder; give the one that holds the data")
