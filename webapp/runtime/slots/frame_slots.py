"""Latest-value slots: one writer, many readers, the newest value wins, nobody waits.

A slot is a file that both sides map into memory (in `/dev/shm` where there is one), so it outlives the process on
either side. It holds two buffers in turn: a reader that is overtaken while it copies notices by the buffer's two
marks and reads again. Written for one machine; `LiveFrames` is the seam for several.
"""

import json
import mmap
import os
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_HEADER = struct.Struct("<8sQQ")  # magic, capacity of a buffer, newest sequence (0: nothing written yet)
_MARKS = struct.Struct("<QQII")  # sequence at the begin and at the end of writing, bytes of meta, bytes of body
_MAGIC = b"AMENDS01"
# A reader has the time from one value to the next for its copy; a third buffer would be memory that nobody gains from.
_BUFFERS = 2
_TRIES = 3
_NEWEST_OFFSET = 16


@dataclass(frozen=True)
class SlotReading:
    """One value of a slot.

    Attributes:
        sequence: strictly increasing over the life of the slot, also across restarts of its writer.
        meta: small facts beside the body.
        body: a copy of the bytes that were written.
    """

    sequence: int
    meta: Mapping[str, Any]
    body: bytes = field(repr=False)


def prepare_slots_dir(folder: Path) -> None:
    """Make the slots' folder, for its owner only.

    Raises:
        PermissionError: the folder belongs to someone else, who could read or fake the pictures.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"expected {folder} to belong to this user; set AMENDS_RUNTIME_DIR to another folder")


class SlotWriter:
    """The one writer of a slot. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._map: mmap.mmap | None = None
        self._capacity = 0
        self._inode = 0
        self._sequence = 0

    def write(self, meta: Mapping[str, Any], body: bytes | memoryview) -> int:
        """Replace the slot's value.

        Args:
            meta: small facts, JSON-ready.
            body: the bytes; contiguous.

        Returns:
            The value's sequence.

        Raises:
            OSError: there is no room for a slot of this size.
        """
        encoded = json.dumps(meta, separators=(",", ":")).encode()
        length = len(encoded) + len(body)
        if self._map is None or length > self._capacity:
            self._map = self._create(encoded, body)
        else:
            self._fill(self._map, encoded, body)
        return self._sequence

    def discard(self) -> None:
        """Take the slot away with all that is in it, unless it is another writer's; the next value makes a new one."""
        is_ours = self._map is None or self.is_in_place
        self.close()
        if is_ours:
            self._path.unlink(missing_ok=True)

    @property
    def is_in_place(self) -> bool:
        """Whether readers find what was written last: nobody took the slot away or put another one in its place."""
        try:
            return self._map is not None and self._path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    @property
    def has_written(self) -> bool:
        """Whether it has written anything since it was made or closed."""
        return self._map is not None

    def close(self) -> None:
        """Let go of the memory; the file stays for its readers."""
        if self._map is not None:
            self._map.close()
            self._map = None

    def _fill(self, slot: mmap.mmap, encoded: bytes, body: bytes | memoryview) -> None:
        self._sequence += 1
        offset = _buffer_offset(self._sequence, self._capacity)
        start = offset + _MARKS.size
        _MARKS.pack_into(slot, offset, self._sequence, 0, len(encoded), len(body))
        slot[start : start + len(encoded)] = encoded
        slot[start + len(encoded) : start + len(encoded) + len(body)] = body
        _MARKS.pack_into(slot, offset, self._sequence, self._sequence, len(encoded), len(body))
        struct.pack_into("<Q", slot, _NEWEST_OFFSET, self._sequence)

    def _create(self, encoded: bytes, body: bytes | memoryview) -> mmap.mmap:
        """Make a new file with some room to grow, and put it in the old one's place once its first value is there."""
        self.close()
        length = len(encoded) + len(body)
        self._capacity = length + length // 4 + 4096
        # A restarted writer goes on where the one before it was; the clock helps where its file is gone.
        self._sequence = max(self._sequence, SlotReader(self._path).sequence, time.time_ns() // 1_000_000)
        for left_behind in self._path.parent.glob(f".{self._path.name}.*"):  # By a writer that was killed just here.
            left_behind.unlink(missing_ok=True)
        unfinished = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            slot = _map_new(descriptor, _buffer_offset(_BUFFERS, self._capacity, of_end=True))
            _HEADER.pack_into(slot, 0, _MAGIC, self._capacity, 0)
            self._fill(slot, encoded, body)
            unfinished.replace(self._path)
            self._inode = os.fstat(descriptor).st_ino
        finally:
            os.close(descriptor)
            unfinished.unlink(missing_ok=True)
        return slot


class SlotReader:
    """A reader of a slot that may not exist yet, or be replaced while it is read. Not thread-safe."""

    def __init__(self, path: Path, reopen_s: float = 0.2) -> None:
        """Open nothing yet.

        Args:
            path: the slot's file.
            reopen_s: seconds until a slot that was replaced is noticed; fewer cost a system call more often.
        """
        self._path = path
        self._reopen_s = reopen_s
        self._map: mmap.mmap | None = None
        self._inode = 0
        self._looked_at = 0.0
        self._meta: Mapping[str, Any] = {}
        self._meta_of = 0

    @property
    def sequence(self) -> int:
        """The newest value's sequence, cheaply; 0 where there is none."""
        self._reopen_if_replaced()
        return int(struct.unpack_from("<Q", self._map, _NEWEST_OFFSET)[0]) if self._map else 0

    def read(self) -> SlotReading | None:
        """Return a copy of the newest value, or None where there is none."""
        for _ in range(_TRIES):
            sequence = self.sequence
            if sequence == 0 or self._map is None:
                return None
            reading = _copy(self._map, sequence)
            if reading is not None:
                return reading
        return None

    def meta(self) -> Mapping[str, Any]:
        """Return the small facts beside the newest value, without a copy of it; empty where there is none."""
        for _ in range(_TRIES):
            sequence = self.sequence
            if sequence == 0 or self._map is None:
                break
            if self._meta_of == sequence:
                return self._meta
            encoded = _copied_meta(self._map, sequence)
            if encoded is not None:
                self._meta, self._meta_of = json.loads(encoded), sequence
                return self._meta
        return {}

    def close(self) -> None:
        """Let go of the memory."""
        if self._map is not None:
            self._map.close()
        self._map, self._inode, self._meta_of = None, 0, 0

    def _reopen_if_replaced(self) -> None:
        now = time.monotonic()
        if self._map is not None and now - self._looked_at < self._reopen_s:
            return
        self._looked_at = now
        try:
            with self._path.open("r+b") as file:
                if os.fstat(file.fileno()).st_ino != self._inode or self._map is None:
                    self.close()
                    self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                    self._inode = os.fstat(file.fileno()).st_ino
        except FileNotFoundError:
            self.close()


def _map_new(descriptor: int, length: int) -> mmap.mmap:
    # Without this a full memory disk shows only when a page is touched, and then as a deadly signal.
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, length)
    else:
        os.ftruncate(descriptor, length)
    return mmap.mmap(descriptor, length)


