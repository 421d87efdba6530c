"""Tables that name pictures and their labels: AffectNet's lists, RAF-DB as Kaggle has it, and many people's own.

Roboflow's ``_classes.csv`` has a column for each label instead, with 1 in the one that a picture has.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from model.data.faces import DamagedFace
from model.data.layouts.detectors.file_names import person_in
from model.data.layouts.emotion_words import NUMBERINGS, emotion_in
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.found import FoundLayout, LabelledPicture
from model.data.layouts.split_words import split_in, split_of_path
from model.data.pictures import PICTURE_SUFFIXES
from model.data.tables import first_of, plain_name, read_header, read_table

_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
_PATHS = (
    "subdirectoryfilepath", "path", "filepath", "pth", "imagepath", "imgpath", "image", "images", "img", "imagename",
    "imgname", "imagefile", "filename", "file", "name", "picture",
)  # fmt: skip
_LABELS = ("expression", "emotion", "emotions", "label", "labels", "class", "classname", "category", "target")
_SPLITS = ("usage", "split", "set", "subset", "partition", "fold")
_PERSONS = ("person", "personid", "subject", "subjectid", "identity")
_BOX = ("facex", "facey", "facewidth", "faceheight")
_MARKED = frozenset({"1", "1.0", "true", "yes", "x"})
_OF_RAF_DB = re.compile(r"(?:train|test)_\d{4,6}(?:_aligned)?\.\w+", re.IGNORECASE)
_OF_AFFECTNET = "subdirectoryfilepath"
_AFFECTNET_HEADER = (_OF_AFFECTNET, *_BOX, "faciallandmarks", "expression", "valence", "arousal")


@dataclass(frozen=True)
class _Table:
    """A table that names pictures.

    Attributes:
        path: Below the root.
        columns: Their names.
        header: Names where the file has none itself; empty where it has.
        classes: Columns that are labels themselves; empty where one column names the label.
    """

    path: PurePosixPath
    columns: frozenset[str]
    header: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def find_picture_tables(tree: FolderTree) -> FoundLayout | None:
    """Return the layout where tables name pictures that are there; else None."""
    tables = [table for file in tree.files if (table := _as_table(tree, file))]
    pictures: list[LabelledPicture] = []
    damaged: list[DamagedFace] = []
    for table in tables:
        for line, row in read_table(tree.root / table.path, table.header):
            picture = _picture(tree, table, row)
            if isinstance(picture, str):
                damaged.append(DamagedFace(f"{table.path} line {line}", picture))
            else:
                pictures.append(picture)
    if not pictures:
        return None
    return FoundLayout("table of pictures", tuple(pictures), _numbering(tables, pictures), damaged=tuple(damaged))


def _as_table(tree: FolderTree, file: PurePosixPath) -> _Table | None:
    if file.suffix.lower() not in _SUFFIXES:
        return None
    header = read_header(tree.root / file)
    if _is_affectnets_row(header):
        return _Table(file, frozenset(_AFFECTNET_HEADER), _AFFECTNET_HEADER)
    columns = frozenset(map(plain_name, header))
    if not columns & set(_PATHS) or "pixels" in columns:
        return None
    classes = () if columns & set(_LABELS) else _classes(header)
    return _Table(file, columns, classes=classes) if classes or columns & set(_LABELS) else None


def _classes(header: list[str]) -> tuple[str, ...]:
    """Return the columns that are labels themselves: all that are nothing else, where two say emotions."""
    others = {*_PATHS, *_SPLITS, *_PERSONS, *_BOX, "", "id", "index", "unnamed0"}
    classes = tuple(plain_name(column) for column in header if plain_name(column) not in others)
    emotions = [column for column in header if plain_name(column) in classes and emotion_in(column)]
    return classes if len(emotions) > 1 else ()


def _is_affectnets_row(header: list[str]) -> bool:
    """Return whether the first line is a row already, as in some copies of AffectNet's validation.csv."""
    is_path = PurePosixPath(header[0]).suffix.lower() in PICTURE_SUFFIXES if header else False
    return is_path and len(header) == len(_AFFECTNET_HEADER)


def _picture(tree: FolderTree, table: _Table, row: Mapping[str, str]) -> LabelledPicture | str:
    """Return what a row names, or why it cannot be used."""
    name, label = first_of(row, _PATHS), first_of(row, _LABELS)
    if table.classes:
        marked = [column for column in table.classes if row[column].strip().lower() in _MARKED]
        if len(marked) != 1:
            return f"expected 1 in one of {', '.join(table.classes)}, came {', '.join(marked) or 'none'}"
        label = marked[0]
    told = split_in(first_of(row, _SPLITS)) or split_in(table.path.stem)
    path = tree.find(name, table.path.parent, told) if name else None
    if path is None:
        return f"no such picture: {name!r}"
    split = told or split_of_path(path.parts[:-1])
    return LabelledPicture(path, label, split, first_of(row, _PERSONS) or person_in(path.stem), _box(row))


def _box(row: Mapping[str, str]) -> tuple[float, float, float, float] | None:
    """Return AffectNet's box of the face, in pixels; None where there is none."""
    try:
        left, top, width, height = (float(row[name]) for name in _BOX)
    except (KeyError, ValueError):
        return None
    return (left, top, left + width, top + height) if width > 1 and height > 1 else None


def _numbering(tables: Iterable[_Table], pictures: Iterable[LabelledPicture]) -> Mapping[str, str]:
    """Return what numbers mean, where columns or names say which data set it is."""
    if all(_OF_AFFECTNET in table.columns for table in tables):
        return NUMBERINGS["affectnet"]
    if all(_OF_RAF_DB.fullmatch(Path(one.path).name) for one in pictures):
        return NUMBERINGS["rafdb"]
    return {}
