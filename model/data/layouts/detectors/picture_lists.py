"""Lists without a header, a picture and its label a line; RAF-DB's ``EmoLabel/list_patition_label.txt`` is one.

Li, Deng and Du 2017, "Reliable Crowdsourcing and Deep Locality-Preserving Learning". The file's name is theirs.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from model.data.faces import DamagedFace
from model.data.layouts.detectors.file_names import person_in
from model.data.layouts.emotion_words import NUMBERINGS
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.found import FoundLayout, LabelledPicture
from model.data.layouts.split_words import split_in, split_of_path
from model.data.pictures import PICTURE_SUFFIXES
from model.data.tables import read_lines

_SUFFIXES = frozenset({".txt", ".lst", ".list", ".csv", ".tsv"})
_LINE = re.compile(r"[\"']?(?P<name>[^\"']+?\.(?P<suffix>\w{2,4}))[\"']?[\s,;]+[\"']?(?P<label>[\w.-]+)[\"']?\s*")
_OF_RAF_DB = re.compile(r"(?:train|test)_\d{4,6}(?:_aligned)?", re.IGNORECASE)


def find_picture_lists(tree: FolderTree) -> FoundLayout | None:
    """Return the layout where lists name pictures, some of which are there; else None."""
    pictures: list[LabelledPicture] = []
    damaged: list[DamagedFace] = []
    for file in tree.files:
        for number, line in _lines(tree, file):
            picture = _picture(tree, file, line)
            if isinstance(picture, str):
                damaged.append(DamagedFace(f"{file.name} line {number}", picture))
            else:
                pictures.append(picture)
    if not pictures:
        return None
    is_raf_db = all(_OF_RAF_DB.fullmatch(one.path.stem) for one in pictures)
    name, numbering = ("RAF-DB", NUMBERINGS["rafdb"]) if is_raf_db else ("list of pictures", {})
    return FoundLayout(name, tuple(pictures), numbering, damaged=tuple(damaged))


def _lines(tree: FolderTree, file: PurePosixPath) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of a list; of anything else, which the first line tells, nothing."""
    if file.suffix.lower() not in _SUFFIXES:
        return
    lines = [(number, line) for number, line in enumerate(read_lines(tree.root / file), 1) if line.strip()]
    if lines and _matched(lines[0][1]):
        yield from lines


def _matched(line: str) -> re.Match[str] | None:
    matched = _LINE.fullmatch(line)
    return matched if matched and f".{matched['suffix'].lower()}" in PICTURE_SUFFIXES else None


def _picture(tree: FolderTree, file: PurePosixPath, line: str) -> LabelledPicture | str:
    """Return what a line names, or why it cannot be used."""
    matched = _matched(line)
    if matched is None:
        return f"expected a picture's name and its label, came {line.strip()[:60]!r}"
    told = split_in(file.stem)
    path = _find(tree, matched["name"], file.parent, told)
    if path is None:
        return f"no such picture: {matched['name']!r}"
    split = told or split_of_path(path.parts[:-1]) or split_in(path.stem.partition("_")[0])
    return LabelledPicture(path, matched["label"], split, person_in(path.stem))


def _find(tree: FolderTree, name: str, near: PurePosixPath, told: str | None) -> PurePosixPath | None:
    """Return RAF-DB's aligned face of a picture where it is there, else the picture."""
    listed = PurePosixPath(name.replace("\\", "/"))
    return tree.find(f"{listed.stem}_aligned{listed.suffix}", near, told) or tree.find(name, near, told)
