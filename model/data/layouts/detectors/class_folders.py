"""Folders that are named after emotions: ``train/angry/*.jpg``, and whatever stands above, between and below."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from model.data.faces import DamagedFace
from model.data.layouts.detectors.file_names import person_in
from model.data.layouts.emotion_words import NUMBERINGS, emotion_in, number_in
from model.data.layouts.face_folder import FaceFolder
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.found import FoundLayout, LabelledPicture
from model.data.layouts.split_words import is_filler, split_in
from model.data.pictures import PICTURE_SUFFIXES
from model.errors import DatasetUnreadable

NAME = "class folders"
_OF_RAF_DB = re.compile(r"(?:train|test)_\d{4,6}(?:_aligned)?", re.IGNORECASE)


@dataclass(frozen=True)
class _Place:
    """What a folder's path says.

    Attributes:
        path: Below the root.
        split_part: The part that names the split; empty where none does.
        label: The part that names the emotion, or that stands where it should; empty where there is none.
        names_emotion: Whether ``label`` is known to mean something.
        person: The part that is left, which is usually somebody.
    """

    path: PurePosixPath
    split_part: str
    label: str
    names_emotion: bool
    person: str

    @property
    def split(self) -> str | None:
        return split_in(self.split_part)


def find_class_folders(tree: FolderTree, folder: FaceFolder) -> FoundLayout | None:
    """Return the layout where folders name emotions, or stand in splits where such folders should; else None.

    Raises:
        DatasetUnreadable: If a folder's path names two emotions, or two folders mean the same split.
    """
    files = _by_folder(tree)
    places = {path: _place(path, tree, folder) for path in _ends(tree, files)}
    if not _is_recognised(places, files):
        return None
    has_splits = any(place.split_part for place in places.values())
    used = [place for place in places.values() if bool(place.split_part) == has_splits and _is_used(place, files)]
    _check_splits(folder.path, used)
    return FoundLayout(
        NAME,
        tuple(_pictures(used, files)),
        _numbering(used, files),
        tuple((place.split, place.label) for place in used),
        tuple(_strays(used, files)),
        tuple(_notes(set(places.values()) - set(used), files)),
        any(place.names_emotion for place in used),
    )


def find_empty_splits(tree: FolderTree) -> FoundLayout | None:
    """Return folders that are named after splits, where no picture is in any; None where there is none."""
    if tree.pictures:
        return None
    splits = [path.parts[0] for path in tree.folders if len(path.parts) == 1 and split_in(path.parts[0])]
    _check_names(tree.root, splits)
    return FoundLayout(NAME, (), declared=tuple((split_in(name), "") for name in splits)) if splits else None


def _by_folder(tree: FolderTree) -> Mapping[PurePosixPath, list[PurePosixPath]]:
    files: defaultdict[PurePosixPath, list[PurePosixPath]] = defaultdict(list)
    for file in tree.files:
        files[file.parent].append(file)
    return files


def _ends(tree: FolderTree, files: Mapping[PurePosixPath, object]) -> list[PurePosixPath]:
    """Return the folders that hold files, and those that hold nothing."""
    parents = {path.parent for path in tree.folders}
    return [path for path in tree.folders if path.parts and (path in files or path not in parents)]


def _place(path: PurePosixPath, tree: FolderTree, folder: FaceFolder) -> _Place:
    """Tell what each part of a path is for.

    Raises:
        DatasetUnreadable: If two parts name different emotions.
    """
    splits = [index for index, part in enumerate(path.parts) if split_in(part)]
    named = [part for part in path.parts if _names_emotion(part, folder)]
    if len({folder.meaning_of(part, {}) for part in named}) > 1:
        raise DatasetUnreadable(
            f"{tree.root / path}: names {len(named)} emotions ({', '.join(named)}); rename one of these folders"
        )
    split_part = path.parts[splits[-1]] if splits else ""
    below = path.parts[splits[-1] + 1 :] if splits else path.parts[_shared_depth(tree) :]
    label = named[-1] if named else next((part for part in below if not is_filler(part)), "")
    others = [part for part in below if part != label and not is_filler(part)]
    return _Place(path, split_part, label, bool(named), others[-1] if others and named else "")


def _names_emotion(part: str, folder: FaceFolder) -> bool:
    return part.strip().casefold() in folder.classes or emotion_in(part) is not None


def _shared_depth(tree: FolderTree) -> int:
    """Return how many folders stand one in the other before anything branches: an archive's own."""
    depth = 0
    while sum(len(path.parts) == depth + 1 for path in tree.folders) == 1 and not any(
        len(path.parts) == depth + 1 for path in tree.pictures
    ):
        depth += 1
    return depth


def _is_recognised(places: Mapping[PurePosixPath, _Place], files: Mapping[PurePosixPath, list[PurePosixPath]]) -> bool:
    if any(place.names_emotion for place in places.values()):
        return True
    held = [place for place in places.values() if place.label and files.get(place.path)]
    in_splits = any(place.split_part for place in held)
    return in_splits or (len(held) > 1 and all(number_in(place.label) for place in held))


def _is_used(place: _Place, files: Mapping[PurePosixPath, list[PurePosixPath]]) -> bool:
    """Return whether a folder belongs to the layout: it names an emotion, or holds pictures."""
    if place.names_emotion or not place.label:
        return place.names_emotion or bool(place.split_part)
    return any(_is_picture(file) for file in files.get(place.path, ()))


def _is_picture(file: PurePosixPath) -> bool:
    return file.suffix.lower() in PICTURE_SUFFIXES


def _pictures(
    places: Iterable[_Place], files: Mapping[PurePosixPath, list[PurePosixPath]]
) -> Iterator[LabelledPicture]:
    for place in places:
        if place.label:
            for file in files.get(place.path, ()):
                yield LabelledPicture(file, place.label, place.split, place.person or person_in(file.stem))


def _strays(places: Iterable[_Place], files: Mapping[PurePosixPath, list[PurePosixPath]]) -> Iterator[DamagedFace]:
    """Yield pictures that lie in a split and in no emotion's folder."""
    for place in places:
        if not place.label:
            for file in filter(_is_picture, files.get(place.path, ())):
                yield DamagedFace(file.as_posix(), "expected it in a folder named after an emotion")


def _notes(places: Iterable[_Place], files: Mapping[PurePosixPath, list[PurePosixPath]]) -> Iterator[str]:
    for place in sorted(places, key=lambda place: place.path):
        count = sum(map(_is_picture, files.get(place.path, ())))
        if count:
            yield f"{place.path}: {count} pictures left out, as they are in no split"


def _numbering(places: Iterable[_Place], files: Mapping[PurePosixPath, list[PurePosixPath]]) -> Mapping[str, str]:
    """Return what numbers mean where the files' names say which data set it is."""
    names = [file.stem for place in places if number_in(place.label) for file in files.get(place.path, ())]
    return NUMBERINGS["rafdb"] if names and all(map(_OF_RAF_DB.fullmatch, names)) else {}


def _check_splits(root: Path, places: Iterable[_Place]) -> None:
    _check_names(root, [place.split_part for place in places if place.split_part])


def _check_names(root: Path, parts: Iterable[str]) -> None:
    """Make sure that no two names mean one split.

    Raises:
        DatasetUnreadable: If two do.
    """
    found: dict[str | None, str] = {}
    for part in parts:
        split = split_in(part)
        if found.setdefault(split, part) != part:
            raise DatasetUnreadable(f"{root}: both {found[split]} and {part} are {split}; keep one of them")
