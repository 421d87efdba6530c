"""AffectNet as it is given out now: ``train_set/images/0.jpg`` and ``train_set/annotations/0_exp.npy``.

Mollahosseini, Hasani and Mahoor 2017, arXiv 1708.03985. Its older lists in CSV are read by ``picture_tables``.
"""

from pathlib import Path, PurePosixPath

import numpy as np

from model.data.faces import DamagedFace
from model.data.layouts.emotion_words import NUMBERINGS
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.found import FoundLayout, LabelledPicture
from model.data.layouts.split_words import split_of_path

_EXPRESSION = "_exp.npy"


def find_affectnet(tree: FolderTree) -> FoundLayout | None:
    """Return the layout where there are expressions in files of their own; else None."""
    expressions = {file for file in tree.files if file.name.lower().endswith(_EXPRESSION)}
    if not expressions:
        return None
    pictures: list[LabelledPicture] = []
    damaged: list[DamagedFace] = []
    for path in tree.pictures:
        expression = _expression_of(path, expressions)
        label = _read(tree.root / expression) if expression else None
        if label is None:
            reason = "no such file" if expression is None else "expected one number in it, came something else"
            damaged.append(DamagedFace(path.as_posix(), f"its {path.stem}{_EXPRESSION}: {reason}"))
        else:
            split = split_of_path(path.parts[:-1])
            pictures.append(LabelledPicture(path, label, split))
    return FoundLayout("AffectNet", tuple(pictures), NUMBERINGS["affectnet"], damaged=tuple(damaged))


def _expression_of(path: PurePosixPath, expressions: set[PurePosixPath]) -> PurePosixPath | None:
    """Return the expression's file: in the folder beside the picture's, or beside the picture."""
    name = f"{path.stem}{_EXPRESSION}"
    places = (path.parent.parent / "annotations" / name, path.parent / name)
    return next((place for place in places if place in expressions), None)


def _read(path: Path) -> str | None:
    try:
        return str(int(np.load(path, allow_pickle=False).item()))
    except (OSError, ValueError, EOFError):
        return None
