"""From one store of pictures and clips to another, picture by picture, each read back and compared."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from webapp.cluster_settings import ClusterSettings
from webapp.errors import InputInvalid
from webapp.storage.alerts.snapshot_access import BucketAccess
from webapp.storage.alerts.snapshot_bucket import SnapshotBucket
from webapp.storage.alerts.snapshots import SnapshotFiles

# A clip over a slow line; nobody waits for it but who called the command.
_PATIENCE = 6.0


class CopyStore(Protocol):
    """A folder or a bucket, as far as a copy needs it; each method raises `OSError` where it cannot be used."""

    def listed(self) -> Iterator[tuple[str, int]]:
        """Yield name and size in bytes of each picture and clip."""

    def read(self, name: str) -> bytes | None:
        """Return a picture, or None when it is gone."""

    def put(self, name: str, content: bytes) -> None:
        """Keep a picture or clip under a name of ours."""


@dataclass(frozen=True)
class CopyTotals:
    """What a copy found and did.

    Attributes:
        copied: how many pictures and clips were brought over.
        were_there: how many were there already, the same byte for byte.
        gone: how many went from the first store meanwhile, as retention deletes what is old.
        size_bytes: of all that are in both now.
        different: names of those that came back as something else.
    """

    copied: int = 0
    were_there: int = 0
    gone: int = 0
    size_bytes: int = 0
    different: tuple[str, ...] = ()

    @property
    def in_both(self) -> int:
        """How many are in both stores, the same."""
        return self.copied + self.were_there


def open_store(address: str, settings: ClusterSettings) -> CopyStore:
    """Return the store at `s3://BUCKET/PREFIX`, opened with the key of the settings, or in a folder.

    Raises:
        SettingsInvalid: there is no key for it.
        InputInvalid: it is no such address.
    """
    if "://" not in address:
        return SnapshotFiles(Path(address).expanduser().resolve())
    try:
        return SnapshotBucket(BucketAccess.of(settings, address).patient(_PATIENCE), rest_s=0.0)
    except ValueError as error:
        raise InputInvalid("Expected a folder or s3://BUCKET/PREFIX: %(reason)s.", reason=str(error)) from error


def copy_snapshots(source: CopyStore, target: CopyStore, on_progress: Callable[[CopyTotals], None]) -> CopyTotals:
    """Bring every picture and clip of one store to another one; nothing is deleted, and it can be begun again.

    What is there already is read and compared, not trusted for its size; what was brought over is read back.

    Raises:
        OSError: one of them cannot be used; what was copied is there.
    """
    there = dict(target.listed())
    totals = CopyTotals()
    for name, _ in source.listed():
        content = source.read(name)
        if content is None:
            totals = replace(totals, gone=totals.gone + 1)
        else:
            one = _with_one(totals, name, content, target, is_there=there.get(name) == len(content))
            # What is deleted while it is copied, as retention does, may come back as nothing.
            is_gone = one.different != totals.different and source.read(name) is None
            totals = replace(totals, gone=totals.gone + 1) if is_gone else one
        on_progress(totals)
    return totals


def _with_one(totals: CopyTotals, name: str, content: bytes, target: CopyStore, *, is_there: bool) -> CopyTotals:
    size_bytes = totals.size_bytes + len(content)
    if is_there and _is_same(content, target.read(name)):
        return replace(totals, were_there=totals.were_there + 1, size_bytes=size_bytes)
    target.put(name, content)
    if _is_same(content, target.read(name)):
        return replace(totals, copied=totals.copied + 1, size_bytes=size_bytes)
    return replace(totals, different=(*totals.different, name))


def _is_same(content: bytes, other: bytes | None) -> bool:
    return other is not None and hashlib.sha256(content).digest() == hashlib.sha256(other).digest()
