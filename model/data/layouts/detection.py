"""Which layout a folder has."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from model.data.layouts.class_names import numbering_beside
from model.data.layouts.detectors.affectnet import find_affectnet
from model.data.layouts.detectors.ck_plus import find_ck_plus
from model.data.layouts.detectors.class_folders import find_class_folders, find_empty_splits
from model.data.layouts.detectors.fer_plus import find_fer_plus
from model.data.layouts.detectors.file_names import find_file_names
from model.data.layouts.detectors.picture_lists import find_picture_lists
from model.data.layouts.detectors.picture_tables import find_picture_tables
from model.data.layouts.detectors.yolo import find_yolo
from model.data.layouts.face_folder import ARCHIVE_SUFFIXES, FaceFolder
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.found import FoundLayout
from model.data.layouts.pixel_tables import CSV_NAMES
from model.data.layouts.votes import VOTES_NAME, with_votes
from model.errors import DatasetUnreadable

_EXPORTS = frozenset(
    {".parquet", ".arrow", ".h5", ".hdf5", ".npz", ".npy", ".mat", ".pkl", ".pt", ".tfrecord", ".json"}
)
# What programs write beside pictures: COCO, metadata of Hugging Face, Pascal VOC.
_ANNOTATIONS = frozenset({".json", ".jsonl", ".xml"})
_OWN_SIGNS: tuple[Callable[[FolderTree], FoundLayout | None], ...] = (
    find_fer_plus,
    find_ck_plus,
    find_affectnet,
    find_yolo,
)


def settled_layout(folder: FaceFolder) -> FoundLayout:
    """Find the layout of a folder of pictures: what has signs of its own first, what goes by mere names last.

    Returns:
        It, with emotions for labels, and splits.

    Raises:
        DatasetUnreadable: If no layout is known, or what is found of one cannot be used.
    """
    tree = FolderTree.of(folder.path)
    found = _find(tree, folder)
    numbering = found.numbering or numbering_beside(tree)
    return with_votes(replace(found, numbering=numbering).settled(folder), folder)


def _find(tree: FolderTree, folder: FaceFolder) -> FoundLayout:
    for detector in _OWN_SIGNS:
        if found := detector(tree):
            return found
    classes = find_class_folders(tree, folder)
    if classes and classes.names_emotions:
        return classes
    found = _by_lists(tree) or classes or find_file_names(tree) or find_empty_splits(tree)
    if found is None:
        raise _unknown(tree)
    return found


def _by_lists(tree: FolderTree) -> FoundLayout | None:
    return find_picture_tables(tree) or find_picture_lists(tree)


def _unknown(tree: FolderTree) -> DatasetUnreadable:
    return DatasetUnreadable(
        f"{tree.root}: expected {' or '.join(CSV_NAMES)}, or folders such as train/angry and test/angry, or another "
        f"layout of docs/data.md; came {_content(tree)}{_advice(tree)}"
    )


def _content(tree: FolderTree) -> str:
    """Return in words what is in a folder."""
    names = [path.name for path in tree.folders if len(path.parts) == 1]
    kinds = Counter(file.suffix.lower() or file.name for file in tree.files)
    parts = [", ".join(names[:10])] if names else []
    parts += [f"{count} × {kind}" for kind, count in kinds.most_common(5)]
    return "; ".join(parts) or "no folder and no file"


def _advice(tree: FolderTree) -> str:
    exports = _EXPORTS - (_ANNOTATIONS if tree.pictures else frozenset())
    for suffixes, advice in (
        (ARCHIVE_SUFFIXES, "unpack it, and give the folder that comes of it"),
        (exports, "write its pictures into folders such as train/angry first"),
    ):
        file = next((file for file in tree.files if file.suffix.lower() in suffixes), None)
        if file:
            return f". {Path(file).name}: {advice}"
    if tree.by_name.get(VOTES_NAME):
        return f". {VOTES_NAME} holds votes alone: put fer2013.csv beside it"
    labels = next((file for file in tree.files if tree.pictures and file.suffix.lower() in _ANNOTATIONS), None)
    if labels:
        return (
            f". {labels.as_posix()}: labels in {labels.suffix.lower()} are not read: export them as YOLO, or write a "
            "table image,label"
        )
    if tree.pictures:
        return ". Nothing says what the pictures show: put them into folders such as angry and happy"
    return ""
