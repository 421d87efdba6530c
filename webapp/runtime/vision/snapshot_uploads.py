"""From vision's disk to the bucket that all machines share: beside everything else, so that no alert waits for it."""

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import structlog

from webapp.domain.alerts.snapshot_faults import SnapshotFault
from webapp.errors import SnapshotStoreFailed
from webapp.services.site.system import WaitingPictures
from webapp.storage.alerts.spooled_snapshots import SETTLED_S, SpooledSnapshots, alone_uploading

log = structlog.get_logger()

# What nobody woke it for, such as what an earlier process left.
_IDLE_S = 30.0
_RETRY_S, _LONGEST_RETRY_S = 1.0, 30.0
_LOCKED_S = 2.0
# After so long, or so many, it looks again what waits: the newest go first, and what was deleted meanwhile does not go.
_ROUND_S, _ROUND_MOST = 3.0, 400
# Orphans beyond these are left to housekeeping.
_MOST_GONE = 1000


@dataclass
class SnapshotUploads:
    """`SnapshotStore` of vision: saves and deletes on this machine at once, and tells the bucket in a thread.

    Attributes:
        spool: the folder and the bucket.
        folder: that folder.
        unknown_of: returns those of some names that no incident has.
        report: called with what waits, when that has changed or goes on.
        retry_s: seconds from a failure to the next try; they double with each failure.
    """

    spool: SpooledSnapshots
    folder: Path
    unknown_of: Callable[[Collection[str]], Collection[str]]
    report: Callable[[WaitingPictures], None] = lambda _waiting: None
    retry_s: float = _RETRY_S
    _gone: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST_GONE), init=False)
    _wake: threading.Event = field(default_factory=threading.Event, init=False)
    _ending: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _failing_since_s: float | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)

    def save(self, content: bytes, at: datetime, ending: str = "jpg") -> str:
        """Keep one picture or clip on this machine, and have it uploaded."""
        name = self.spool.save(content, at, ending)
        self._wake.set()
        return name

    def read(self, name: str) -> bytes | None:
        """Return a picture from where it is."""
        return self.spool.read(name)

    def remove(self, name: str) -> None:
        """Delete a picture on this machine; one that is in the bucket goes there a little later."""
        if not self.spool.files.discard(name):
            self._gone.append(name)
            self._wake.set()

    def remove_all(self, names: Sequence[str]) -> None:
        """Delete pictures; see `remove`."""
        for name in names:
            self.remove(name)

    def taken_between(self, begin: datetime, end: datetime) -> Sequence[str]:
        """Return the names of the pictures of both that were taken in a time."""
        return self.spool.taken_between(begin, end)

    def remove_days_before(self, day: date) -> int:
        """Delete all pictures of earlier days from both and return how many there were."""
        return self.spool.remove_days_before(day)

    def size_bytes(self) -> int:
        """Return the size of all pictures and clips of both."""
        return self.spool.size_bytes()

    def start(self) -> None:
        """Begin to upload, with what an earlier process left."""
        self._thread = threading.Thread(target=self._run, name="snapshot uploads", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End; what is not uploaded waits on the disk for the next process."""
        self._ending.set()
        self._wake.set()
        if self._thread:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._run_alone()
            except Exception as error:  # noqa: BLE001 - thread boundary: such as a disk on which no lock can be made.
                log.error("snapshot_uploads_ended", error=type(error).__name__, hint="they begin again")
                self._ending.wait(_LONGEST_RETRY_S)
            self._ending.wait(_LOCKED_S)

    def _run_alone(self) -> None:
        with alone_uploading(self.folder) as is_alone:
            while is_alone and not self._ending.is_set():
                pause_s = self._turn()
                self._wake.wait(pause_s) if self._failing_since_s is None else self._ending.wait(pause_s)
                self._wake.clear()
                self._ending.wait(2 * SETTLED_S)

    def _turn(self) -> float:
        """Upload and delete what there is; return after how many seconds to look again."""
        try:
            self._upload_all()
            while self._gone:
                self.spool.bucket.remove(self._gone[0])
                self._gone.popleft()
        except Exception as error:  # noqa: BLE001 - thread boundary: everything waits on the disk and is tried again.
            return self._failed(error)
        if self._failing_since_s is not None:
            log.info("snapshots_uploaded_again")
        self._failing_since_s, self._failures = None, 0
        self._report(WaitingPictures())
        return _IDLE_S

    def _upload_all(self) -> None:
        """Upload what there is; one that cannot be read, or that the bucket takes for wrong, keeps no other here."""
        stays: dict[str, SnapshotStoreFailed | None] = {}
        while names := self._next(stays):
            ends_at_s = time.monotonic() + _ROUND_S
            for name in names:
                if self._ending.is_set():
                    return
                self._upload(name, stays)
                if time.monotonic() > ends_at_s:
                    break
        for refused in filter(None, stays.values()):
            raise refused

    def _next(self, stays: Collection[str]) -> list[str]:
        waiting = self.spool.waiting(self.unknown_of, _ROUND_MOST + len(stays))
        return [name for name in waiting if name not in stays]

    def _upload(self, name: str, stays: dict[str, SnapshotStoreFailed | None]) -> None:
        try:
            self.spool.upload(name)
        except SnapshotStoreFailed as error:
            if not self.spool.files.has(name):
                self._gone.append(name)  # Deleted meanwhile, and in the bucket perhaps.
            if error.fault != SnapshotFault.FAILED:
                raise
            stays[name] = error
        except OSError as error:
            log.error("snapshot_not_uploaded", name=name, error=error.strerror)
            stays[name] = None

    def _failed(self, error: Exception) -> float:
        fault = str(error.fault) if isinstance(error, SnapshotStoreFailed) else type(error).__name__
        now_s = time.monotonic()
        if self._failing_since_s is None:
            self._failing_since_s = now_s
            log.error("snapshots_not_uploaded", fault=fault, hint="they wait on this machine and are tried again")
        count = sum(1 for _ in self.spool.files.listed())
        self._report(WaitingPictures(count, now_s - self._failing_since_s, fault))
        self._failures += 1
        return float(min(self.retry_s * 2 ** (self._failures - 1), _LONGEST_RETRY_S))

    def _report(self, waiting: WaitingPictures) -> None:
        with suppress(OSError):  # That nobody can be told, as where memory's disk is full, keeps no picture here.
            self.report(waiting)
