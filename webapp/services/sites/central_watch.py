"""How the line to the central instance is, as the web process hears of it."""

from typing import Protocol

from webapp.domain.sites.central_state import CentralState


class CentralWatch(Protocol):
    """Knows how the line is."""

    def state(self) -> CentralState | None:
        """Return what housekeeping said last; None where nothing was said yet."""


class NoCentral:
    """`CentralWatch` of a site that tells no central instance."""

    def state(self) -> CentralState | None:
        """Return that nothing is known."""
        return None
