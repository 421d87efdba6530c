"""FER2013 as Kaggle gives it (``fer2013.csv`` or ``icml_face_data.csv``), with the FER+ votes (``fer2013new.csv``).

FER2013: Goodfellow et al. 2013, arXiv 1307.0414. FER+: Barsoum et al. 2016, arXiv 1608.01041.
"""

import csv
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.data.faces import SPLITS, VOTE_COLUMNS, DamagedFace, LabelledFaces, check_split, check_usable
from model.errors import DatasetUnreadable
from model.labels import EMOTIONS

__all__ = ["CSV_NAMES", "FACE_PX", "SPLITS", "VOTES_NAME", "VOTE_COLUMNS", "LabelledFaces", "load_fer2013"]

FACE_PX = 48
CSV_NAMES = ("fer2013.csv", "icml_face_data.csv")
VOTES_NAME = "fer2013new.csv"


@dataclass
class _Rows:
    """What one pass over the CSV file gathers of one split."""

    faces: list[npt.NDArray[np.uint8]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    damaged: list[DamagedFace] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    count: int = 0

    def add(self, line: int, row: dict[str, str]) -> None:
        """Keep one face, or why it cannot be used; ``count`` counts its row already."""
        try:
            label = _parse_label(row["emotion"])
            self.named.add(EMOTIONS[label])
            face = _parse_pixels(row["pixels"] or "")
        except ValueError as error:
            self.damaged.append(DamagedFace(f"line {line}", str(error)))
            return
        self.faces.append(face)
        self.labels.append(label)
        self.numbers.append(self.count - 1)
        self.lines.append(line)


def load_fer2013(folder: Path, split: str) -> LabelledFaces:
    """Load one split from a folder with one of ``CSV_NAMES`` and, where wanted, ``fer2013new.csv``.

    Args:
        folder: Folder with the files. Where both of ``CSV_NAMES`` are in it, the first is read.
        split: One of ``SPLITS``, as the column ``Usage`` names it.

    Returns:
        The split's faces in the file's order. Damaged rows are left out and listed.

    Raises:
        DatasetUnreadable: If a file or column is missing, the two files differ in length, the split is empty, or all
            rows of an emotion are damaged.
    """
    check_split(split)
    path = find_csv(folder) or folder / CSV_NAMES[0]
    votes_path = folder / VOTES_NAME
    votes = read_votes(votes_path) if votes_path.exists() else None
    rows = _read_rows(path, split)
    if votes is not None and len(votes) != rows.count:
        raise DatasetUnreadable(f"{votes_path}: expected {rows.count} rows as in {path.name}, came {len(votes)}")
    check_usable(path, split, len(rows.labels), rows.damaged)
    loaded = LabelledFaces(
        np.stack(rows.faces),
        np.array(rows.labels, dtype=np.int64),
        votes=None if votes is None else votes[rows.numbers],
        damaged=tuple(rows.damaged),
        places=tuple(f"line {line}" for line in rows.lines),
    )
    loaded.check_each_occurs(rows.named)
    return loaded


def read_votes(path: Path) -> npt.NDArray[np.float32]:
    """Return the FER+ votes of all rows.

    Args:
        path: ``fer2013new.csv`` of microsoft/FERPlus.

    Returns:
        float32, shape (N, 10), columns ``VOTE_COLUMNS``; a damaged row counts as no votes.

    Raises:
        DatasetUnreadable: If the file or a column is missing.
    """
    votes = [_parse_votes(row) for _, row in _rows(path, VOTE_COLUMNS)]
    return np.array(votes, dtype=np.float32).reshape(-1, len(VOTE_COLUMNS))


def find_csv(folder: Path) -> Path | None:
    """Return the first of ``CSV_NAMES`` in the folder; None where there is none."""
    return next((folder / name for name in CSV_NAMES if (folder / name).exists()), None)


def read_usage(path: Path) -> list[str]:
    """Return the split of each row of a CSV file, as its column ``Usage`` names it.

    Raises:
        DatasetUnreadable: If the file or the column is missing.
    """
    return [(row["Usage"] or "").strip() for _, row in _rows(path, ("Usage",))]


def _rows(path: Path, required: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a CSV file; spaces around column names are ignored, as some copies have them."""
    if not path.exists():
        raise DatasetUnreadable(f"{path}: no such file; give the folder that holds it")
    csv.field_size_limit(sys.maxsize)
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        reader = csv.DictReader(file)
        columns = [name.strip() for name in reader.fieldnames or ()]
        missing = [name for name in required if name not in columns]
        if missing:
            raise DatasetUnreadable(f"{path}: missing column {', '.join(missing)}; came {', '.join(columns) or 'none'}")
        reader.fieldnames = columns
        for row in reader:
            yield reader.line_num, row


def _read_rows(path: Path, split: str) -> _Rows:
    """Return what the file holds of one split."""
    rows = _Rows()
    with warnings.catch_warnings():
        # NumPy only warns of text that is no number.
        warnings.simplefilter("error", DeprecationWarning)
        for line, row in _rows(path, ("emotion", "pixels", "Usage")):
            rows.count += 1
            if (row["Usage"] or "").strip() == split:
                rows.add(line, row)
    return rows


def _parse_label(text: str | None) -> int:
    """Return one label.

    Raises:
        ValueError: If it is unknown.
    """
    stripped = (text or "").strip()
    if stripped not in map(str, range(len(EMOTIONS))):
        raise ValueError(f"emotion: expected 0 to {len(EMOTIONS) - 1}, came {stripped!r}")
    return int(stripped)


def _parse_pixels(text: str) -> npt.NDArray[np.uint8]:
    """Return one face, uint8 (48, 48).

    Raises:
        ValueError: If the text is not 48 × 48 numbers from 0 to 255.
    """
    try:
        # Five times as fast as int() of each number.
        pixels = np.fromstring(text, dtype=np.int64, sep=" ")
    except (DeprecationWarning, ValueError):
        wrong = next((token for token in text.split() if not token.isdecimal()), text)
        raise ValueError(f"pixels: expected numbers from 0 to 255, came {wrong[:20]!r}") from None
    if pixels.size != FACE_PX * FACE_PX:
        raise ValueError(f"pixels: expected {FACE_PX * FACE_PX}, came {pixels.size}")
    if pixels.min() < 0 or pixels.max() > 255:
        raise ValueError(f"pixels: expected numbers from 0 to 255, came {pixels.min()} to {pixels.max()}")
    return pixels.astype(np.uint8).reshape(FACE_PX, FACE_PX)


def _parse_votes(row: dict[str, str]) -> list[float]:
    try:
        return [float(row[name]) for name in VOTE_COLUMNS]
    except (TypeError, ValueError):
        return [0.0] * len(VOTE_COLUMNS)
