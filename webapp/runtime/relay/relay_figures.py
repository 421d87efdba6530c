"""How the relay fares, in a file beside the heartbeats: the relay writes it, and web shows it in `/metrics`."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from webapp.services.dashboard.relay import LATENCY_BOUNDS_S, RelayFigures

_NAME = "relay.json"
_FRESH_S = 5.0
_SILENT = RelayFigures(is_away=True)


@dataclass(frozen=True)
class _Written:
    written_s: float
    figures: RelayFigures


_WRITTEN = TypeAdapter(_Written)


@dataclass
class PictureLatency:
    """Counts how old pictures are when they can be seen on another machine.

    Attributes:
        counts: of pictures that were at most as old as each of `LATENCY_BOUNDS_S`, and of all others.
        sum_s: of all their ages.
    """

    counts: list[int] = field(default_factory=lambda: [0] * (len(LATENCY_BOUNDS_S) + 1))
    sum_s: float = 0.0

    def note(self, age_s: float) -> None:
        """Count one picture."""
        age_s = max(0.0, age_s)
        index = next((i for i, most_s in enumerate(LATENCY_BOUNDS_S) if age_s <= most_s), len(LATENCY_BOUNDS_S))
        self.counts[index] += 1
        self.sum_s += age_s


def write_relay_figures(folder: Path, figures: RelayFigures) -> None:
    """Say how the relay fares; a full disk is no reason to stop.

    Raises:
        OSError: there is no room for it.
    """
    path = folder / _NAME
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(_WRITTEN.dump_json(_Written(time.monotonic(), figures)))
    unfinished.replace(path)


@dataclass(frozen=True)
class RelayFiles:
    """`RelayWatch` over that file.

    Attributes:
        folder: where the heartbeats are.
        monotonic_s: the clock that all processes of the machine share.
    """

    folder: Path
    monotonic_s: Callable[[], float] = time.monotonic

    def figures(self) -> RelayFigures:
        """Return what the relay said last; it is away where it has said nothing for some seconds."""
        try:
            written = _WRITTEN.validate_json((self.folder / _NAME).read_bytes())
        except (OSError, ValueError):
            return _SILENT
        is_fresh = 0 <= self.monotonic_s() - written.written_s < _FRESH_S
        return written.figures if is_fresh else _SILENT
