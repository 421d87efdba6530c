"""What is inside a backup: a gzipped tar, written and read piece by piece, of which a stranger's may be anything.

It holds `amends.sqlite3`, of a whole one also the keys and `snapshots/`, then `manifest.json` (the SHA-256 of each) and
`manifest.hmac`, by which an installation knows its own. Reading does without `tarfile.open`: that takes names and
extensions of any length into memory, and follows what links and sparse files promise.
"""

import gzip
import hashlib
import hmac
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

from webapp.domain.site.restores import RestoreRefusal
from webapp.errors import BackupFailed

MANIFEST, SEAL, DATABASE, SNAPSHOTS = "manifest.json", "manifest.hmac", "amends.sqlite3", "snapshots"
KEYS = ("credentials.key", "session.key")
FORMAT = 1
_SNAPSHOT = re.compile(r"snapshots/\d{4}-\d{2}-\d{2}/[0-9a-f-]{1,60}\.(?:jpg|webm)", re.ASCII)
_COMPRESSION = 1
_PIECE_BYTES = 256 * 1024
_MOST_KEY_BYTES = 4096
_MOST_SNAPSHOT_BYTES = 32 * 2**20
# A line of the manifest for each entry; thus the manifest is no larger than what it is about.
_MANIFEST_BYTES_AN_ENTRY, _MANIFEST_BYTES = 160, 4096
# Deflate packs zeros a thousandfold; a database in use came to a tenth.
_MOST_RATIO, _ALWAYS_BYTES = 100, 64 * 2**20


@dataclass(frozen=True)
class Limits:
    """How much a backup may unpack to.

    Attributes:
        total_bytes: all of it.
        entries: how many files.
    """

    total_bytes: int
    entries: int = 100_000

    @classmethod
    def of(cls, packed_bytes: int, free_bytes: int) -> "Limits":
        """Return the limits for a file of a size, on a disk that keeps a quarter of a GiB free."""
        return cls(max(0, min(_ALWAYS_BYTES + _MOST_RATIO * packed_bytes, free_bytes - 2**28, 2**36)))


@dataclass(frozen=True)
class Unpacked:
    """What came out of a backup.

    Attributes:
        names: of all files.
        is_ours: whether the manifest bears this installation's seal.
    """

    names: frozenset[str]
    is_ours: bool


def pack(
    target: BinaryIO, files: Iterable[tuple[str, Path]], at: datetime, key: bytes, on_progress: Callable[[], None]
) -> None:
    """Write a backup.

    Args:
        target: is written to and stays open.
        files: names in the backup, and where each is now; one that is gone meanwhile is left out.
        at: when it is made.
        key: the installation's own, for the seal.
        on_progress: called again and again.

    Raises:
        BackupFailed: there is more than could be put back.
    """
    hashes: dict[str, str] = {}
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=_COMPRESSION, fileobj=target) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for name, path in files:
            try:
                file = path.open("rb")
            except FileNotFoundError:  # Retention was here first.
                continue
            with file:
                hashes[name] = _add(archive, name, file, os.fstat(file.fileno()).st_size, on_progress)
            if len(hashes) > Limits(0).entries:
                raise BackupFailed(f"Expected at most {Limits(0).entries} files: keep pictures for fewer days.")
        manifest = json.dumps({"format": FORMAT, "made_at": at.isoformat(), "sha256": hashes}).encode()
        for name, content in ((MANIFEST, manifest), (SEAL, _seal(key, manifest))):
            _add(archive, name, io.BytesIO(content), len(content), on_progress)


def unpack(source: BinaryIO, folder: Path, key: bytes, limits: Limits) -> Unpacked:
    """Write the files of a backup into an empty folder, and compare each with the manifest.

    Raises:
        BackupFailed: it is no backup, it is damaged, or it is more than the limits allow.
    """
    hashes: dict[str, str] = {}
    with gzip.GzipFile(fileobj=source) as packed:
        stream = _Counted(cast(BinaryIO, packed), limits.total_bytes)
        for name, size_bytes in _entries(stream):
            _check_entry(name, size_bytes, hashes, limits)
            hashes[name] = _write(folder / name, _pieces(stream, size_bytes))
            stream.exactly(-size_bytes % tarfile.BLOCKSIZE)
        if any(piece.strip(b"\0") for piece in iter(lambda: stream.read(_PIECE_BYTES), b"")):
            _refuse("something follows its end")
    manifest = (folder / MANIFEST).read_bytes() if MANIFEST in hashes else b""
    seal = (folder / SEAL).read_bytes() if SEAL in hashes else b""
    _compare(manifest, {name: digest for name, digest in hashes.items() if name not in (MANIFEST, SEAL)})
    return Unpacked(frozenset(hashes), hmac.compare_digest(seal, _seal(key, manifest)))


