"""`FindRecording` over the folder of recordings that pages and API may name as cameras."""

import os
from pathlib import Path


class RecordingsFolder:
    """Finds recordings by what somebody typed, and nothing outside its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, path: str) -> str | None:
        """Return a recording's own path, links followed; None for all else, see `FindRecording`.

        What is named outside the folder is not even looked for.
        """
        named = Path(os.path.normpath(self._folder / path))
        if not named.is_relative_to(self._folder):
            return None
        try:
            found = named.resolve(strict=True)
            is_inside = found.is_relative_to(self._folder.resolve())
            return str(found) if is_inside and found.is_file() else None
        except (OSError, ValueError, RuntimeError):
            return None
