"""Tables whose rows hold the pixels: ``fer2013.csv`` and whatever is like it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from model.data.faces import SPLITS
from model.data.layouts.face_folder import FaceFolder
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.holding_out import held_out
from model.data.layouts.split_words import TEST, split_in
from model.data.tables import first_of, plain_name, read_header, read_table
from model.errors import DatasetUnreadable

CSV_NAMES = ("fer2013.csv", "icml_face_data.csv")
LABEL_COLUMNS = ("emotion", "emotions", "label", "expression", "class")
_MOST_TOLD = 12
_ONE_PIXEL = re.compile(r"(?:pixels?|px|p)?\d+")
TABLE_SUFFIXES = frozenset({".csv", ".tsv"})
_USAGE = "usage"
_SPLIT_OF_USAGE = {split.lower(): split for split in SPLITS}


@dataclass(frozen=True)
class PixelTable:
    """A file with pixels.

    Attributes:
        path: Of the file.
        split: What all its rows are; None where its column ``Usage`` says so of each.
    """

    path: Path
    split: str | None = None


def find_pixel_tables(folder: Path) -> list[PixelTable]:
    """Return the tables of a folder: one of ``CSV_NAMES``, or what else has a column of pixels; empty for none.

    Raises:
        DatasetUnreadable: If there are several, and their names do not say that they are splits.
    """
    named = next((folder / name for name in CSV_NAMES if (folder / name).exists()), None)
    paths = [named] if named else _paths_with_pixels(FolderTree.of(folder))
    known = [path for name in CSV_NAMES for path in paths if path.name.lower() == name]
    if known or len(paths) < 2:
        return [PixelTable(path, _split_named(path)) for path in (known or paths)[:1]]
    return _by_split(folder, paths)


def check_columns(path: Path, required: Sequence[str], hint: str = "") -> None:
    """Make sure that a table has columns; case, spaces and strokes in their names do not matter.

    Raises:
        DatasetUnreadable: If the file or one of them is missing.
    """
    if not path.exists():
        raise DatasetUnreadable(f"{path}: no such file; give the folder that holds it")
    columns = read_header(path)
    plain = {plain_name(column) for column in columns}
    missing = [name for name in required if plain_name(name) not in plain]
    if missing:
        raise DatasetUnreadable(f"{path}: missing column {', '.join(missing)}; came {_told(columns)}{hint}")


def _told(columns: Sequence[str]) -> str:
    """Return columns in words; some tables have one for each pixel."""
    told = ", ".join(columns[:_MOST_TOLD]) or "none"
    further = f" and {len(columns) - _MOST_TOLD} more" if len(columns) > _MOST_TOLD else ""
    apart = sum(1 for column in columns if _ONE_PIXEL.fullmatch(plain_name(column)))
    advice = "; write all pixels of a face into one column pixels, with blanks between them" if apart > 1 else ""
    return told + further + advice


def split_rows(table: PixelTable, folder: FaceFolder) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Yield (line, split, row) of a table.

    Raises:
        DatasetUnreadable: If a column is missing, or, after the last row, if one's Usage was none of ``SPLITS``.
    """
    columns = {plain_name(column) for column in read_header(table.path)} if table.path.exists() else set()
    label = next((name for name in LABEL_COLUMNS if name in columns), LABEL_COLUMNS[0])
    hint = "; add it, name the file after its split (train.csv), or give --held-out 0.2"
    is_split = bool(table.split or (folder.held_out and "pixels" in columns)) and _USAGE not in columns
    check_columns(table.path, (label, "pixels"), "") if is_split else check_columns(
        table.path, (label, "pixels", "Usage"), hint if "pixels" in columns else ""
    )
    if not is_split:
        _check_not_held_out(table, folder)
        yield from usages(table)
    elif folder.held_out:
        yield from _by_holding_out(table.path, folder)
    else:
        yield from ((line, table.split or "", row) for line, row in read_table(table.path))


def _check_not_held_out(table: PixelTable, folder: FaceFolder) -> None:
    if folder.held_out:
        raise DatasetUnreadable(f"{table.path}: its column Usage says what is for testing; leave --held-out away")


def usages(table: PixelTable) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Yield the rows of a table that has a column ``Usage``.

    All are looked at before the first wrong one is named, so that their number can be said.

    Raises:
        DatasetUnreadable: If there is no such column, or, at the end, if it held something else.
    """
    check_columns(table.path, ("Usage",))
    wrong: list[tuple[int, str]] = []
    for line, row in read_table(table.path):
        usage = row[_USAGE].strip()
        split = _SPLIT_OF_USAGE.get(plain_name(usage))
        if split is None:
            wrong.append((line, usage))
        else:
            yield line, split, row
    if wrong:
        raise _wrong_usage(table.path, wrong)


def _wrong_usage(path: Path, wrong: Sequence[tuple[int, str]]) -> DatasetUnreadable:
    (line, usage), further = wrong[0], len(wrong) - 1
    words = Counter(usage or "nothing" for _, usage in wrong)
    others = f"; {further} more such row{'s' if further > 1 else ''}" if further else ""
    named = f" ({', '.join(f'{count} × {word}' for word, count in words.most_common(5))})" if further else ""
    return DatasetUnreadable(
        f"{path}: line {line}: column Usage: expected {SPLITS[0]}, {SPLITS[1]} or {SPLITS[2]}, came "
        f"{usage or 'nothing'}{others}{named}"
    )


def _by_holding_out(path: Path, folder: FaceFolder) -> Iterator[tuple[int, str, dict[str, str]]]:
    faces = [(first_of(row, LABEL_COLUMNS), "", f"line {line}") for line, row in read_table(path)]
    for (line, row), is_held in zip(read_table(path), held_out(faces, folder.held_out), strict=True):
        yield line, "PublicTest" if is_held else "Training", row


def _paths_with_pixels(tree: FolderTree) -> list[Path]:
    """Return the tables that have a column of pixels and one of labels."""
    paths = (tree.root / file for file in tree.files if file.suffix.lower() in TABLE_SUFFIXES)
    return [path for path in paths if _has_faces({plain_name(column) for column in read_header(path)})]


def _has_faces(columns: set[str]) -> bool:
    return "pixels" in columns and any(name in columns for name in LABEL_COLUMNS)


def _split_named(path: Path) -> str | None:
    """Return what a table without a column ``Usage`` is by its name; None where its rows have to say it."""
    if _USAGE in {plain_name(column) for column in read_header(path)}:
        return None
    split = split_in(path.stem)
    return "PublicTest" if split == TEST else split


def _by_split(folder: Path, paths: Sequence[Path]) -> list[PixelTable]:
    tables = [PixelTable(path, split_in(path.stem)) for path in paths]
    splits = {table.split for table in tables}
    if None in splits or len(splits) < len(tables):
        raise DatasetUnreadable(
            f"{folder}: {len(paths)} tables of pixels ({', '.join(path.name for path in paths)}); keep one of them, or "
            "name them after their splits: train.csv, val.csv, test.csv"
        )
    meant = "PrivateTest" if "PublicTest" in splits else "PublicTest"
    return [replace(table, split=meant) if table.split == TEST else table for table in tables]
