"""Files that say what numbers mean, beside the data: ``classes.txt``, ``label_map.json`` and their like."""

import re
from collections.abc import Iterator, Mapping

from model.data.layouts.emotion_words import emotion_in
from model.data.layouts.folder_tree import FolderTree
from model.data.tables import read_lines

_STEMS = frozenset(
    {
        "classes", "classnames", "classindices", "labels", "labelnames", "labelmap", "labelmapping", "mapping",
        "emotions", "id2label", "label2id", "idx2class", "class2idx",
    }
)  # fmt: skip
_SUFFIXES = frozenset({".txt", ".json", ".csv", ".tsv", ".names", ".yaml", ".yml"})
_MOST_LINES = 60


def numbering_beside(tree: FolderTree) -> Mapping[str, str]:
    """Return what numbers mean by the first such file that says it of two at least; empty where none does."""
    files = [file for file in tree.files if file.suffix.lower() in _SUFFIXES and _plain(file.stem) in _STEMS]
    for file in files:
        lines = read_lines(tree.root / file)
        found = (dict(_pairs(lines)) or _in_order(lines)) if len(lines) <= _MOST_LINES else {}
        if len(found) > 1:
            return found
    return {}


def _plain(stem: str) -> str:
    return re.sub(r"[\W_]", "", stem).lower()


def _pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (number, emotion) of lines such as ``0 angry``, ``angry: 0`` or ``{"0": "angry", "1": "sad"}``."""
    for line in lines:
        for piece in [line] if _pair(line) else _pieces(line):
            if pair := _pair(piece):
                yield pair


def _pair(piece: str) -> tuple[str, str] | None:
    numbers, emotion = re.findall(r"\d+", piece), emotion_in(piece)
    return (str(int(numbers[0])), emotion) if len(numbers) == 1 and emotion else None


def _in_order(lines: list[str]) -> dict[str, str]:
    """Return what a list of emotions counts from 0; nothing where it holds anything else."""
    emotions = [emotion_in(piece) for line in lines for piece in _pieces(line)]
    return {str(number): emotion for number, emotion in enumerate(emotions) if emotion} if all(emotions) else {}


def _pieces(line: str) -> list[str]:
    return [piece for piece in re.split(r"[,;\t\[\]{}]", line) if piece.strip(" \"'-")]
