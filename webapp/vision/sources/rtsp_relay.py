"""Between FFmpeg and an RTSP camera, on loopback: what comes and goes is passed on, but no redirect.

What FFmpeg would stumble over in an answer is mended on the way (`rtsp_answers`).

FFmpeg follows 301 and 302 in RTSP by itself, to any host, and sends the camera's user name and password there; it has
no option against it. Through a relay it sees the camera as if by port forwarding, and a redirect never reaches it.
"""

import base64
import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace

from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraError, CameraHasNoVideo
from webapp.vision.sources.camera_connection import disconnect, pieces_from
from webapp.vision.sources.http.login import HASHES
from webapp.vision.sources.streams import rtsp_answers

_PIECE_BYTES = 64 * 1024
# Each piece is searched with all before it, and may be a single byte.
_MOST_HANDSHAKE_BYTES = 64 * 1024
# As FFmpeg reads a status: it drops carriage returns, and takes any white space, signs and leading zeros.
_REDIRECT = re.compile(rb"RTSP/\S*\s+[+0]*3\d\d")
_LOCATION = re.compile(rb"^location:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_LOCATION_WAIT_S = 1.0
# FFmpeg keeps so many bytes of user name and password, percent codes among them (`auth` in its `rtsp.h`), and sends
# what is left: a long password would be refused for ever. It is given short ones then, and the relay proves the others.
_MOST_CREDENTIAL_BYTES = 127
_STAND_IN = "camera"
_PROOF = re.compile(
    rb"^(?P<verb>[A-Z_]+) (?P<rest>.*?\r\nAuthorization: )(?P<method>Basic|Digest) (?P<said>[^\r\n]*)", re.S
)
_ALGORITHM = re.compile(rb'algorithm="?MD5(?P<session>-sess|)"?', re.IGNORECASE)
_SAID = re.compile(rb'(\w+)=(?:"([^"]*)"|([^",\s]+))')


class RTSPRelay:
    """One connection to a camera, passed on through a port of loopback; two threads until it is closed.

    Attributes:
        port: where on 127.0.0.1 it waits for one connection, and no second one.
        redirect: None until the camera redirects; then where to, empty where it does not say.
        failure: why the camera cannot be used, where the relay knows better than FFmpeg; None while it can.
        refuses_tcp: whether it will not send the pictures inside this connection.
    """

    def __init__(self, camera: socket.socket, log_in: "RTSPLogIn") -> None:
        """Begin to wait.

        Args:
            camera: connected; it is closed with the relay.
            log_in: proves the password where FFmpeg cannot.
        """
        self.redirect: str | None = None
        self.failure: CameraError | None = None
        self.refuses_tcp = False
        self._camera, self._log_in = camera, log_in
        self._camera.settimeout(None)
        self._host: str = camera.getpeername()[0]
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
                self._camera.sendall(self._log_in.signed(piece))
        self.close()

    def _pass_answers(self, decoder: socket.socket) -> None:
        handshake, held = b"", b""
        for piece in pieces_from(self._camera):
            held += piece
            if not self._is_playing:
                handshake += piece.replace(b"\r", b"")
                if not self._may_go_on(handshake):
                    return
            # Some want each request proved anew, also the one for the pictures.
            if not self._is_playing or held.startswith(b"RTSP/"):
                if rtsp_answers.is_unfinished(held):
                    continue
                self._log_in.heard(held)
                held = rtsp_answers.mended(held, self._host, is_let_in=self._log_in.is_let_in)
            decoder.sendall(held)
            held = b""

    def _may_go_on(self, handshake: bytes) -> bool:
        """Take in what the camera has said so far; return whether it is passed on."""
        if _REDIRECT.search(handshake):
            self.redirect = self._location(handshake)
        elif len(handshake) > _MOST_HANDSHAKE_BYTES:
            self.failure = _talks_on()
        else:
            self.failure = rtsp_answers.failure_in(handshake)
            self.refuses_tcp = rtsp_answers.refuses_transport(handshake)
            return True
        return False

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


@dataclass
class RTSPLogIn:
    """The log-in to one camera, made in FFmpeg's place where FFmpeg could not.

    Attributes:
        username: the camera's.
        password: likewise.
        has_stand_in: whether FFmpeg was given short ones.
        algorithm: the hash that the camera asks for and FFmpeg does not know; empty else.
        has_proved: whether a proof was sent.
        is_let_in: whether the camera took one.
    """

    username: str
    password: str = field(repr=False)
    has_stand_in: bool = False
    algorithm: str = ""
    has_proved: bool = False
    is_let_in: bool = False

    def heard(self, answer: bytes) -> None:
        """Take in what the camera asks for; most answers ask for nothing."""
        self.algorithm = rtsp_answers.digest_asked(answer) or self.algorithm
        self.is_let_in = self.is_let_in or (self.has_proved and rtsp_answers.is_success(answer))

    def signed(self, request: bytes) -> bytes:
        """Return a request of FFmpeg with the right proof, where it has one."""
        self.has_proved = self.has_proved or b"\r\nAuthorization: " in request
        if not (self.has_stand_in or self.algorithm):
            return request
        return _PROOF.sub(self._with_proof, request, count=1)

    def _with_proof(self, found: re.Match[bytes]) -> bytes:
        begin = found["verb"] + b" " + found["rest"]
        if found["method"] == b"Basic":
            return begin + b"Basic " + base64.b64encode(f"{self.username}:{self.password}".encode())
        said = {name: quoted or plain for name, quoted, plain in _SAID.findall(found["said"])}
        proof = found["said"].replace(b'username="%s"' % said[b"username"], b'username="%s"' % self.username.encode())
        proof = proof.replace(said[b"response"], self._response(found["verb"], said))
        named = rb"algorithm=%s\g<session>" % self.algorithm.encode()
        return begin + b"Digest " + (_ALGORITHM.sub(named, proof) if self.algorithm else proof)

    def _response(self, verb: bytes, said: dict[bytes, bytes]) -> bytes:
        """Return the digest of RFC 7616, from the values that FFmpeg chose."""
        secret = self._hashed(self.username.encode(), said.get(b"realm", b""), self.password.encode())
        if said.get(b"algorithm", b"").lower().endswith(b"-sess"):
            secret = self._hashed(secret, said[b"nonce"], said[b"cnonce"])
        middle = [said[name] for name in (b"nc", b"cnonce", b"qop")] if b"qop" in said else []
        return self._hashed(secret, said[b"nonce"], *middle, self._hashed(verb, said[b"uri"]))

    def _hashed(self, *parts: bytes) -> bytes:
        return HASHES[self.algorithm or "MD5"](b":".join(parts)).encode()


def for_ffmpeg(address: CameraAddress) -> tuple[CameraAddress, RTSPLogIn]:
    """Return an address that FFmpeg can keep, and who logs in in its place where it could not."""
    credentials = address.url_with_credentials().partition("://")[2].rpartition("@")[0]
    log_in = RTSPLogIn(address.username, address.password, len(credentials) > _MOST_CREDENTIAL_BYTES)
    return replace(address, username=_STAND_IN, password=_STAND_IN) if log_in.has_stand_in else address, log_in
