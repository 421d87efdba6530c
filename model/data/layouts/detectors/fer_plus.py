"""FER+ as its own program writes it: ``FER2013Train/fer0000000.png`` and ``label.csv`` with ten taggers' votes.

Barsoum et al. 2016, arXiv 1608.01041.
"""

import csv
from pathlib import PurePosixPath

from model.data.faces import VOTE_COLUMNS, DamagedFace
from model.data.layouts.emotion_words import NUMBERINGS
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.found import FoundLayout, LabelledPicture
from model.data.layouts.split_words import split_of_path
from model.data.tables import read_lines

_LABELS = "label.csv"
_COLUMNS = 2 + len(VOTE_COLUMNS)


def find_fer_plus(tree: FolderTree) -> FoundLayout | None:
    """Return the layout where ``label.csv`` has a name, a box and ten votes in each row; else None.

    A face's label is what most taggers voted for; where that is "unknown" or "not a face" it is left out.
    """
    tables = [file for file in tree.by_name.get(_LABELS, ()) if _is_of_votes(tree, file)]
    pictures: list[LabelledPicture] = []
    damaged: list[DamagedFace] = []
    for table in tables:
        for number, row in enumerate(csv.reader(read_lines(tree.root / table)), 1):
            picture = _picture(tree, table, row) if row else None
            if isinstance(picture, LabelledPicture):
                pictures.append(picture)
            elif picture:
                damaged.append(DamagedFace(f"{table} line {number}", picture))
    found = FoundLayout("FER+", tuple(pictures), NUMBERINGS["ferplus"], damaged=tuple(damaged))
    return found if tables else None


def _is_of_votes(tree: FolderTree, file: PurePosixPath) -> bool:
    rows = csv.reader(read_lines(tree.root / file)[:1])
    return len(next(rows, [])) == _COLUMNS


def _picture(tree: FolderTree, table: PurePosixPath, row: list[str]) -> LabelledPicture | str:
    """Return what a row names, or why it cannot be used."""
    try:
        votes = tuple(float(vote) for vote in row[2:_COLUMNS])
    except ValueError:
        return f"expected {len(VOTE_COLUMNS)} numbers of votes, came {', '.join(row[2:])!r}"
    path = tree.find(row[0], table.parent)
    if path is None or not votes:
        return f"no such picture: {row[0]!r}"
    split = split_of_path(table.parts[:-1])
    return LabelledPicture(path, str(votes.index(max(votes))), split, votes=votes)
