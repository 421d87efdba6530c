"""`SystemProbe` from plain files: /proc, the data folder, the logs."""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.domain.cluster.status import ClusterStatus
from webapp.domain.site.database_address import database_file
from webapp.errors import SnapshotStoreFailed
from webapp.runtime.processes.logs import log_files
from webapp.runtime.processes.status_files import (
    model_problem_of_all,
    read_reports,
    waiting_of_all,
    waiting_pictures_of_all,
)
from webapp.services.dashboard.live_frames import LiveFrames
from webapp.services.ports import SnapshotStore, UnitOfWorkFactory
from webapp.services.site.system import LEAST_FREE_BYTES, ProcessFacts, SystemFacts
from webapp.settings import Settings
from webapp.storage.alerts.snapshots import SnapshotFiles

if TYPE_CHECKING:
    from webapp.runtime.files.cluster_file import ClusterFile

_TAIL_BYTES = 64 * 1024


class SystemFiles:
    """Looks at this machine."""

    def __init__(
        self,
        settings: Settings,
        unit_of_work: UnitOfWorkFactory,
        live: LiveFrames,
        is_clock_doubted: Callable[[], bool],
        snapshots: SnapshotStore | None = None,
    ) -> None:
        """Look at nothing yet; where no store of the pictures is given, it is the data folder."""
        self._settings, self._unit_of_work, self._live = settings, unit_of_work, live
        self._is_clock_doubted = is_clock_doubted
        self._snapshots = snapshots or SnapshotFiles(settings.snapshots_dir)
        self._cluster = _cluster_file(settings, unit_of_work)

    def facts(self) -> SystemFacts:
        """Return the current state."""
        disk = shutil.disk_usage(self._settings.data_dir)
        parts = [
            replace(_process(part.name, part.pid, part.restarts), is_failing=part.is_backing_off)
            for part in read_reports(self._settings.slots_dir)
        ]
        return SystemFacts(
            processes=[*parts, *self._captures()],
            disk_free_bytes=disk.free,
            disk_total_bytes=disk.total,
            database_bytes=self._database_bytes(),
            waiting=waiting_of_all(self._settings.slots_dir),
            pictures=waiting_pictures_of_all(self._settings.slots_dir),
            is_clock_doubted=self._is_clock_doubted(),
            is_model_away=model_problem_of_all(self._settings.slots_dir) is not None,
            cluster=self.cluster(),
        )

    def _database_bytes(self) -> int | None:
        file = database_file(self._settings.sqlalchemy_url)
        return None if file is None else sum(_size(path) for path in file.parent.glob(f"{file.name}*"))

    def snapshots_bytes(self) -> int | None:
        """Return the size of all pictures and clips of alerts."""
        try:
            return self._snapshots.size_bytes()
        except SnapshotStoreFailed:
            return None

    def is_disk_nearly_full(self) -> bool:
        """Return whether the disk is nearly full."""
        try:
            return shutil.disk_usage(self._settings.data_dir).free < LEAST_FREE_BYTES
        except OSError:
            return False

    def cluster(self) -> ClusterStatus | None:
        """Return how the machines of the cluster are."""
        return self._cluster.status() if self._cluster else None

    def log_tail(self, count: int) -> Sequence[str]:
        """Return the last lines of all parts' logs, oldest first."""
        lines = [line for path in log_files(self._settings) for line in _last_lines(path)]
        # Each line begins with its time, in a form that sorts.
        return sorted(lines)[-count:]

    def _captures(self) -> list[ProcessFacts]:
        with self._unit_of_work.reading() as work:
            cameras = [camera for camera in work.cameras.list() if camera.enabled]
        found = []
        for camera in cameras:
            frame = self._live.newest(camera.camera_id)
            gauges = frame.gauges if frame else {}
            if self._settings.placement == "cluster" and "capture_pid" not in gauges:
                continue  # The process is another machine's.
            pid, restarts = int(gauges.get("capture_pid", 0)), int(gauges.get("capture_restarts", 0))
            process = _process(f"capture: {camera.name}", pid, restarts)
            found.append(replace(process, is_capture=True, camera_id=camera.camera_id))
        return found


def _cluster_file(settings: Settings, unit_of_work: UnitOfWorkFactory) -> "ClusterFile | None":
    """Return where it is read how the cluster is; None where this machine watches all cameras itself."""
    if settings.placement == "machine":
        return None
    from webapp.runtime.files.cluster_file import ClusterFile

    return ClusterFile(settings.slots_dir, unit_of_work, settings.analysis_fps)


def _process(name: str, pid: int, restarts: int) -> ProcessFacts:
    try:
        started_at = datetime.fromtimestamp(Path(f"/proc/{pid}").stat().st_ctime, UTC)
        resident_pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return ProcessFacts(name, 0, None, restarts)
    return ProcessFacts(name, pid, started_at, restarts, resident_pages * os.sysconf("SC_PAGE_SIZE"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # It went while we looked.
        return 0


def _last_lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
            return file.read().decode("utf-8", "replace").splitlines()[1:]
    except OSError:
        return []
