"""What lies in a folder and below, without what systems and archives put there for themselves."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path, PurePosixPath

from model.data.layouts.split_words import split_of_path
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

    def find(self, place: str, near: PurePosixPath, split: str | None = None) -> PurePosixPath | None:
        """Return the file that a table calls ``place``: the one whose path ends most like it.

        Of several that do, one beside the table counts, then one of the table's split; where there are still several,
        or where the folder that is named is there and the file is not in it, there is no such picture.

        Args:
            place: A name or a path, with either kind of stroke.
            near: Folder of the table.
            split: Of which the table, or the row, speaks.
        """
        wanted = PurePosixPath(place.strip().replace("\\", "/"))
        ending = tuple(part.lower() for part in wanted.parts if part not in (".", "..", "/"))
        found = self.by_name.get(wanted.name.lower(), [])
        if len(ending) > 1 and any(folder.name.lower() == ending[-2] for folder in self.folders):
            found = [file for file in found if _shared_parts(file, ending) > 1]
        most = max((_shared_parts(file, ending) for file in found), default=0)
        fitting = [file for file in found if _shared_parts(file, ending) == most]
        fitting = [file for file in fitting if file.is_relative_to(near)] or fitting
        if split is not None:
            fitting = [file for file in fitting if split_of_path(file.parts[:-1]) == split] or fitting
        return fitting[0] if len(fitting) == 1 else None


def _shared_parts(file: PurePosixPath, ending: tuple[str, ...]) -> int:
    """Return how many parts of a file's path, from its name on, are those of a path in lower case."""
    pairs = zip(reversed(_lower(file)), reversed(ending), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


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
