"""Watches cameras in place of the engine's worker, where engine or head are late: no camera waits for them."""

from functools import partial
from pathlib import Path

import structlog

from webapp.cli.processes.children import NODE_CHILDREN, child_processes
from webapp.runtime.cluster.engine import LEAVE_S
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.status_files import write_reports
from webapp.runtime.processes.supervisor import Supervisor
from webapp.settings import Settings

log = structlog.get_logger()

WORKER = "camera-worker"
"""Under this name the engine's worker gives its heartbeats to its own machine."""

# On a quiet machine engine and worker are there after some ten seconds; one that is started again after two.
_PATIENCE_S = 25.0
_ALIVE_S = 3.0


def standing_in_path(slots_dir: Path) -> Path:
    """Return the file that is there while somebody stands in: the worker begins when it is gone."""
    return slots_dir / "cluster.standing-in"


class StandIn:
    """Keeps the machine's vision process alive for as long as no worker does."""

    def __init__(self, settings: Settings) -> None:
        """Forget what an earlier run has left."""
        self._worker = Heartbeat(settings.slots_dir, WORKER)
        self._worker.clear()
        self._path = standing_in_path(settings.slots_dir)
        self._path.unlink(missing_ok=True)
        self._supervisor = Supervisor(
            child_processes(settings, NODE_CHILDREN),
            partial(write_reports, settings.slots_dir),
            stop_timeout_s=LEAVE_S,
        )
        self._missed_since_s: float | None = None

    @property
    def is_working(self) -> bool:
        """Whether it stands in now."""
        return self._path.exists()

    def tend(self, now_s: float) -> None:
        """See whether the worker is there, and do what it would do if it is not.

        Args:
            now_s: seconds on a clock that never goes back.
        """
        age_s = self._worker.age_s()
        if age_s is not None and age_s < _ALIVE_S:
            self._missed_since_s = None
            self.stop()
            return
        self._missed_since_s = now_s if self._missed_since_s is None else self._missed_since_s
        if now_s - self._missed_since_s < _PATIENCE_S:
            return
        if not self.is_working:
            log.warning("cluster_engine_late", meanwhile="cameras are watched without it")
            self._path.touch()
        self._supervisor.tend()

    def stop(self) -> None:
        """Stand in no more."""
        if self.is_working:
            self._supervisor.stop()
            self._path.unlink(missing_ok=True)
            log.info("cluster_engine_there")
