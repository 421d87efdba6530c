"""The incidents' pictures, as files: a folder a day, names that cannot be guessed."""

import os
import re
import secrets
import shutil
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

# Names come from the database, which may be a restored one.
_NAME = re.compile(r"\d{4}-\d{2}-\d{2}/[0-9a-f-]+\.jpg", re.ASCII)


class SnapshotFiles:
    """`SnapshotStore` in a folder that only its owner can read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, jpeg: bytes, at: datetime) -> str:
        """Keep one picture and return its name, relative to the folder.

        Raises:
            OSError: there is no room, or the folder cannot be written.
        """
        name = f"{at:%Y-%m-%d}/{at:%H%M%S}-{secrets.token_hex(8)}.jpg"
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_suffix(".part")
        try:
            _write_private(unfinished, jpeg)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return name

    def read(self, name: str) -> bytes | None:
        """Return a picture, or None when it is gone, or when no picture is called so."""
        if not _NAME.fullmatch(name):
            return None
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Delete a picture; one that is gone already is no error, nor a name that no picture has."""
        if not _NAME.fullmatch(name):
            return
        path = self._folder / name
        path.unlink(missing_ok=True)
        with suppress(OSError):  # The day's folder goes with its last picture.
            path.parent.rmdir()

    def remove_days_before(self, day: date) -> int:
        """Delete all pictures of earlier days and return how many there were."""
        folders = [path for path in self._folder.glob("????-??-??") if path.name < day.isoformat()]
        count = sum(len(list(folder.glob("*.jpg"))) for folder in folders)
        for folder in folders:
            shutil.rmtree(folder)
        return count


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(content)
