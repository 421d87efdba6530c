"""The incidents' pictures and clips, as files: a folder a day, names that cannot be guessed."""

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from webapp.domain.alerts.snapshot_names import days_between, is_between, is_name, new_name


class SnapshotFiles:
    """`SnapshotStore` in a folder that only its owner can read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, content: bytes, at: datetime, ending: str = "jpg") -> str:
        """Keep one picture or clip and return its name, relative to the folder.

        Raises:
            OSError: there is no room, or the folder cannot be written.
        """
        name = new_name(at, ending)
        self.put(name, content)
        return name

    def put(self, name: str, content: bytes) -> None:
        """Keep a picture or clip under a name of ours; one that is there is replaced.

        Raises:
            OSError: there is no room, or the folder cannot be written.
            ValueError: nothing of ours is called so.
        """
        if not is_name(name):
            raise ValueError("expected the name of a picture or clip")
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_suffix(".part")
        try:
            _write_private(unfinished, content)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    def read(self, name: str) -> bytes | None:
        """Return a picture, or None when it is gone, or when no picture is called so."""
        if not is_name(name):
            return None
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def has(self, name: str) -> bool:
        """Return whether a picture is there."""
        return is_name(name) and (self._folder / name).exists()

    def remove(self, name: str) -> None:
        """Delete a picture; one that is gone already is no error, nor a name that no picture has."""
        if self.discard(name):
            with suppress(OSError):  # The day's folder goes with its last picture.
                (self._folder / name).parent.rmdir()

    def remove_all(self, names: Sequence[str]) -> None:
        """Delete pictures; see `remove`."""
        for name in names:
            self.remove(name)

    def discard(self, name: str) -> bool:
        """Delete a picture and leave its day's folder, where the next one may just be written; tell whether it was."""
        if not is_name(name):
            return False
        try:
            (self._folder / name).unlink()
        except FileNotFoundError:
            return False
        return True

    def taken_between(self, begin: datetime, end: datetime) -> Sequence[str]:
        """Return the names of the pictures on disk that were taken in a time, to the second, without its end."""
        days = days_between(begin, end)
        names = (f"{day}/{path.name}" for day in days for path in sorted((self._folder / day).glob("*")))
        return [name for name in names if is_between(name, begin, end)]

    def remove_days_before(self, day: date) -> int:
        """Delete all pictures of earlier days and return how many there were."""
        folders = [path for path in self._folder.glob("????-??-??") if path.name < day.isoformat()]
        count = sum(len([*folder.glob("*.jpg"), *folder.glob("*.webm")]) for folder in folders)
        for folder in folders:
            shutil.rmtree(folder, onerror=_pass_over_gone)
        return count

    def size_bytes(self) -> int:
        """Return the size of all pictures and clips."""
        sizes = 0
        for path in self._folder.glob("*/*.*"):
            with suppress(OSError):  # It went while we looked.
                sizes += path.stat().st_size
        return sizes

    def listed(self, *, at_least_s: float = 0.0) -> Iterator[tuple[str, int]]:
        """Yield name and size in bytes of each picture and clip, the newest first.

        Args:
            at_least_s: only of what has lain there for so many seconds.
        """
        before = time.time() - at_least_s
        for path in sorted(self._folder.glob("*/*.*"), reverse=True):
            name = path.relative_to(self._folder).as_posix()
            with suppress(OSError):  # It went while we looked.
                found = path.stat()
                if is_name(name) and found.st_mtime <= before:
                    yield name, found.st_size


def _pass_over_gone(_asked: object, _path: str, raised: tuple[type[BaseException], BaseException, object]) -> None:
    """Go on where another one deleted it first, such as who brings it to a bucket."""
    if not isinstance(raised[1], FileNotFoundError):
        raise raised[1]


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(content)
