"""Stands in for the machine."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from webapp.domain.alerts.not_stored import StorageState
from webapp.domain.cluster.status import ClusterStatus
from webapp.services.site.system import ProcessFacts, SystemFacts, Waiting


class FakeSystem:
    """`SystemProbe` that says what a test wants."""

    def __init__(self) -> None:
        self.free_bytes = 50 * 2**30
        self.waiting = Waiting()
        self.camera_id = 0
        self.read_cluster: Callable[[], ClusterStatus | None] = lambda: None

    def facts(self) -> SystemFacts:
        """Return a supervisor, a part that was started again, and one that is down."""
        began_at = datetime.now(UTC) - timedelta(hours=3)
        processes = (
            ProcessFacts("supervisor", 10, began_at, 0, 60 * 2**20),
            ProcessFacts("web", 11, began_at, 2, 90 * 2**20),
            ProcessFacts("capture: Front desk", 0, None, 7, is_capture=True, camera_id=self.camera_id),
        )
        facts = SystemFacts(processes, self.free_bytes, 100 * 2**30, 12 * 2**20, self.waiting)
        return replace(facts, cluster=self.cluster())

    def snapshots_bytes(self) -> int:
        """Return a size."""
        return 340 * 2**20

    def is_disk_nearly_full(self) -> bool:
        """Tell whether room has to be made."""
        return self.facts().is_disk_nearly_full

    def cluster(self) -> ClusterStatus | None:
        """Return what a test has put there."""
        return self.read_cluster()

    def log_tail(self, count: int) -> Sequence[str]:
        """Return a line."""
        return ["2026-11-21T09:00:00Z [info     ] request    method=POST path=/login status=302"][:count]


class FakeStorageWatch:
    """`StorageWatch` that says what a test wants."""

    def __init__(self) -> None:
        self.now = StorageState()

    def state(self) -> StorageState:
        """Return it."""
        return self.now
