"""Pictures and clips that wait on this machine's disk until they are in the bucket that all machines share."""

import fcntl
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from webapp.storage.alerts.snapshot_bucket import SnapshotBucket
from webapp.storage.alerts.snapshots import SnapshotFiles

# A picture whose incident could not be stored goes again at once: it need not leave the machine.
SETTLED_S = 0.2
# From then on the incident has to be there: a picture of one that was deleted meanwhile must not be kept anew.
_DOUBTED_S = 60.0
_CHUNK = 200
_LOCK = ".uploading"


@dataclass(frozen=True)
class SpooledSnapshots:
    """`SnapshotStore` over a folder and a bucket: what is saved waits in the folder, for `upload_some`.

    Attributes:
        files: the folder, on this machine.
        bucket: where everything goes.
    """

    files: SnapshotFiles
    bucket: SnapshotBucket

    def save(self, content: bytes, at: datetime, ending: str = "jpg") -> str:
        """Keep one picture or clip in the folder, which takes no longer than the disk does; return its name."""
        return self.files.save(content, at, ending)

    def read(self, name: str) -> bytes | None:
        """Return a picture from where it is."""
        # In this order: it is in the bucket before it leaves the folder.
        content = self.files.read(name)
        return self.bucket.read(name) if content is None else content

    def remove(self, name: str) -> None:
        """Delete a picture from both."""
        self.remove_all([name])

    def remove_all(self, names: Sequence[str]) -> None:
        """Delete pictures from both."""
        # In this order: what is being uploaded finds itself gone from the folder, and is taken back.
        self.files.remove_all(names)
        self.bucket.remove_all(names)

    def taken_between(self, begin: datetime, end: datetime) -> Sequence[str]:
        """Return the names of the pictures of both that were taken in a time."""
        return sorted({*self.files.taken_between(begin, end), *self.bucket.taken_between(begin, end)})

    def remove_days_before(self, day: date) -> int:
        """Delete all pictures of earlier days from both and return how many there were."""
        return self.files.remove_days_before(day) + self.bucket.remove_days_before(day)

    def size_bytes(self) -> int:
        """Return the size of all pictures and clips of both."""
        return self.files.size_bytes() + self.bucket.size_bytes()

    def waiting(self, unknown_of: Callable[[Collection[str]], Collection[str]], most: int | None = None) -> list[str]:
        """Return the names of what may go to the bucket, the newest first: somebody may be looking at its alert.

        Args:
            unknown_of: returns those of some names that no incident has.
            most: how many at most; more are not asked for than that takes.

        Raises:
            Exception: whatever `unknown_of` raises.
        """
        return list(islice(self._waiting(unknown_of), most))

    def _waiting(self, unknown_of: Callable[[Collection[str]], Collection[str]]) -> Iterator[str]:
        settled = [name for name, _ in self.files.listed(at_least_s=SETTLED_S)]
        old = {name for name, _ in self.files.listed(at_least_s=_DOUBTED_S)}
        for first in range(0, len(settled), _CHUNK):
            some = settled[first : first + _CHUNK]
            doubted = [name for name in some if name in old]
            unknown = unknown_of(doubted) if doubted else ()
            yield from (name for name in some if name not in unknown)

    def upload(self, name: str) -> None:
        """Bring one picture from the folder to the bucket; what is deleted meanwhile is deleted there too.

        Raises:
            SnapshotStoreFailed: the bucket could not take it, and it waits on; or it was deleted meanwhile, and is in
                the bucket perhaps.
            OSError: it cannot be read.
        """
        content = self.files.read(name)
        if content is None:
            return
        self.bucket.put(name, content)
        if not self.files.discard(name):
            self.bucket.remove(name)


@contextmanager
def alone_uploading(folder: Path) -> Iterator[bool]:
    """Tell whether nobody else uploads from a folder, and keep it so: two would take each other's for deleted."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
