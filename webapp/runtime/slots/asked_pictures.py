"""Which pictures somebody looks at, from web to vision, which draws no others: both ends.

A file per camera holds, for each use, until when it is asked for, on the clock that all processes of the machine share
and nobody can set. Nobody ever takes a wish back: it ends by itself, whoever dies, and several web processes do not
hide each other's.
"""

import os
import struct
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from webapp.services.dashboard.live_frames import PictureUse

ASKED_FOR_S = 5.0
_ASKED_AGAIN_S = 1.0
_READ_AGAIN_S = 0.1
_UNTIL = struct.Struct("<d")
_USES = tuple(PictureUse)


def asked_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the file in which web says what is looked at, and which vision reads."""
    return slots_dir / f"asked-{camera_id}"


def asked_until(slots_dir: Path, camera_id: int) -> Mapping[PictureUse, float]:
    """Return until when each use of a camera's pictures is asked for, on the machine's own clock."""
    return dict(zip(_USES, _read(asked_path(slots_dir, camera_id)), strict=False))


def ask_until(slots_dir: Path, camera_id: int, use: PictureUse, until_s: float) -> None:
    """Have a camera's pictures drawn until then, on the machine's own clock, for someone at another machine."""
    with suppress(OSError):
        _write(asked_path(slots_dir, camera_id), _USES.index(use), until_s)


class PictureAsking:
    """Web's end, for all cameras."""

    def __init__(self, slots_dir: Path, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        """Ask for nothing yet."""
        self._slots_dir = slots_dir
        self._monotonic_s = monotonic_s
        self._again_s: dict[tuple[int, PictureUse], float] = {}

    def ask(self, camera_id: int, use: PictureUse) -> None:
        """Have a camera's pictures drawn for the next seconds; so cheap that it may be done for each picture."""
        now_s = self._monotonic_s()
        if now_s < self._again_s.get((camera_id, use), now_s):
            return
        self._again_s[camera_id, use] = now_s + _ASKED_AGAIN_S
        with suppress(OSError):  # Where there is no room for these bytes there is none for a picture.
            _write(asked_path(self._slots_dir, camera_id), _USES.index(use), now_s + ASKED_FOR_S)


class AskedPictures:
    """Vision's end, for one camera."""

    def __init__(self, path: Path, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        """Read nothing yet."""
        self._path = path
        self._monotonic_s = monotonic_s
        self._read_again_s = 0.0
        self._uses: list[PictureUse] = []

    def uses(self) -> Collection[PictureUse]:
        """Return what is asked for now, cheaply."""
        now_s = self._monotonic_s()
        if now_s >= self._read_again_s:
            self._read_again_s = now_s + _READ_AGAIN_S
            asked = zip(_USES, _read(self._path), strict=False)
            # What lies further ahead was written before the machine was started again.
            self._uses = [use for use, until_s in asked if now_s < until_s <= now_s + ASKED_FOR_S]
        return self._uses

    def forget(self) -> None:
        """Take the file of a camera away that is gone."""
        self._path.unlink(missing_ok=True)


def _write(path: Path, index: int, until_s: float) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.pwrite(descriptor, _UNTIL.pack(until_s), index * _UNTIL.size)
    finally:
        os.close(descriptor)


def _read(path: Path) -> list[float]:
    try:
        encoded = path.read_bytes()
    except OSError:  # Nobody has asked yet.
        return []
    return [until_s for (until_s,) in _UNTIL.iter_unpack(encoded[: len(encoded) // _UNTIL.size * _UNTIL.size])]
