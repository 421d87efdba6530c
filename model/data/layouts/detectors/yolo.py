"""Faces as object detectors learn them: ``images/a.jpg`` and ``labels/a.txt`` with a class and a box a line."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from model.data.faces import DamagedFace
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.found import FoundLayout, LabelledPicture
from model.data.layouts.split_words import split_of_path
from model.data.tables import read_lines

_IMAGES, _LABELS = "images", "labels"
# Class, middle and size; and how sure a network was of it.
_BOX_WORDS = (5, 6)
_NAMES_FILES = ("data.yaml", "data.yml", "dataset.yaml", "classes.txt", "obj.names")
_INLINE = re.compile(r"^names\s*:\s*[\[{](?P<names>.*?)[\]}]", re.MULTILINE | re.DOTALL)
_LISTED = re.compile(r"^names\s*:\s*\n(?P<names>(?:\s*(?:-|\d+\s*:).*\n?)+)", re.MULTILINE)
_LEADING = re.compile(r"^\s*(?:-|\d+\s*:)?\s*")


def find_yolo(tree: FolderTree) -> FoundLayout | None:
    """Return the layout where pictures in ``images`` have files of boxes in ``labels``; else None."""
    labels = {file for file in tree.files if file.suffix.lower() == ".txt" and _LABELS in _lower(file)}
    pairs = [(path, file) for path in tree.pictures if (file := _labels_of(path)) in labels]
    if not pairs:
        return None
    names = _names(tree)
    pictures: list[LabelledPicture] = []
    damaged: list[DamagedFace] = []
    for path, file in pairs:
        for number, line in enumerate(filter(str.strip, read_lines(tree.root / file)), 1):
            face = _face(path, line, names)
            if face is None:
                reason = f"line {number}: expected a class and four shares from 0 to 1, came {line.strip()[:40]!r}"
                damaged.append(DamagedFace(file.as_posix(), reason))
            else:
                pictures.append(face)
    return FoundLayout("YOLO", tuple(pictures), damaged=tuple(damaged))


def _labels_of(path: PurePosixPath) -> PurePosixPath:
    """Return where the boxes of a picture are, also where they are not: ``labels`` for the last ``images``."""
    parts = list(path.parts)
    at = [index for index, part in enumerate(parts[:-1]) if part.lower() == _IMAGES]
    if at:
        parts[at[-1]] = _LABELS
    return PurePosixPath(*parts).with_suffix(".txt")


def _face(path: PurePosixPath, line: str, names: list[str]) -> LabelledPicture | None:
    """Return what a line says: class, middle and size; None where it says something else."""
    words = line.split()
    if len(words) not in _BOX_WORDS:
        return None  # Such as the outline of a face, whose first four numbers are two of its corners.
    try:
        number = int(float(words[0]))
        x, y, width, height = map(float, words[1:5])
    except (ValueError, IndexError):
        return None
    if number < 0 or not (0 < width <= 1 and 0 < height <= 1 and 0 <= x <= 1 and 0 <= y <= 1):
        return None
    label = names[number] if number < len(names) else str(number)
    corners = (max(0.0, x - width / 2), max(0.0, y - height / 2), min(1.0, x + width / 2), min(1.0, y + height / 2))
    split = split_of_path(path.parts[:-1])
    return LabelledPicture(path, label, split, box=corners)


def _names(tree: FolderTree) -> list[str]:
    """Return what the numbers are called, from the file that says so; none where there is none."""
    file = next((tree.root / found for name in _NAMES_FILES for found in tree.by_name.get(name, ())), None)
    if file is None:
        return []
    return list(_names_in(file))


def _names_in(file: Path) -> Iterator[str]:
    """Yield the names: of YAML the part ``names``, in any of its three forms; of other files every line."""
    text = "\n".join(read_lines(file)) + "\n"
    if file.suffix.lower() in (".yaml", ".yml"):
        matched = _INLINE.search(text) or _LISTED.search(text)
        text = re.sub(r"[,\n]+", "\n", matched["names"]) if matched else ""
    for line in filter(str.strip, text.splitlines()):
        yield _LEADING.sub("", line).strip().strip("'\"")


def _lower(file: PurePosixPath) -> tuple[str, ...]:
    return tuple(part.lower() for part in file.parts)
