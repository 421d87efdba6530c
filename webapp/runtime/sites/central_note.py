"""How a site's line to its central instance is, in a file beside the heartbeats: from housekeeping to web."""

from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter

from webapp.domain.sites.central_state import CentralState

_STATE = TypeAdapter(CentralState)


class CentralNote:
    """Both ends of the note."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "central.json"

    def write(self, state: CentralState) -> None:
        """Say how it is. A note that cannot be written is no reason to stop."""
        unfinished = self._path.with_suffix(".part")
        with suppress(OSError):
            unfinished.write_bytes(_STATE.dump_json(state))
            unfinished.replace(self._path)

    def state(self) -> CentralState | None:
        """Return what was said last; None where nothing was."""
        try:
            return _STATE.validate_json(self._path.read_bytes())
        except (OSError, ValueError):
            return None
