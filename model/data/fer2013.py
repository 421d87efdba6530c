"""FER2013 as Kaggle gives it (``fer2013.csv``), joined by row with the FER+ votes (``fer2013new.csv``).

FER2013: Goodfellow et al. 2013, arXiv 1307.0414. FER+: Barsoum et al. 2016, arXiv 1608.01041.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.errors import DatasetUnreadable
from model.labels import EMOTIONS

SPLITS = ("Training", "PublicTest", "PrivateTest")
FACE_PX = 48
VOTE_COLUMNS = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF",
)  # fmt: skip


@dataclass(frozen=True)
class DamagedRow:
    """A row that was skipped: its line in the file (the header is line 1) and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class LabelledFaces:
    """The faces of one split.

    Attributes:
        faces_gray: uint8, shape (N, 48, 48), range 0–255.
        labels: FER2013 labels, int64, shape (N,), index into ``EMOTIONS``.
        votes: FER+ votes, float32, shape (N, 10), columns ``VOTE_COLUMNS``; None where there is no FER+ file.
        damaged: Rows of the whole file that were skipped.
    """

    faces_gray: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    votes: npt.NDArray[np.float32] | None = None
    damaged: tuple[DamagedRow, ...] = ()

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.labels)

    def take(self, indices: npt.NDArray[np.int64]) -> "LabelledFaces":
        """Return the faces at ``indices``, in that order."""
        votes = None if self.votes is None else self.votes[indices]
        return LabelledFaces(self.faces_gray[indices], self.labels[indices], votes, self.damaged)

    def first_of_each(self, limit: int) -> "LabelledFaces":
        """Return at most ``limit`` faces, the emotions as evenly represented as the split allows."""
        order = np.argsort(self.labels, kind="stable")
        ranks = np.empty(len(self), dtype=np.int64)
        for label in range(len(EMOTIONS)):
            members = order[self.labels[order] == label]
            ranks[members] = np.arange(len(members))
        return self.take(np.sort(np.argsort(ranks, kind="stable")[:limit]))


def load_fer2013(folder: Path, split: str) -> LabelledFaces:
    """Load one split from a folder with ``fer2013.csv`` and, where wanted, ``fer2013new.csv``.

    Args:
        folder: Folder with the two files.
        split: One of ``SPLITS``, as the column ``Usage`` names it.

    Returns:
        The split's faces in the file's order. Damaged rows are left out and listed.

    Raises:
        DatasetUnreadable: If a file or column is missing, the two files differ in length, or the split is empty.
    """
    if split not in SPLITS:
        raise DatasetUnreadable(f"split: expected one of {', '.join(SPLITS)}, came {split!r}")
    votes_path = folder / "fer2013new.csv"
    votes = _read_votes(votes_path) if votes_path.exists() else None
    faces, labels, rows, damaged, row_count = _read_faces(folder / "fer2013.csv", split)
    if votes is not None and len(votes) != row_count:
        raise DatasetUnreadable(f"{votes_path}: expected {row_count} rows as in fer2013.csv, came {len(votes)}")
    if not labels:
        raise DatasetUnreadable(f"{folder / 'fer2013.csv'}: no usable face of split {split}, {len(damaged)} damaged")
    chosen_votes = None if votes is None else votes[rows]
    return LabelledFaces(np.stack(faces), np.array(labels, dtype=np.int64), chosen_votes, tuple(damaged))


def _rows(path: Path, required: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a CSV file; spaces around column names are ignored, as some copies have them."""
    if not path.exists():
        raise DatasetUnreadable(f"{path}: no such file; give the folder that holds it")
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        columns = [name.strip() for name in reader.fieldnames or ()]
        missing = [name for name in required if name not in columns]
        if missing:
            raise DatasetUnreadable(f"{path}: missing column {', '.join(missing)}; came {', '.join(columns) or 'none'}")
        reader.fieldnames = columns
        for row in reader:
            yield reader.line_num, row


def _read_faces(
    path: Path, split: str
) -> tuple[list[npt.NDArray[np.uint8]], list[int], list[int], list[DamagedRow], int]:
    """Return faces, labels and row numbers of one split, the damaged rows, and the number of all rows."""
    faces: list[npt.NDArray[np.uint8]] = []
    labels: list[int] = []
    rows: list[int] = []
    damaged: list[DamagedRow] = []
    row_count = 0
    for line, row in _rows(path, ("emotion", "pixels", "Usage")):
        row_count += 1
        if (row["Usage"] or "").strip() != split:
            continue
        try:
            face, label = _parse_face(row)
        except ValueError as error:
            damaged.append(DamagedRow(line, str(error)))
            continue
        faces.append(face)
        labels.append(label)
        rows.append(row_count - 1)
    return faces, labels, rows, damaged, row_count


def _parse_face(row: dict[str, str]) -> tuple[npt.NDArray[np.uint8], int]:
    """Return one face and its label.

    Raises:
        ValueError: If the label is unknown or the pixels are not 48 × 48 numbers from 0 to 255.
    """
    label = int(row["emotion"])
    if not 0 <= label < len(EMOTIONS):
        raise ValueError(f"emotion: expected 0 to {len(EMOTIONS) - 1}, came {label}")
    pixels = np.frombuffer(bytes(map(int, (row["pixels"] or "").split())), dtype=np.uint8)
    if pixels.size != FACE_PX * FACE_PX:
        raise ValueError(f"pixels: expected {FACE_PX * FACE_PX}, came {pixels.size}")
    return pixels.reshape(FACE_PX, FACE_PX), label


def _read_votes(path: Path) -> npt.NDArray[np.float32]:
    """Return the FER+ votes of all rows, float32 (N, 10); a damaged row counts as no votes."""
    votes = [_parse_votes(row) for _, row in _rows(path, VOTE_COLUMNS)]
    return np.array(votes, dtype=np.float32).reshape(-1, len(VOTE_COLUMNS))


def _parse_votes(row: dict[str, str]) -> list[float]:
    try:
        return [float(row[name]) for name in VOTE_COLUMNS]
    except (TypeError, ValueError):
        return [0.0] * len(VOTE_COLUMNS)
