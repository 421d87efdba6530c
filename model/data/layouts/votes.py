"""Joins the FER+ votes of ``fer2013new.csv`` to picture folders, by the numbers that files are named after."""

import re
from dataclasses import replace
from pathlib import Path

from model.data.faces import VOTE_COLUMNS
from model.data.layouts.face_folder import FaceFolder
from model.data.layouts.found import FoundLayout, LabelledPicture
from model.data.layouts.pixel_tables import PixelTable, check_columns, usages
from model.data.tables import plain_name, read_table

VOTES_NAME = "fer2013new.csv"
_ROW_NUMBER = re.compile(r"(?:fer)?(\d+)")


def read_votes(path: Path) -> list[tuple[float, ...]]:
    """Return the FER+ votes of all rows, columns ``VOTE_COLUMNS``; a damaged row counts as no votes.

    Args:
        path: ``fer2013new.csv`` of microsoft/FERPlus.

    Raises:
        DatasetUnreadable: If the file or a column is missing.
    """
    check_columns(path, VOTE_COLUMNS)
    return [_votes_in(row) for _, row in read_table(path)]


def with_votes(found: FoundLayout, folder: FaceFolder) -> FoundLayout:
    """Return a settled layout with votes, in the splits where every file is named after its row, as ``00012.png``."""
    path = folder.path / VOTES_NAME
    if not path.exists():
        return found
    of_row = [usage for _, usage, _ in usages(PixelTable(path))]
    votes = read_votes(path)
    joined: list[LabelledPicture] = []
    for split in found.splits():
        pictures = [one for one in found.pictures if one.split == split]
        rows = [_row_of(one, of_row) for one in pictures]
        is_joined = all(row is not None for row in rows)
        joined += [
            replace(one, votes=votes[row]) if is_joined and row is not None else one
            for one, row in zip(pictures, rows, strict=True)
        ]
    return replace(found, pictures=tuple(joined))


def _row_of(one: LabelledPicture, usage_of_row: list[str]) -> int | None:
    """Return the row that a file is named after; None where it is none of its split."""
    matched = _ROW_NUMBER.fullmatch(one.path.stem)
    row = int(matched[1]) if matched else len(usage_of_row)
    return row if row < len(usage_of_row) and usage_of_row[row] == one.split else None


def _votes_in(row: dict[str, str]) -> tuple[float, ...]:
    try:
        return tuple(float(row[plain_name(name)]) for name in VOTE_COLUMNS)
    except ValueError:
        return (0.0,) * len(VOTE_COLUMNS)
