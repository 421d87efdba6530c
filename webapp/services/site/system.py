"""How the installation is doing: processes, room, logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from webapp.domain.cluster.status import ClusterStatus

# Below this, alerts may soon find no room: a day of alerts takes megabytes, a backup may take gigabytes.
LEAST_FREE_BYTES = 2**30


@dataclass(frozen=True)
class ProcessFacts:
    """One process.

    Attributes:
        name: what it is, such as `web` or `capture: Front desk`.
        pid: its number; 0 while it is not running.
        started_at: when; None while it is not running.
        restarts: how often it had to be started again.
        memory_bytes: what it holds in memory; 0 where that is not known.
        is_failing: whether it ended before it was at work, and is only tried again after a while.
        is_capture: whether it reads a camera; while it is away the camera is offline, and says why.
        camera_id: which camera that is; 0 for all other processes.
    """

    name: str
    pid: int
    started_at: datetime | None
    restarts: int
    memory_bytes: int = 0
    is_failing: bool = False
    is_capture: bool = False
    camera_id: int = 0


@dataclass(frozen=True)
class Waiting:
    """What vision has not stored yet.

    Attributes:
        incidents: how many decisions about incidents.
        incidents_since_s: for how long the oldest of them.
        scores: how many stretches of scores over time.
    """

    incidents: int = 0
    incidents_since_s: float = 0.0
    scores: int = 0


@dataclass(frozen=True)
class WaitingPictures:
    """Pictures and clips on this machine that the store of all machines did not take yet.

    Attributes:
        count: how many.
        since_s: for how long it has taken none.
        fault: why, as `SnapshotFault` names it; empty where it takes them.
    """

    count: int = 0
    since_s: float = 0.0
    fault: str = ""


@dataclass(frozen=True)
class SystemFacts:
    """Everything but the cameras.

    Attributes:
        processes: the supervisor first; empty where `web` runs alone.
        disk_free_bytes: room left where the data folder is.
        disk_total_bytes: size of that disk.
        database_bytes: of the database's files; None where it is on a server.
        waiting: what is not stored yet.
        pictures: those that wait for a store on another machine.
        is_model_away: whether the AI model cannot be loaded, so that nobody is analysed.
        is_clock_doubted: whether the machine's clock is so far ahead that nothing is deleted by it.
        cluster: the machines that watch cameras together; None where this machine watches all itself.
    """

    processes: Sequence[ProcessFacts]
    disk_free_bytes: int
    disk_total_bytes: int
    database_bytes: int | None
    waiting: Waiting = Waiting()
    pictures: WaitingPictures = WaitingPictures()
    is_clock_doubted: bool = False
    is_model_away: bool = False
    cluster: ClusterStatus | None = None

    @property
    def is_disk_nearly_full(self) -> bool:
        """Return whether the disk is nearly full."""
        return self.disk_free_bytes < LEAST_FREE_BYTES


class SystemProbe(Protocol):
    """Looks at this machine."""

    def facts(self) -> SystemFacts:
        """Return the current state."""

    def snapshots_bytes(self) -> int | None:
        """Return the size of all pictures of alerts, or None where their store does not say it in time.

        It asks for each of them, so only a page of its own should.
        """

    def is_disk_nearly_full(self) -> bool:
        """Return whether the disk is nearly full, cheaply: it is asked for each page of an admin."""

    def cluster(self) -> ClusterStatus | None:
        """Return how the machines of the cluster are, cheaply; None where this machine watches all cameras itself."""

    def log_tail(self, count: int) -> Sequence[str]:
        """Return the last lines of all parts' logs, oldest first; they hold no secret."""
