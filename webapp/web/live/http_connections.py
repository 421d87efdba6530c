"""What a connection may take: so long for a request, so long for an answer, and so many of one address.

eventlet's own limit is for each single read and write: who sends a byte every few seconds, or takes one, stays for
ever, and a thousand of them leave no place for anyone else.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import eventlet
import eventlet.wsgi

from webapp.web.live.serving.connection_counts import ConnectionCounts

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class ConnectionTimes:
    """How long what may take, in seconds.

    Attributes:
        head_s: the head of a request, from its first byte.
        body_s: its body; 8 MB come through 1 Mbit/s.
        piece_s: each piece of an answer: of a stream a picture, of a backup a few hundred kilobytes.
    """

    head_s: float = 10.0
    body_s: float = 60.0
    piece_s: float = 60.0


class TimedProtocol(eventlet.wsgi.HttpProtocol):
    """HTTP in which the head of a request, its body and each piece of its answer have to be through in time.

    A WebSocket reads and writes past it and is kept by Socket.IO's own pings.
    """

    def __init__(
        self, conn_state: list[Any], server: Any, counts: ConnectionCounts, times: ConnectionTimes = ConnectionTimes()
    ) -> None:
        """Serve a connection to its end."""
        self._times = times
        address = str(conn_state[0][0])
        self._head: eventlet.Timeout | None = None
        if not counts.enter(address, eventlet.hubs.get_hub().clock()):
            return
        try:
            super().__init__(conn_state, server)
        finally:
            counts.leave(address)

    def setup(self) -> None:
        """Open both ends."""
        super().setup()
        self.wfile = _TimedWriter(self.request.makefile("wb", 0), self.wbufsize, self._times.piece_s)

    def handle_one_request(self) -> None:
        """Read a request and answer it."""
        try:
            super().handle_one_request()
        finally:
            self._end_head()

    def _read_request_line(self) -> Any:
        """Wait for the first byte as long as for any; from then on the time of the head runs."""
        try:
            self.rfile.peek(1)
        except TimeoutError:
            raise
        except (OSError, ValueError):  # It is gone.
            return ""
        self._head = eventlet.Timeout(self._times.head_s, TimeoutError)
        return super()._read_request_line()

    def parse_request(self) -> bool:
        """Read the rest of the head."""
        try:
            return bool(super().parse_request())
        finally:
            self._end_head()

    def get_environ(self) -> dict[str, Any]:
        """Return what the application gets, with a body that has to come in time."""
        environ: dict[str, Any] = super().get_environ()
        environ["eventlet.input"].rfile = _TimedReader(self.rfile, self._times.body_s)
        return environ

    def _end_head(self) -> None:
        if self._head is not None:
            self._head.cancel()


class _TimedReader:
    """Reads a body, all of it within its time."""

    def __init__(self, file: io.BufferedReader, left_s: float) -> None:
        """Let its time begin with the first read."""
        self._file, self._left_s = file, left_s

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes."""
        return self._in_time(self._file.read, size)

    def readline(self, size: int = -1) -> bytes:
        """Read to the end of a line."""
        return self._in_time(self._file.readline, size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        """Read all lines."""
        return self._in_time(self._file.readlines, hint)

    def _in_time(self, read: Callable[[int], _Answer], size: int | None) -> _Answer:
        clock = eventlet.hubs.get_hub().clock
        began_s = clock()
        try:
            with eventlet.Timeout(max(self._left_s, 0.0), TimeoutError):
                return read(-1 if size is None else size)
        finally:
            self._left_s -= clock() - began_s


class _TimedWriter(io.BufferedWriter):
    """Writes an answer, each piece of it within its time."""

    def __init__(self, raw: io.RawIOBase, buffer_size: int, piece_s: float) -> None:
        """Write to `raw`."""
        super().__init__(raw, buffer_size)
        self._piece_s = piece_s

    def writelines(self, lines: Any) -> None:
        """Write a piece."""
        with eventlet.Timeout(self._piece_s, TimeoutError):
            super().writelines(lines)

    def flush(self) -> None:
        """Send what is left of it."""
        with eventlet.Timeout(self._piece_s, TimeoutError):
            super().flush()
