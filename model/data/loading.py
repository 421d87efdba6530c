"""One way to load faces, whatever layout they have: ``docs/data.md`` shows the layouts."""

from pathlib import Path

from model.data.faces import SPLITS, LabelledFaces, check_split
from model.data.fer2013 import load_fer2013, read_usage
from model.data.layouts.detection import settled_layout
from model.data.layouts.face_folder import FaceFolder
from model.data.layouts.found import load_pictures
from model.data.layouts.pixel_tables import find_pixel_tables
from model.errors import DatasetUnreadable


def load_faces(folder: Path | FaceFolder, split: str) -> LabelledFaces:
    """Load one split of a data folder whose layout is recognised.

    The faces of a split get one size: that of most of its pictures, at most ``MOST_FACE_PX``; the others are scaled.

    Args:
        folder: Folder in one of the layouts of ``docs/data.md``: a table with pixels, or pictures. Where there are
            both, the table is read. FER+ votes are joined where ``fer2013new.csv`` is there too.
        split: One of ``SPLITS``.

    Returns:
        The split's faces, of pictures by emotion and name; what is damaged is left out and listed.

    Raises:
        DatasetUnreadable: If the layout is not known, or the split is missing, empty or cannot be used.
    """
    check_split(split)
    folder = _checked(folder)
    if find_pixel_tables(folder.path):
        return load_fer2013(folder, split)
    return load_pictures(settled_layout(folder), folder, split)


def present_splits(folder: Path | FaceFolder) -> tuple[str, ...]:
    """Return the splits that a data folder has, in the order of ``SPLITS``; at least one.

    Raises:
        DatasetUnreadable: If the layout is not known, or there is none.
    """
    folder = _checked(folder)
    tables = find_pixel_tables(folder.path)
    if not tables:
        return settled_layout(folder).splits()
    named = set(read_usage(tables, folder))
    if not named:
        raise DatasetUnreadable(f"{tables[0].path}: expected rows of faces, came none")
    return tuple(split for split in SPLITS if split in named)


def _checked(folder: Path | FaceFolder) -> FaceFolder:
    folder = FaceFolder.of(folder)
    if not folder.path.is_dir():
        raise DatasetUnreadable(f"{folder.path}: no such folder; give the one that holds the data")
    return folder
