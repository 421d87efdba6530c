"""Between FFmpeg and an RTSP camera, on loopback: what comes and goes is passed on, but no redirect.

FFmpeg follows 301 and 302 in RTSP by itself, to any host, and sends the camera's user name and password there; it has
no option against it. Through a relay it sees the camera as if by port forwarding, and a redirect never reaches it.
"""

import re
import socket
import threading
from contextlib import suppress

from webapp.errors import CameraError, CameraHasNoVideo
from webapp.vision.sources.camera_connection import disconnect, pieces_from

_PIECE_BYTES = 64 * 1024
# Each piece is searched with all before it, and may be a single byte.
_MOST_HANDSHAKE_BYTES = 64 * 1024
# As FFmpeg reads a status: it drops carriage returns, and takes any white space, signs and leading zeros.
_REDIRECT = re.compile(rb"RTSP/\S*\s+[+0]*3\d\d")
_LOCATION = re.compile(rb"^location:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_LOCATION_WAIT_S = 1.0


class RTSPRelay:
    """One connection to a camera, passed on through a port of loopback; two threads until it is closed.

    Attributes:
        port: where on 127.0.0.1 it waits for one connection, and no second one.
        redirect: None until the camera redirects; then where to, empty where it does not say.
        failure: why the camera cannot be used, where the relay knows better than FFmpeg; None while it can.
    """

    def __init__(self, camera: socket.socket) -> None:
        """Begin to wait; `camera` is connected, and is closed with the relay."""
        self.redirect: str | None = None
        self.failure: CameraError | None = None
        self._camera = camera
        self._camera.settimeout(None)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1)
        self.port: int = self._listener.getsockname()[1]
        self._decoder: socket.socket | None = None
        self._is_playing = False
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        """Disconnect both sides; safe to call more than once."""
        disconnect(self._listener, self._camera, *([self._decoder] if self._decoder else []))

    def _run(self) -> None:
        with suppress(OSError):
            self._decoder, _address = self._listener.accept()
            self._listener.close()
            threading.Thread(target=self._pass_requests, args=(self._decoder,), daemon=True).start()
            self._pass_answers(self._decoder)
        self.close()

    def _pass_requests(self, decoder: socket.socket) -> None:
        with suppress(OSError):
            while piece := decoder.recv(_PIECE_BYTES):
                # FFmpeg follows redirects until it asks for the pictures, and none after that.
                self._is_playing = self._is_playing or piece.startswith(b"PLAY ")
                self._camera.sendall(piece)
        self.close()

    def _pass_answers(self, decoder: socket.socket) -> None:
        handshake = b""
        for piece in pieces_from(self._camera):
            if not self._is_playing:
                handshake += piece.replace(b"\r", b"")
                if _REDIRECT.search(handshake):
                    self.redirect = self._location(handshake)
                    return
                if len(handshake) > _MOST_HANDSHAKE_BYTES:
                    self.failure = _talks_on()
                    return
            decoder.sendall(piece)

    def _location(self, handshake: bytes) -> str:
        """Return where a redirect leads; the rest of its header may be on its way."""
        self._camera.settimeout(_LOCATION_WAIT_S)
        with suppress(OSError):
            while b"\n\n" not in handshake[-_PIECE_BYTES:] and len(handshake) < _MOST_HANDSHAKE_BYTES:
                piece = self._camera.recv(_PIECE_BYTES)
                if not piece:
                    break
                handshake += piece.replace(b"\r", b"")
        found = _LOCATION.findall(handshake)
        return found[-1].decode("ascii", "replace") if found else ""


def _talks_on() -> CameraHasNoVideo:
    return CameraHasNoVideo(
        "The camera answers on and on without coming to its pictures: restart it, or check that it is a camera."
    )
