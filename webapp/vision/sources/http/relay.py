"""Between FFmpeg and an HTTP camera, on loopback: a proxy that calls no address that a camera should not be at.

A redirect, or a playlist, may name any host, and FFmpeg follows. It goes through a proxy for all of them, so each is
asked for by name here, and the very addresses that were checked are called.
"""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

from webapp.errors import CameraError
from webapp.vision.sources.camera_connection import connect_to_camera, disconnect, pass_on

_PIECE_BYTES = 64 * 1024
_MOST_HEAD_BYTES = 64 * 1024
OwnFields = Callable[[str, str], Mapping[str, str | bytes]]
_TUNNEL_OPENED = b"HTTP/1.1 200 OK\r\n\r\n"


class HTTPRelay:
    """A proxy for one camera; each connection has its threads until it ends.

    Attributes:
        url: what FFmpeg takes as its proxy.
        failure: why the last host could not be called; None while all can.
    """

    def __init__(self, timeout_s: float, own_fields: OwnFields = lambda _url, _path: {}) -> None:
        """Begin to listen.

        Args:
            timeout_s: for connecting to each host.
            own_fields: returns header fields for a URL and its path, where FFmpeg has none of this name: it knows
                fewer kinds of log-in, and sends no cookies through a proxy.
        """
        self.failure: CameraError | None = None
        self._own_fields = own_fields
        self._timeout_s = timeout_s
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: set[socket.socket] = {self._listener}
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        """Disconnect everything; safe to call more than once."""
        disconnect(*tuple(self._open))

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                decoder, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(decoder,), daemon=True).start()

    def _serve(self, decoder: socket.socket) -> None:
        with self._kept(decoder):
            try:
                self._relay(decoder)
            except CameraError as error:
                self.failure = error
            except (OSError, ValueError):
                pass  # Either side has gone, or what was asked for is no request.

    @contextmanager
    def _kept(self, end: socket.socket) -> Iterator[None]:
        """Have `close` close it, and do so at the end: a stream goes on for months, in one connection for each part."""
        self._open.add(end)
        try:
            yield
        finally:
            self._open.discard(end)
            disconnect(end)

    def _relay(self, decoder: socket.socket) -> None:
        head, rest = _read_head(decoder)
        method, target, _version = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        camera = connect_to_camera(parts.hostname or "", parts.port or 80, is_tls=False, timeout_s=self._timeout_s)
        camera.settimeout(None)
        with self._kept(camera):
            if method == "CONNECT":
                decoder.sendall(_TUNNEL_OPENED)
                camera.sendall(rest)
            threading.Thread(target=pass_on, args=(camera, decoder), daemon=True).start()
            if method == "CONNECT":
                pass_on(decoder, camera)
            else:
                self._pass_requests(decoder, camera, head, parts.netloc)

    def _pass_requests(self, decoder: socket.socket, camera: socket.socket, head: bytes, netloc: str) -> None:
        """Pass requests on to the one host that the first of them named, as they are without a proxy."""
        with suppress(OSError, ValueError):
            while head:
                line, _, fields = head.partition(b"\r\n")
                method, target, version = line.decode("ascii").split(" ")
                parts = urlsplit(target)
                if parts.netloc != netloc:
                    break
                path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
                camera.sendall(f"{method} {path} {version}\r\n".encode("ascii") + self._completed(target, path, fields))
                head, _rest = _read_head(decoder)

    def _completed(self, url: str, path: str, fields: bytes) -> bytes:
        """Return the header fields of a question, with those that FFmpeg has not made itself."""
        made = {line.partition(b":")[0].lower() for line in fields.split(b"\r\n")}
        for name, value in self._own_fields(url, path).items():
            if name.lower().encode("ascii") not in made:
                said = value if isinstance(value, bytes) else value.encode("latin-1")
                fields = b"%s: %s\r\n%s" % (name.encode("ascii"), said, fields)
        return fields


def _read_head(decoder: socket.socket) -> tuple[bytes, bytes]:
    """Return a request with its empty line, and what came behind it; FFmpeg only asks, so it has no body."""
    received = b""
    while b"\r\n\r\n" not in received and len(received) < _MOST_HEAD_BYTES:
        piece = decoder.recv(_PIECE_BYTES)
        if not piece:
            return b"", b""
        received += piece
    head, empty_line, rest = received.partition(b"\r\n\r\n")
    return head + empty_line, rest
