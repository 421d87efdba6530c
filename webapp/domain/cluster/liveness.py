"""Who is alive, told from beats on the observer's own clock: no two machines' clocks are compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SILENT_S = 5.0
"""Seconds without a beat after which a machine counts as lost: some four beats, well within what failover may take."""

# Between two looks no more than this counts: the database is slow, for the others too. Who has not looked for as long
# as a silence lasts knows nothing of what was meanwhile: it was stopped, or the database was away.
_MOST_COUNTED_S = 2.5


class Life(StrEnum):
    """What is known of a machine's worker."""

    UNKNOWN = "unknown"  # It has not been watched for long enough.
    ALIVE = "alive"
    SILENT = "silent"


@dataclass
class _Watched:
    beat: tuple[str, int]
    changed_s: float
    has_changed: bool = False


@dataclass
class Liveness:
    """Remembers when each one's beat last changed.

    Attributes:
        silent_s: seconds without a beat until somebody counts as lost.
    """

    silent_s: float = SILENT_S
    _watched: dict[str, _Watched] = field(default_factory=dict)
    _observed_s: float | None = None

    def observe(self, beats: Mapping[str, tuple[str, int]], now_s: float) -> None:
        """Take in the beats of all.

        Args:
            beats: name → which run of its worker, and that one's beat.
            now_s: seconds on a clock of the observer's that never goes back.
        """
        passed_s = now_s - self._observed_s if self._observed_s is not None else 0.0
        if passed_s > self.silent_s:
            self._watched.clear()
        for watched in self._watched.values():
            watched.changed_s += max(0.0, passed_s - _MOST_COUNTED_S)
        self._observed_s = now_s
        self._watched = {name: self._seen(name, beat, now_s) for name, beat in beats.items()}

    def of(self, name: str) -> Life:
        """Return what is known of one."""
        watched = self._watched.get(name)
        if watched is None or self._observed_s is None:
            return Life.UNKNOWN
        if self._observed_s - watched.changed_s >= self.silent_s:
            return Life.SILENT
        return Life.ALIVE if watched.has_changed else Life.UNKNOWN

    def _seen(self, name: str, beat: tuple[str, int], now_s: float) -> _Watched:
        before = self._watched.get(name)
        if before is None:
            return _Watched(beat, now_s)
        return before if before.beat == beat else _Watched(beat, now_s, has_changed=True)
