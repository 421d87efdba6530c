"""The incidents' pictures and clips, as files: a folder a day, names that cannot be guessed."""

import os
import re
import secrets
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

# Names come from the database, which may be a restored one.
_NAME = re.compile(r"\d{4}-\d{2}-\d{2}/[0-9a-f-]+\.(?:jpg|webm)", re.ASCII)
# When it was taken, as its name begins.
_TAKEN = "%Y-%m-%d/%H%M%S"


class SnapshotFiles:
    """`SnapshotStore` in a folder that only its owner can read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, content: bytes, at: datetime, ending: str = "jpg") -> str:
        """Keep one picture or clip and return its name, relative to the folder.

        Raises:
            OSError: there is no room, or the folder cannot be written.
        """
        name = f"{at:{_TAKEN}}-{secrets.token_hex(8)}.{ending}"
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_suffix(".part")
        try:
            _write_private(unfinished, content)
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

    def taken_between(self, begin: datetime, end: datetime) -> Sequence[str]:
        """Return the names of the pictures on disk that were taken in a time, to the second, without its end."""
        first, last = f"{begin.astimezone(UTC):{_TAKEN}}", f"{end.astimezone(UTC):{_TAKEN}}"
        days = {f"{(begin + timedelta(days=day)).astimezone(UTC):%Y-%m-%d}" for day in range((end - begin).days + 2)}
        names = (f"{day}/{path.name}" for day in sorted(days) for path in sorted((self._folder / day).glob("*")))
        return [name for name in names if _NAME.fullmatch(name) and first <= name[: len(first)] < last]

    def remove_days_before(self, day: date) -> int:
        """Delete all pictures of earlier days and return how many there were."""
        folders = [path for path in self._folder.glob("????-??-??") if path.name < day.isoformat()]
        count = sum(len([*folder.glob("*.jpg"), *folder.glob("*.webm")]) for folder in folders)
        for folder in folders:
            shutil.rmtree(folder)
        return count


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(content)