def _buffer_offset(sequence: int, capacity: int, *, of_end: bool = False) -> int:
    index = _BUFFERS if of_end else sequence % _BUFFERS
    return _HEADER.size + index * (_MARKS.size + capacity)


def _copy(slot: mmap.mmap, sequence: int) -> SlotReading | None:
    """Copy one buffer; None when the writer was at it meanwhile."""
    _, capacity, _ = _HEADER.unpack_from(slot, 0)
    offset = _buffer_offset(sequence, capacity)
    begin, end, meta_length, body_length = _MARKS.unpack_from(slot, offset)
    if begin != sequence or end != sequence or meta_length + body_length > capacity:
        return None
    start = offset + _MARKS.size
    encoded = slot[start : start + meta_length]
    body = slot[start + meta_length : start + meta_length + body_length]
    if _MARKS.unpack_from(slot, offset)[0] != sequence:
        return None
    return SlotReading(sequence, json.loads(encoded), body)


def _copied_meta(slot: mmap.mmap, sequence: int) -> bytes | None:
    """Copy what is beside one buffer's value; None when the writer was at it meanwhile."""
    _, capacity, _ = _HEADER.unpack_from(slot, 0)
    offset = _buffer_offset(sequence, capacity)
    begin, end, meta_length, _ = _MARKS.unpack_from(slot, offset)
    if begin != sequence or end != sequence or meta_length > capacity:
        return None
    encoded = slot[offset + _MARKS.size : offset + _MARKS.size + meta_length]
    return encoded if _MARKS.unpack_from(slot, offset)[0] == sequence else None
