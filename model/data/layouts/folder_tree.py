"""What lies in a folder and below, without what systems and archives put there for themselves."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from model.data.pictures import PICTURE_SUFFIXES
from model.errors import DatasetUnreadable

_OF_SYSTEMS = frozenset(
    {
        "thumbs.db", "ehthumbs.db", "desktop.ini", "@eadir", "$recycle.bin", "system volume information", "lost+found",
        "icon\r",
    }
)  # fmt: skip
_MOST_DEPTH = 12


@dataclass(frozen=True)
class FolderTree:
    """A folder's contents, links followed.

    Attributes:
        root: The folder.
        folders: Paths below it, the root's own first, each before its contents; sorted.
        files: Likewise; what a link that leads nowhere names is one of them.
    """

    root: Path
    folders: tuple[PurePosixPath, ...]
    files: tuple[PurePosixPath, ...]

    @classmethod
    def of(cls, root: Path) -> "FolderTree":
        """Walk a folder.

        Raises:
            DatasetUnreadable: If a folder in it cannot be read.
        """
        folders: list[PurePosixPath] = []
        files: list[PurePosixPath] = []
        try:
            for folder, names in _walk(root, PurePosixPath(), frozenset()):
                folders.append(folder)
                files += [folder / name for name in names]
        except OSError as error:
            raise DatasetUnreadable(f"{error.filename}: cannot be read ({error.strerror})") from None
        return cls(root, tuple(folders), tuple(files))

    @cached_property
    def pictures(self) -> tuple[PurePosixPath, ...]:
        """The files that are named as pictures are."""
        return tuple(file for file in self.files if file.suffix.lower() in PICTURE_SUFFIXES)

    @cached_property
    def by_name(self) -> dict[str, list[PurePosixPath]]:
        """The files by their names in lower case."""
        found: dict[str, list[PurePosixPath]] = {}
        for file in self.files:
            found.setdefault(file.name.lower(), []).append(file)
        return found

    def find(self, place: str, near: PurePosixPath) -> PurePosixPath | None:
        """Return the file that a table calls ``place``: beside the table, or the one whose path ends so.

        Args:
            place: A name or a path, with either kind of stroke.
            near: Folder of the table.
        """
        wanted = PurePosixPath(place.strip().replace("\\", "/"))
        candidates = self.by_name.get(wanted.name.lower(), [])
        ending = tuple(part.lower() for part in wanted.parts if part not in (".", "..", "/"))
        fitting = [file for file in candidates if _lower(file)[-len(ending) :] == ending] or candidates
        beside = [file for file in fitting if file.is_relative_to(near)]
        return next(iter(beside or fitting), None)


def _lower(file: PurePosixPath) -> tuple[str, ...]:
    return tuple(part.lower() for part in file.parts)


def _walk(
    root: Path, folder: PurePosixPath, above: frozenset[tuple[int, int]]
) -> Iterator[tuple[PurePosixPath, list[str]]]:
    """Yield each folder and the names of its files; a link that leads back to a folder above is not followed."""
    status = (root / folder).stat()
    here = (status.st_dev, status.st_ino)
    if here in above or len(folder.parts) > _MOST_DEPTH:
        return
    with os.scandir(root / folder) as found:
        entries = sorted((entry for entry in found if _is_visible(entry.name)), key=lambda entry: entry.name)
    kinds = [(entry.name, _is_folder(entry)) for entry in entries if _is_file_or_folder(entry)]
    yield folder, [name for name, is_folder in kinds if not is_folder]
    for name, is_folder in kinds:
        if is_folder:
            yield from _walk(root, folder / name, above | {here})


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # A link to itself.
        return False


def _is_file_or_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is no pipe or device, which might never end; links that lead nowhere count as files."""
    return entry.is_symlink() or entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)


def _is_visible(name: str) -> bool:
    return not name.startswith((".", "__")) and name.casefold() not in _OF_SYSTEMS