class _Hashed(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO, on_progress: Callable[[], None]) -> None:
        """Hash nothing yet."""
        self._file, self._on_progress, self.sha256 = file, on_progress, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Read and hash."""
        self._on_progress()
        content = self._file.read(size)
        self.sha256.update(content)
        return content


class _Counted:
    """What is unpacked, until there is too much of it."""

    def __init__(self, file: BinaryIO, most_bytes: int) -> None:
        """Begin at nothing."""
        self._file, self._left_bytes = file, most_bytes

    def read(self, size: int) -> bytes:
        """Return at most so many bytes.

        Raises:
            BackupFailed: there is more than is allowed, or it cannot be unpacked.
        """
        try:
            content = self._file.read(size)
        except (OSError, EOFError, zlib.error) as error:
            _refuse(str(error))
        self._left_bytes -= len(content)
        if self._left_bytes < 0:
            _refuse("it unpacks to more than fits on the disk, or than its size explains", RestoreRefusal.TOO_LARGE)
        return content

    def exactly(self, size: int) -> bytes:
        """Return so many bytes."""
        content = self.read(size)
        return content if len(content) == size else _refuse("it ends too early")


def _entries(stream: _Counted) -> Iterator[tuple[str, int]]:
    """Return name and size of each file; its content has to be read before the next one is asked for."""
    while any(block := stream.exactly(tarfile.BLOCKSIZE)):
        try:
            entry = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            _refuse(str(error))
        if entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or entry.size < 0:
            _refuse(f"'{entry.name[:80]}' is no plain file")
        yield entry.name, entry.size


def _check_entry(name: str, size_bytes: int, before: Mapping[str, str], limits: Limits) -> None:
    most_bytes = limits.total_bytes
    if name in (*KEYS, SEAL):
        most_bytes = _MOST_KEY_BYTES
    elif name == MANIFEST:
        most_bytes = _MANIFEST_BYTES + _MANIFEST_BYTES_AN_ENTRY * len(before)
    elif _SNAPSHOT.fullmatch(name):
        most_bytes = _MOST_SNAPSHOT_BYTES
    elif name != DATABASE:
        raise BackupFailed(f"The backup holds '{name[:80]}', which no backup of Amends does.")
    if name in before:
        _refuse(f"it holds '{name}' twice")
    if size_bytes > most_bytes or len(before) > limits.entries + 2:
        _refuse(f"'{name}' unpacks to more than fits on the disk, or than is reasonable", RestoreRefusal.TOO_LARGE)


def _pieces(stream: _Counted, size_bytes: int) -> Iterator[bytes]:
    while size_bytes:
        yield stream.exactly(min(size_bytes, _PIECE_BYTES))
        size_bytes -= min(size_bytes, _PIECE_BYTES)


def _write(target: Path, pieces: Iterable[bytes]) -> str:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sha256 = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in pieces:
            sha256.update(piece)
            file.write(piece)
    return sha256.hexdigest()


def _add(
    archive: tarfile.TarFile, name: str, content: BinaryIO, size_bytes: int, on_progress: Callable[[], None]
) -> str:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size_bytes, 0o600
    hashed = _Hashed(content, on_progress)
    archive.addfile(entry, hashed)
    return hashed.sha256.hexdigest()


def _compare(manifest: bytes, hashes: Mapping[str, str]) -> None:
    try:
        stored = json.loads(manifest)
        version, expected = stored["format"], dict(stored["sha256"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BackupFailed("The backup has no manifest that can be read: it is none, or damaged.") from error
    if version != FORMAT:
        raise BackupFailed(f"Expected a backup of format {FORMAT}, got {version}: use the version that made it.")
    if hashes != expected:
        wrong = sorted(str(name) for name in {*hashes, *expected} if hashes.get(name) != expected.get(name))
        raise BackupFailed(f"The backup is damaged: {wrong[0]} is not what it was when the backup was made.")


def _seal(key: bytes, manifest: bytes) -> bytes:
    return hmac.digest(key, b"amends manifest\n" + manifest, "sha256").hex().encode()


def _refuse(why: str, cause: RestoreRefusal = RestoreRefusal.NO_BACKUP) -> NoReturn:
    raise BackupFailed("Expected a backup of Amends; this is none, or it is damaged (%(why)s).", why=why, cause=cause)
