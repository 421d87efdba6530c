"""How the cluster is, as housekeeping of this machine observes it, in a file beside the heartbeats."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from webapp.domain.cluster.status import ClusterStatus
from webapp.services.cluster.status import UNOBSERVED, describe
from webapp.services.ports import UnitOfWorkFactory

_NAME = "cluster.json"
# Housekeeping writes it every second; what it does meanwhile takes a few at most.
_STALE_S = 10.0


@dataclass(frozen=True)
class _Note:
    at_s: float
    status: ClusterStatus


_NOTE = TypeAdapter(_Note)


class ClusterFile:
    """What housekeeping writes and the web process reads; where nobody writes, the database says what it knows."""

    def __init__(
        self,
        folder: Path,
        unit_of_work: UnitOfWorkFactory,
        usual_fps: float,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read nothing yet.

        Args:
            folder: where the file is.
            unit_of_work: opens transactions.
            usual_fps: analysed frames a second of a camera that is not set to fewer.
            clock_s: one that never goes back, and that all processes of a machine share.
        """
        self._path, self._unit_of_work = folder / _NAME, unit_of_work
        self._usual_fps, self._clock_s = usual_fps, clock_s

    def write(self, status: ClusterStatus) -> None:
        """Say how it is; a full disk is no reason to stop."""
        unfinished = self._path.with_suffix(".part")
        try:
            unfinished.write_bytes(_NOTE.dump_json(_Note(self._clock_s(), status)))
            unfinished.replace(self._path)
        except OSError:
            pass

    def status(self) -> ClusterStatus:
        """Return what was observed within the last seconds; else the machines without their states.

        Raises:
            DatabaseFailed: nothing was observed, and the database is away.
        """
        observed = self._observed()
        if observed is not None:
            return observed
        with self._unit_of_work.reading() as work:
            return describe(work, self._usual_fps, UNOBSERVED)

    def _observed(self) -> ClusterStatus | None:
        try:
            note = _NOTE.validate_json(self._path.read_bytes())
        except (OSError, ValueError):
            return None
        return note.status if 0 <= self._clock_s() - note.at_s <= _STALE_S else None
