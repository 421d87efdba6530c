"""The incidents' pictures and clips in a bucket that all machines share, of Amazon S3 or a server that speaks as it."""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING

from webapp.domain.alerts.snapshot_faults import SnapshotFault, store_failure
from webapp.domain.alerts.snapshot_names import days_between, is_between, is_day, is_name, new_name
from webapp.errors import SettingsInvalid
from webapp.storage.alerts.snapshot_access import BucketAccess

if TYPE_CHECKING:
    from obstore.store import S3Store

# After a request that came to nothing the next ones of this process fail at once for so long.
REST_S = 5.0
_CONNECT_S = 3.0
# What one call of housekeeping's deletes of earlier days; the rest goes the next time.
_MOST_DAYS = 5
_CHUNK = 1000
# A clip has a hundredth of it; nothing larger is ours, and this process has no room for it.
_MOST_BYTES = 256 * 2**20
_STATUS = re.compile(r"status code: (\d{3})")
HOW_TO_INSTALL = "run: make setup-cluster"


@dataclass
class SnapshotBucket:
    """`SnapshotStore` in a bucket; what is called may be called by several threads.

    Each request ends after the time-out of `access`; nothing here waits for longer than some of them.

    Attributes:
        access: which bucket, and its key.
        rest_s: after a request without an answer no other is made for so many seconds; 0 always makes it.
    """

    access: BucketAccess
    rest_s: float = REST_S
    _resting_until_s: float = field(default=0.0, init=False, repr=False)

    def save(self, content: bytes, at: datetime, ending: str = "jpg") -> str:
        """Keep one picture or clip and return its name.

        Raises:
            SnapshotStoreFailed: it could not be kept.
        """
        name = new_name(at, ending)
        self.put(name, content)
        return name

    def put(self, name: str, content: bytes) -> None:
        """Keep a picture or clip under a name of ours; the server compares its SHA-256.

        Raises:
            SnapshotStoreFailed: it could not be kept.
            ValueError: nothing of ours is called so.
        """
        if not is_name(name):
            raise ValueError("expected the name of a picture or clip")
        with self._request():
            # As one: of parts, those of an upload that was killed stay, seen by nobody.
            self._store.put(name, content, use_multipart=False)

    def read(self, name: str) -> bytes | None:
        """Return a picture, or None when it is gone, or when no picture is called so.

        Raises:
            SnapshotStoreFailed: nobody can say.
        """
        if not is_name(name):
            return None
        with self._request():
            try:
                found = self._store.get(name)
                if found.meta["size"] <= _MOST_BYTES:
                    return bytes(found.bytes())
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None
        raise store_failure(SnapshotFault.FAILED)

    def remove(self, name: str) -> None:
        """Delete a picture; one that is gone already is no error, nor a name that no picture has.

        Raises:
            SnapshotStoreFailed: it could not be deleted.
        """
        self.remove_all([name])

    def remove_all(self, names: Sequence[str]) -> None:
        """Delete pictures, a thousand with one request; see `remove`."""
        ours = [name for name in names if is_name(name)]
        for first in range(0, len(ours), _CHUNK):
            with self._request():
                self._store.delete(ours[first : first + _CHUNK])

    def taken_between(self, begin: datetime, end: datetime) -> Sequence[str]:
        """Return the names of the pictures that were taken in a time, to the second, without its end.

        Raises:
            SnapshotStoreFailed: they could not be listed.
        """
        names = [name for day in days_between(begin, end) for name, _ in self.listed(day)]
        return sorted(name for name in names if is_between(name, begin, end))

    def remove_days_before(self, day: date) -> int:
        """Delete all pictures of earlier days, of some of them at once, and return how many there were.

        Raises:
            SnapshotStoreFailed: they could not be deleted.
        """
        with self._request():
            folders = self._store.list_with_delimiter()["common_prefixes"]
        days = sorted(one for one in folders if is_day(one) and one < day.isoformat())[:_MOST_DAYS]
        names = [name for one in days for name, _ in self.listed(one)]
        self.remove_all(names)
        return len(names)

    def size_bytes(self) -> int:
        """Return the size of all pictures and clips.

        Raises:
            SnapshotStoreFailed: they could not be listed within the time of one request.
        """
        deadline_s, size_bytes = time.monotonic() + self.access.timeout_s, 0
        for _, one_bytes in self.listed():
            size_bytes += one_bytes
            if time.monotonic() > deadline_s:
                raise store_failure(SnapshotFault.AWAY)
        return size_bytes

    def listed(self, day: str = "") -> Iterator[tuple[str, int]]:
        """Yield name and size in bytes of each picture and clip, of one day or of all; what is not ours is left out.

        Raises:
            SnapshotStoreFailed: they could not be listed.
        """
        with self._request():
            pages = iter(self._store.list(day or None))
        while True:
            with self._request():
                page = next(pages, None)
            if page is None:
                return
            yield from ((one["path"], one["size"]) for one in page if is_name(one["path"]))

    def check(self) -> None:
        """Ask the bucket for its first days.

        Raises:
            SettingsInvalid: what talks to it is not installed, or its secret cannot be read.
            SnapshotStoreFailed: it cannot be used.
        """
        with self._request():
            self._store.list_with_delimiter()

    @cached_property
    def _store(self) -> "S3Store":
        access = self.access
        access.credential()  # What is wrong with it is said here.
        timeout = timedelta(seconds=access.timeout_s)
        store: S3Store = _library().store.S3Store(
            access.bucket,
            prefix=access.prefix or None,
            endpoint=access.endpoint or None,
            region=access.region,
            # A function, not values: the library shows values to whoever prints its objects.
            credential_provider=access.credential,
            virtual_hosted_style_request=not access.endpoint,
            checksum_algorithm="SHA256",
            client_options={
                "timeout": timeout,
                "connect_timeout": min(timeout, timedelta(seconds=_CONNECT_S)),
                "allow_http": access.endpoint.startswith("http://"),
            },
            # Once more where a connection broke, not where time ran out.
            retry_config={"max_retries": 1, "retry_timeout": timeout / 2},
        )
        return store

    @contextmanager
    def _request(self) -> Iterator[None]:
        """Turn all that a request can end with into one error: what the library says of it holds addresses and keys."""
        if time.monotonic() < self._resting_until_s:
            raise store_failure(SnapshotFault.AWAY)
        errors = _library().exceptions
        try:
            yield
        except (errors.PermissionDeniedError, errors.UnauthenticatedError):
            raise store_failure(SnapshotFault.REFUSED) from None
        except (errors.BaseError, OSError) as error:
            fault = _fault_of(str(error))
            if fault is SnapshotFault.AWAY:
                self._resting_until_s = time.monotonic() + self.rest_s
            raise store_failure(fault) from None


def _library() -> ModuleType:
    """Import what talks to a bucket: late, as most processes never ask it for anything, and it weighs 14 MB."""
    try:
        import obstore.exceptions
        import obstore.store
    except ImportError:
        raise SettingsInvalid(
            f"AMENDS_SNAPSHOT_STORE: expected what talks to a bucket to be installed; {HOW_TO_INSTALL}"
        ) from None
    return obstore


def _fault_of(words: str) -> SnapshotFault:
    """Return what an error of the library is; of a listing it has no kind of its own, and its words say the status."""
    if "NoSuchBucket" in words:
        return SnapshotFault.NO_BUCKET
    status = _STATUS.search(words)
    if status is None or status[1].startswith("5"):
        return SnapshotFault.AWAY
    return SnapshotFault.REFUSED if status[1] in ("401", "403") else SnapshotFault.FAILED
