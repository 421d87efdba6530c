"""Folders elsewhere that get copies of backups: each a link, or a mount, in `backup-folders` of the data folder.

Who runs the machine puts them there; a page only chooses among their names, so that nobody writes anywhere else through
it. A link to what is not mounted leads nowhere, and is said so.
"""

import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

from webapp.errors import BackupFailed

FOLDERS = "backup-folders"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}", re.ASCII)
_PIECE_BYTES = 1024 * 1024


class BackupFolders:
    """The other folders of one installation."""

    def __init__(self, data_dir: Path) -> None:
        """Say where their names are.

        Args:
            data_dir: the data folder.
        """
        self._folder, self._backups = data_dir / FOLDERS, data_dir / "backups"

    def names(self) -> Sequence[str]:
        """Return which there are, those that lead nowhere at the moment too."""
        if not self._folder.is_dir():
            return []
        return sorted(path.name for path in self._folder.iterdir() if _is_folder(path))

    def copy(self, name: str, folder: str, on_progress: Callable[[], None]) -> None:
        """Copy a backup into a folder; half of one is never called as a whole one is.

        Raises:
            BackupFailed: the folder is away, or full.
        """
        backup, target = self._backups / name, self._path(folder) / name
        unfinished = target.with_name(target.name + ".part")
        try:
            # Never made here: a folder that is missing is a disk that is not mounted.
            with backup.open("rb") as source, _private(unfinished) as file:
                while piece := source.read(_PIECE_BYTES):
                    file.write(piece)
                    on_progress()
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise BackupFailed(f"The backup could not be copied to '{folder}': {error.strerror or error}.") from error

    def remove(self, folder: str, name: str) -> bool:
        """Delete a copy; tell whether it is gone, as it is not while its folder is away."""
        path = self._path(folder)
        if not path.is_dir():
            return False
        with suppress(OSError):
            (path / name).unlink(missing_ok=True)
            return True
        return False

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise BackupFailed(f"There is no folder '{name[:60]}' for backups.")
        return self._folder / name


def _is_folder(path: Path) -> bool:
    return bool(_NAME.fullmatch(path.name)) and (path.is_symlink() or path.is_dir())


def _private(path: Path) -> BinaryIO:
    return cast(BinaryIO, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"))
