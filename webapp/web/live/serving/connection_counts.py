"""How many connections each address may have open."""

from collections import Counter
from dataclasses import dataclass, field

import structlog

from webapp.settings import Settings

_REFUSAL_LOGGED_EVERY_S = 60.0
_log = structlog.get_logger("webapp.web")


@dataclass
class ConnectionCounts:
    """How many connections each address has open.

    Attributes:
        most: per address; 0 for as many as there are.
    """

    most: int
    _open: Counter[str] = field(default_factory=Counter)
    _logged_at_s: float = -_REFUSAL_LOGGED_EVERY_S

    def enter(self, address: str, now_s: float) -> bool:
        """Count one more and return whether it may stay; that one may not is logged once a minute."""
        if self.most and self._open[address] >= self.most:
            if now_s - self._logged_at_s >= _REFUSAL_LOGGED_EVERY_S:
                self._logged_at_s = now_s
                _log.warning("connections_refused", address=address, most=self.most)
            return False
        self._open[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Count one less."""
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]

    @classmethod
    def by(cls, settings: Settings) -> "ConnectionCounts":
        """Return what is set; behind a proxy all connections are its own, and it counts those of others."""
        is_behind_proxy = settings.https_only or bool(settings.trusted_proxies)
        return cls(0 if is_behind_proxy else settings.connections_per_address)
