"""RAF-DB as it is given out: ``EmoLabel/list_patition_label.txt`` and ``Image/aligned``.

Li, Deng and Du 2017, "Reliable Crowdsourcing and Deep Locality-Preserving Learning". The file's name is theirs.
"""

from pathlib import PurePosixPath

from model.data.faces import DamagedFace
from model.data.layouts.emotion_words import NUMBERINGS
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.found import FoundLayout, LabelledPicture
from model.data.layouts.split_words import split_in
from model.data.tables import read_lines

_LISTS = ("list_patition_label.txt", "list_partition_label.txt")


def find_raf_db(tree: FolderTree) -> FoundLayout | None:
    """Return the layout where RAF-DB's list of labels is there; else None."""
    lists = [file for name in _LISTS for file in tree.by_name.get(name, ())]
    if not lists:
        return None
    pictures: list[LabelledPicture] = []
    damaged: list[DamagedFace] = []
    for number, line in enumerate(read_lines(tree.root / lists[0]), 1):
        words = line.replace(",", " ").split()
        if not words:
            continue
        path = _picture(tree, words[0])
        if path is None or len(words) != 2:
            reason = "expected a picture's name and a number from 1 to 7" if len(words) != 2 else "no such picture"
            damaged.append(DamagedFace(f"{lists[0].name} line {number}: {words[0]}", reason))
            continue
        pictures.append(LabelledPicture(path, words[1], split_in(words[0].partition("_")[0])))
    return FoundLayout("RAF-DB", tuple(pictures), NUMBERINGS["rafdb"], damaged=tuple(damaged))


def _picture(tree: FolderTree, name: str) -> PurePosixPath | None:
    """Return the aligned face of a picture where it is there, else the picture."""
    listed = PurePosixPath(name)
    aligned = f"{listed.stem}_aligned{listed.suffix}"
    return tree.find(aligned, PurePosixPath()) or tree.find(name, PurePosixPath())
