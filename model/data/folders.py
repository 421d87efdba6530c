"""Faces in picture folders, ``split/emotion/*.jpg``: the popular mirror of FER2013, and what one collects oneself."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.data.faces import SPLITS, DamagedFace, LabelledFaces, check_split, check_usable
from model.data.fer2013 import CSV_NAMES, VOTES_NAME, read_usage, read_votes
from model.data.pictures import read_face, scale_face
from model.errors import DatasetUnreadable
from model.labels import EMOTIONS

_SPLIT_OF_NAME = {
    "train": "Training", "training": "Training",
    "val": "PublicTest", "valid": "PublicTest", "validation": "PublicTest", "publictest": "PublicTest",
    "privatetest": "PrivateTest",
}  # fmt: skip
_TEST_NAME = "test"
_EMOTION_OF_NAME = {
    **{emotion: emotion for emotion in EMOTIONS},
    "anger": "angry", "disgusted": "disgust", "fearful": "fear", "afraid": "fear",
    "happiness": "happy", "joy": "happy", "sadness": "sad", "surprised": "surprise", "neutrality": "neutral",
}  # fmt: skip
_ROW_NUMBER = re.compile(r"(?:fer)?(\d+)")


def load_folders(folder: Path, split: str) -> LabelledFaces:
    """Load one split of picture folders.

    The faces get one size: that of most pictures of the split, at most ``MOST_FACE_PX``; the others are scaled to it.

    Args:
        folder: Folder with the splits' folders.
        split: One of ``SPLITS``; see ``split_folders`` for the names that the folders may have.

    Returns:
        The faces, the emotions in the order of ``EMOTIONS``, the pictures of each in the order of their names. Votes
        are joined where ``fer2013new.csv`` is there and every file is named after its row, as in ``00012.png``.

    Raises:
        DatasetUnreadable: If the split is missing or empty, a folder is named after no emotion, or an emotion's folder
            has no usable face.
    """
    check_split(split)
    folders = split_folders(folder)
    if split not in folders:
        raise DatasetUnreadable(f"{folder}: no split {split}; there is {', '.join(folders)}")
    emotion_folders = _emotion_folders(folders[split])
    faces, labels, paths, damaged = _read_faces(folder, emotion_folders)
    check_usable(folders[split], split, len(faces), damaged)
    loaded = LabelledFaces(
        _same_size(faces),
        np.array(labels, dtype=np.int64),
        votes=_votes_by_name(folder, split, paths),
        damaged=tuple(damaged),
        places=tuple(path.relative_to(folder).as_posix() for path in paths),
    )
    loaded.check_each_occurs({emotion for emotion, _ in emotion_folders})
    return loaded


def split_folders(folder: Path) -> dict[str, Path]:
    """Return the folder of each split, in the order of ``SPLITS``.

    ``train`` is Training and ``val`` or ``validation`` is PublicTest. ``test`` is PrivateTest beside a validation
    folder, and PublicTest where there is none. FER2013's own names are understood too; case does not matter.

    Raises:
        DatasetUnreadable: If there is none, or two folders mean the same split.
    """
    names = {child.name.casefold(): child for child in _visible(folder) if child.is_dir()}
    has_validation = any(_SPLIT_OF_NAME.get(name) == "PublicTest" for name in names)
    split_of = {**_SPLIT_OF_NAME, _TEST_NAME: "PrivateTest" if has_validation else "PublicTest"}
    found: dict[str, Path] = {}
    for name, child in names.items():
        split = split_of.get(name)
        if split is not None and found.setdefault(split, child) != child:
            raise DatasetUnreadable(
                f"{folder}: both {found[split].name} and {child.name} are {split}; keep one of them"
            )
    if not found:
        raise DatasetUnreadable(
            f"{folder}: expected {' or '.join(CSV_NAMES)}, or folders such as train/angry and test/angry; came "
            f"{', '.join(sorted(names)[:10]) or 'no folder'}"
        )
    return {split: found[split] for split in SPLITS if split in found}


def _visible(folder: Path) -> list[Path]:
    """Return what is in a folder, sorted, without what systems and archives put there for themselves."""
    children = sorted(folder.iterdir())
    return [child for child in children if not child.name.startswith((".", "__")) and child.name != "Thumbs.db"]


def _emotion_folders(split_folder: Path) -> list[tuple[str, Path]]:
    """Return (emotion, folder) in the order of ``EMOTIONS``.

    Raises:
        DatasetUnreadable: If a folder is named after no emotion.
    """
    found = []
    for child in (child for child in _visible(split_folder) if child.is_dir()):
        emotion = _EMOTION_OF_NAME.get(child.name.casefold())
        if emotion is None:
            raise DatasetUnreadable(
                f"{child}: expected a folder named after an emotion ({', '.join(EMOTIONS)}), came {child.name!r}; "
                "rename it or take it away"
            )
        found.append((emotion, child))
    return sorted(found, key=lambda pair: EMOTIONS.index(pair[0]))


def _read_faces(
    root: Path, emotion_folders: Sequence[tuple[str, Path]]
) -> tuple[list[npt.NDArray[np.uint8]], list[int], list[Path], list[DamagedFace]]:
    """Return faces, labels and paths of the usable pictures, and the others."""
    faces: list[npt.NDArray[np.uint8]] = []
    labels: list[int] = []
    paths: list[Path] = []
    damaged: list[DamagedFace] = []
    for emotion, path in _pictures(emotion_folders):
        try:
            faces.append(read_face(path))
        except ValueError as error:
            damaged.append(DamagedFace(path.relative_to(root).as_posix(), str(error)))
            continue
        labels.append(EMOTIONS.index(emotion))
        paths.append(path)
    return faces, labels, paths, damaged


def _pictures(emotion_folders: Sequence[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    return ((emotion, path) for emotion, folder in emotion_folders for path in _visible(folder))


def _same_size(faces: Sequence[npt.NDArray[np.uint8]]) -> npt.NDArray[np.uint8]:
    """Return the faces in the size that most of them have, the larger of two that are equally common."""
    counts = Counter(len(face) for face in faces)
    size_px = max(counts, key=lambda size: (counts[size], size))
    return np.stack([scale_face(face, size_px) for face in faces])


def _votes_by_name(folder: Path, split: str, paths: Sequence[Path]) -> npt.NDArray[np.float32] | None:
    """Return the FER+ votes of the rows that the files are named after; None where one is not, or not of this split."""
    votes_path = folder / VOTES_NAME
    if not votes_path.exists():
        return None
    usage = read_usage(votes_path)
    matches = [_ROW_NUMBER.fullmatch(path.stem) for path in paths]
    rows = [int(match[1]) for match in matches if match and int(match[1]) < len(usage)]
    is_joined = len(rows) == len(paths) and all(usage[row] == split for row in rows)
    return read_votes(votes_path)[rows] if is_joined else None
