"""The bytes between a client and a camera that speaks HTTP, or nearly: bounded in time and rate, a little mended."""

import io
import re
import socket
import time
import zlib
from collections.abc import Iterator

from webapp.vision.sources.camera_connection import MOST_BYTES_PER_S, disconnect
from webapp.vision.sources.pacing import RateLimit

PIECE_BYTES = 64 * 1024
_SOUND_STATUS = re.compile(rb"HTTP/1\.[01] \d")
# Shoutcast's ICY, RTSP over HTTP, and HTTP without a version or of none that there is.
_ODD_STATUS = re.compile(rb"\A\s*(?:ICY|RTSP/[\d.]+|HTTP(?:/[\d.]*)?)[ \t]+(?=\d{3}\b)", re.IGNORECASE)
_NO_STATUS = (b"\xff\xd8\xff", b"--")
_LONGEST_START_BYTES = 64
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class Wire:
    """A camera's connection, as `http.client` takes a socket.

    Attributes:
        deadline_s: when waiting ends, on the monotonic clock; whoever reads sets it first.
    """

    def __init__(self, connected: socket.socket, deadline_s: float) -> None:
        """Take a connected socket."""
        self.deadline_s = deadline_s
        self._socket = connected
        self._limit = RateLimit(MOST_BYTES_PER_S)

    def sendall(self, sent: bytes) -> None:
        """Send all of it; see `socket.sendall`."""
        self._socket.settimeout(self._left_s())
        self._socket.sendall(sent)

    def makefile(self, *_mode: object) -> io.BufferedReader:
        """Return the next answer as a file."""
        return io.BufferedReader(_Incoming(self), PIECE_BYTES)

    def receive(self) -> bytes:
        """Wait for what comes next; empty after the end.

        Raises:
            OSError: the connection broke; a `TimeoutError` at the deadline.
        """
        time.sleep(self._limit.wait_s(time.monotonic()))
        self._socket.settimeout(self._left_s())
        piece = self._socket.recv(PIECE_BYTES)
        self._limit.count(len(piece), time.monotonic())
        return piece

    def close(self) -> None:
        """Leave it open: `http.client` lets go of a connection before its answer is read."""

    def hang_up(self) -> None:
        """Disconnect; safe to call more than once."""
        disconnect(self._socket)

    def _left_s(self) -> float:
        left_s = self.deadline_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        return left_s


class _Incoming(io.RawIOBase):
    """One answer, whose first line is made one of HTTP."""

    def __init__(self, wire: Wire) -> None:
        """Read nothing yet."""
        self._wire = wire
        self._waiting: bytes | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # What BufferedReader passes.
        if self._waiting is None:
            self._waiting = _mended(self._start())
        piece = self._waiting or self._wire.receive()
        taken, self._waiting = piece[: len(buffer)], piece[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _start(self) -> bytes:
        """Return what comes first, up to the end of its line at least."""
        start = b""
        while b"\n" not in start.lstrip() and len(start) < _LONGEST_START_BYTES:
            piece = self._wire.receive()
            if not piece:
                break
            start += piece
        return start


def _mended(start: bytes) -> bytes:
    """Return the start of an answer as HTTP has it, also of one that begins with its pictures."""
    if _SOUND_STATUS.match(start):
        return start
    if start.startswith(_NO_STATUS):
        return b"HTTP/1.0 200 OK\r\n\r\n" + start
    return _ODD_STATUS.sub(b"HTTP/1.0 ", start, count=1)


def unpacked(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Return what is sent, without its compression; no more at once than a piece, however much is packed in it.

    Args:
        pieces: as they come.
        encoding: the header Content-Encoding; others than gzip and deflate are taken for none.

    Raises:
        zlib.error: it is not packed so.
    """
    is_packed = encoding.strip().lower() in ("gzip", "x-gzip", "deflate")
    return _inflated(pieces) if is_packed else pieces


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflate, is_begun = zlib.decompressobj(_GZIP_OR_ZLIB), False
    for packed in pieces:
        while packed:
            try:
                inflated = inflate.decompress(packed, PIECE_BYTES)
            except zlib.error:
                if is_begun:
                    raise
                inflate = zlib.decompressobj(-zlib.MAX_WBITS)  # Many small servers leave the header of zlib out.
                inflated = inflate.decompress(packed, PIECE_BYTES)
            is_begun = True
            yield inflated
            packed = inflate.unconsumed_tail
            if inflate.eof:  # Each picture may be packed on its own.
                packed, inflate = inflate.unused_data, zlib.decompressobj(_GZIP_OR_ZLIB)
