"""FER2013 as Kaggle gives it (``fer2013.csv`` or ``icml_face_data.csv``), with the FER+ votes (``fer2013new.csv``).

FER2013: Goodfellow et al. 2013, arXiv 1307.0414. FER+: Barsoum et al. 2016, arXiv 1608.01041. Other tables of pixels
are read likewise; see ``model.data.layouts.pixel_tables`` for how they are found.
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.data.faces import SPLITS, VOTE_COLUMNS, DamagedFace, LabelledFaces, check_split, check_usable
from model.data.layouts.emotion_words import CONTEMPT, LEAVE_OUT, NUMBERINGS
from model.data.layouts.face_folder import FaceFolder
from model.data.layouts.pixel_tables import (
    CSV_NAMES,
    LABEL_COLUMNS,
    PixelTable,
    find_pixel_tables,
    split_rows,
)
from model.data.layouts.refusals import contempt_found
from model.data.layouts.votes import VOTES_NAME, read_votes
from model.data.tables import first_of
from model.errors import DatasetUnreadable
from model.labels import EMOTIONS

__all__ = ["CSV_NAMES", "FACE_PX", "SPLITS", "VOTES_NAME", "VOTE_COLUMNS", "LabelledFaces", "load_fer2013"]

FACE_PX = 48
_MOST_WHOLE = 2**53


@dataclass
class _Rows:
    """What one pass over the CSV file gathers of one split."""

    faces: list[npt.NDArray[np.uint8]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    damaged: list[DamagedFace] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    contempt: list[str] = field(default_factory=list)
    left_out: int = 0
    count: int = 0

    def add(self, line: int, row: dict[str, str], folder: FaceFolder) -> None:
        """Keep one face, or why it cannot be used; ``count`` counts its row already."""
        try:
            meaning = _parse_label(first_of(row, LABEL_COLUMNS), folder)
            if meaning in (CONTEMPT, LEAVE_OUT):
                self.left_out += meaning == LEAVE_OUT
                self.contempt += [first_of(row, LABEL_COLUMNS)] if meaning == CONTEMPT else []
                return
            self.named.add(meaning)
            face = _parse_pixels(row["pixels"])
        except ValueError as error:
            self.damaged.append(DamagedFace(f"line {line}", str(error)))
            return
        self.faces.append(face)
        self.labels.append(EMOTIONS.index(meaning))
        self.numbers.append(self.count - 1)
        self.lines.append(line)

    def notes(self) -> tuple[str, ...]:
        """Return what was left out on purpose."""
        return (f"{self.left_out} rows left out, as their label is to be",) if self.left_out else ()


def load_fer2013(folder: Path | FaceFolder, split: str) -> LabelledFaces:
    """Load one split from a folder with a table of pixels and, where wanted, ``fer2013new.csv`` beside it.

    Args:
        folder: Folder with the files. Where both of ``CSV_NAMES`` are in it, the first is read.
        split: One of ``SPLITS``, as the column ``Usage`` names it.

    Returns:
        The split's faces in the file's order. Damaged rows are left out and listed.

    Raises:
        DatasetUnreadable: If a file or column is missing, a row's Usage is none of ``SPLITS``, the two files differ in
            length, the split is empty, or all rows of an emotion are damaged.
    """
    check_split(split)
    folder = FaceFolder.of(folder)
    table = _table_of(folder, split)
    votes_path = table.path.parent / VOTES_NAME
    votes = read_votes(votes_path) if votes_path.exists() else None
    rows = _read_rows(table, split, folder)
    if votes is not None and len(votes) != rows.count:
        raise DatasetUnreadable(f"{votes_path}: expected {rows.count} rows as in {table.path.name}, came {len(votes)}")
    check_usable(table.path, split, len(rows.labels), rows.damaged)
    loaded = LabelledFaces(
        np.stack(rows.faces),
        np.array(rows.labels, dtype=np.int64),
        votes=None if votes is None else np.array(votes, dtype=np.float32)[rows.numbers],
        damaged=tuple(rows.damaged),
        places=tuple(f"line {line}" for line in rows.lines),
        notes=rows.notes(),
    )
    loaded.check_each_occurs(rows.named)
    return loaded


def read_usage(tables: Iterable[PixelTable], folder: FaceFolder) -> list[str]:
    """Return the split of each row of tables.

    Raises:
        DatasetUnreadable: If a file or the column is missing, or a row's Usage is none of ``SPLITS``.
    """
    return [split for table in tables for _, split, _ in split_rows(table, folder)]


def _table_of(folder: FaceFolder, split: str) -> PixelTable:
    """Return the table that a split is in.

    Raises:
        DatasetUnreadable: If it is in none.
    """
    tables = find_pixel_tables(folder.path) or [PixelTable(folder.path / CSV_NAMES[0])]
    fitting = [table for table in tables if folder.held_out or table.split in (None, split)]
    if not fitting:
        raise DatasetUnreadable(
            f"{folder.path}: no split {split}; there is {', '.join(str(t.path.name) for t in tables)}"
        )
    return fitting[0]


def _read_rows(table: PixelTable, split: str, folder: FaceFolder) -> _Rows:
    """Return what the file holds of one split."""
    rows = _Rows()
    with warnings.catch_warnings():
        # NumPy only warns of text that is no number.
        warnings.simplefilter("error", DeprecationWarning)
        for line, row_split, row in split_rows(table, folder):
            rows.count += 1
            if row_split == split:
                rows.add(line, row, folder)
    if rows.contempt:
        raise contempt_found(table.path, rows.contempt[0], len(rows.contempt), f"rows of {split}")
    return rows


def _parse_label(text: str, folder: FaceFolder) -> str:
    """Return what a label means.

    Raises:
        ValueError: If it is unknown.
    """
    meaning = folder.meaning_of(text, NUMBERINGS["fer2013"])
    if meaning is None:
        raise ValueError(f"emotion: expected 0 to {len(EMOTIONS) - 1}, came {text!r}")
    return meaning


def _whole_numbers(text: str) -> npt.NDArray[np.int64] | None:
    """Return numbers such as 216.0, as programs write that reckon with fractions; None where there are others."""
    try:
        read = np.array(text.split(), dtype=np.float64)
    except ValueError:
        return None
    is_whole = np.isfinite(read).all() and np.abs(read).max(initial=0.0) < _MOST_WHOLE and (read == read.round()).all()
    return read.astype(np.int64) if is_whole else None


def _parse_pixels(text: str) -> npt.NDArray[np.uint8]:
    """Return one face, uint8 (48, 48).

    Raises:
        ValueError: If the text is not 48 × 48 numbers from 0 to 255.
    """
    text = text.strip("[] \t\r\n").replace(",", " ")
    pixels: npt.NDArray[np.int64] | None
    try:
        # Five times as fast as int() of each number.
        pixels = np.fromstring(text, dtype=np.int64, sep=" ")
    except (DeprecationWarning, ValueError):
        pixels = _whole_numbers(text)
    if pixels is None:
        wrong = next((token for token in text.split() if not token.removesuffix(".0").isdecimal()), text)
        raise ValueError(f"pixels: expected numbers from 0 to 255, came {wrong[:20]!r}")
    if pixels.size != FACE_PX * FACE_PX:
        raise ValueError(f"pixels: expected {FACE_PX * FACE_PX}, came {pixels.size}")
    if pixels.min() < 0 or pixels.max() > 255:
        raise ValueError(f"pixels: expected numbers from 0 to 255, came {pixels.min()} to {pixels.max()}")
    return pixels.astype(np.uint8).reshape(FACE_PX, FACE_PX)
