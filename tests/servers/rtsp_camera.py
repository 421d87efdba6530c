"""An RTSP camera in this process, whose tracks, transports and log-in a test chooses."""

import hashlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
from av.bitstream import BitStreamFilterContext

_CLOCK_HZ = 90_000
_MOST_RTP_BYTES = 1300
_REALM, _NONCE = "camera", "0a1b2c"


@dataclass(frozen=True)
class Track:
    """One track of a stream.

    Attributes:
        media: `video` or `audio`.
        pictures: time in seconds → NAL units, in the order in which they are sent; empty for sound.
        codec: as SDP names it.
        skipped: pictures that are left out the first time.
    """

    media: str
    pictures: tuple[tuple[float, tuple[bytes, ...]], ...] = field(default=(), repr=False)
    codec: str = "H264/90000"
    skipped: int = 0


SOUND = Track("audio", codec="PCMU/8000")


def video_track(video: Path, *, skip: int = 0) -> Track:
    """Return a file's H.264 or H.265 as a track that begins after so many pictures, and again at the first one."""
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        name = stream.codec_context.name
        to_annex_b = BitStreamFilterContext(f"{name}_mp4toannexb", stream)
        packets: list[Any] = [part for packet in container.demux(stream) for part in to_annex_b.filter(packet)]
        pictures = tuple((float(one.pts * one.time_base), _nals(bytes(one))) for one in packets if one.size)
    return Track("video", pictures, f"{ {'h264': 'H264', 'hevc': 'H265'}[name] }/90000", skip)


def _nals(annex_b: bytes) -> tuple[bytes, ...]:
    return tuple(nal for nal in re.split(rb"\x00\x00\x00?\x01", annex_b) if nal)


@dataclass(frozen=True)
class CameraManner:
    """How a camera serves its tracks.

    Attributes:
        tracks: in the order of the description.
        transports: of `TCP` and `UDP`, what it accepts.
        algorithms: of digest, those it offers, in order; empty for no log-in.
        is_basic: whether it offers Basic too.
        nonces: how many requests one nonce is good for.
        speed: how many times faster than its time stamps it sends.
        repeats: whether it begins again after the last picture.
        paths: where it serves them; None for everywhere.
        asked: the requests that it got, with what they prove.
    """

    tracks: Sequence[Track]
    transports: frozenset[str] = frozenset({"TCP", "UDP"})
    algorithms: tuple[str, ...] = ()
    username: str = "viewer"
    password: str = "letmein1"
    is_basic: bool = False
    nonces: float = float("inf")
    speed: float = 1.0
    repeats: bool = True
    paths: frozenset[str] | None = None
    asked: list[str] = field(default_factory=list)


@contextmanager
def rtsp_camera(*tracks: Track, **manner: Any) -> Iterator[str]:
    """Serve tracks on loopback and yield the address."""
    served = CameraManner(tracks, **manner)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_listen, args=(listener, served), daemon=True).start()
    try:
        yield f"rtsp://127.0.0.1:{listener.getsockname()[1]}/camera"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _listen(listener: socket.socket, manner: CameraManner) -> None:
    with suppress(OSError):
        while True:
            caller, _address = listener.accept()
            threading.Thread(target=_Session(caller, manner).run, daemon=True).start()


class _Session:
    def __init__(self, caller: socket.socket, manner: CameraManner) -> None:
        self._caller, self._manner = caller, manner
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._ways: dict[int, tuple[str, int]] = {}
        self._is_over = False
        self._nonce, self._uses = "", 0

    def run(self) -> None:
        with self._caller, self._udp, suppress(OSError):
            received = b""
            while piece := self._caller.recv(4096):
                received += piece
                while b"\r\n\r\n" in received:
                    head, _, received = received.partition(b"\r\n\r\n")
                    if head.startswith(b"$"):
                        continue
                    self._answer(head.decode("latin-1"))
        self._is_over = True

    def _answer(self, request: str) -> None:
        method = request.split(" ", 1)[0]
        status, headers, body = "200 OK", ["Session: 1"], ""
        self._manner.asked.append(request)
        if method != "OPTIONS" and not self._is_allowed(request):
            status, headers = "401 Unauthorized", self._challenges()
        elif method == "OPTIONS":
            headers.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
        elif method == "DESCRIBE" and not self._is_there(request):
            status = "404 Not Found"
        elif method == "DESCRIBE":
            body = self._description()
            headers += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        elif method == "SETUP":
            status, transport = self._set_up(request)
            headers += transport
        number = re.search(r"CSeq: *(\d+)", request, re.IGNORECASE)
        lines = (f"RTSP/1.0 {status}", f"CSeq: {number[1] if number else 0}", *headers, "", body)
        with self._lock:
            self._caller.sendall("\r\n".join(lines).encode())
        if method == "PLAY":
            for index in self._ways:
                threading.Thread(target=self._play, args=(index,), daemon=True).start()

    def _is_there(self, request: str) -> bool:
        path = re.sub(r"^rtsps?://[^/]*", "", request.split(" ")[1])
        return self._manner.paths is None or path in self._manner.paths

    def _description(self) -> str:
        lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=camera", "c=IN IP4 0.0.0.0", "t=0 0"]
        for index, track in enumerate(self._manner.tracks):
            payload = 96 + index
            lines += [f"m={track.media} 0 RTP/AVP {payload}", f"a=rtpmap:{payload} {track.codec}"]
            lines += [f"a=fmtp:{payload} packetization-mode=1"] * track.codec.startswith("H264")
            lines.append(f"a=control:trackID={index}")
        return "\r\n".join((*lines, ""))

    def _set_up(self, request: str) -> tuple[str, list[str]]:
        index = int(re.findall(r"trackID=(\d+)", request)[0])
        asked = re.findall(r"Transport: *(.*)", request, re.IGNORECASE)[0].strip()
        kind = "TCP" if "RTP/AVP/TCP" in asked else "UDP"
        if kind not in self._manner.transports:
            return "461 Unsupported Transport", []
        number = int(re.findall(r"(?:interleaved|client_port)=(\d+)", asked)[0])
        self._ways[index] = (kind, number)
        own_port = self._udp.getsockname()[1]
        ports = "" if kind == "TCP" else f";server_port={own_port}-{own_port + 1}"
        return "200 OK", [f"Transport: {asked}{ports}"]

    def _challenges(self) -> list[str]:
        self._uses, self._nonce = 0, f"{_NONCE}{len(self._manner.asked)}"
        said = [
            f'WWW-Authenticate: Digest realm="{_REALM}", nonce="{self._nonce}", qop="auth", algorithm={algorithm}'
            for algorithm in self._manner.algorithms
        ]
        return said + [f'WWW-Authenticate: Basic realm="{_REALM}"'] * self._manner.is_basic

    def _is_allowed(self, request: str) -> bool:
        manner = self._manner
        if not manner.algorithms:
            return True
        said = re.findall(r"Authorization: *Digest (.*)", request, re.IGNORECASE)
        if not said:
            return manner.is_basic and "Authorization: Basic" in request
        self._uses += 1
        return self._uses <= manner.nonces and self._is_proof(said[0], request.split(" ")[0])

    def _is_proof(self, said: str, verb: str) -> bool:
        """Return whether it is the digest of RFC 7616, with the nonce of the last challenge."""
        parts = {name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^",\s]+))', said)}
        algorithm = parts.get("algorithm", "MD5")
        if algorithm not in self._manner.algorithms or parts["nonce"] != self._nonce:
            return False
        hashed, secret = (
            _HASHES[algorithm.removesuffix("-sess")],
            f"{self._manner.username}:{_REALM}:{self._manner.password}",
        )
        key = hashed(secret)
        if algorithm.endswith("-sess"):
            key = hashed(f"{key}:{self._nonce}:{parts['cnonce']}")
        what = hashed(f"{verb}:{parts['uri']}")
        return parts["response"] == hashed(f"{key}:{self._nonce}:{parts['nc']}:{parts['cnonce']}:{parts['qop']}:{what}")

    def _play(self, index: int) -> None:
        track, sequence = self._manner.tracks[index], 0
        with suppress(OSError):
            for number, (stamp_s, nals) in enumerate(self._timed(track)):
                marked = [(nal, position == len(nals) - 1) for position, nal in enumerate(nals)]
                for payload, is_last in (part for nal, last in marked for part in _parts(nal, last, track.codec)):
                    stamp = round(stamp_s * _clock_hz(track)) % 2**32
                    kind = bytes((0x80, 0x80 * is_last | (96 + index)))
                    head = kind + (sequence % 2**16).to_bytes(2, "big") + stamp.to_bytes(4, "big")
                    self._send(index, head + b"cam" + bytes((index,)) + payload)
                    sequence += 1
                if self._is_over or number < 0:
                    return

    def _timed(self, track: Track) -> Iterator[tuple[float, tuple[bytes, ...]]]:
        """Yield what is due, when it is due."""
        if track.media == "audio":
            pictures: Sequence[tuple[float, tuple[bytes, ...]]] = [(0.0, (b"\xff" * 160,))]
            length_s = 0.02
        else:
            pictures = track.pictures
            stamps_s = sorted(stamp_s for stamp_s, _nals in pictures)
            length_s = stamps_s[-1] - stamps_s[0] + (stamps_s[-1] - stamps_s[0]) / max(1, len(stamps_s) - 1)
        first_s, period_s = min(stamp_s for stamp_s, _nals in pictures), length_s / len(pictures)
        began_s, base_s = time.monotonic() - track.skipped * period_s / self._manner.speed, 0.0
        while True:
            for number, (stamp_s, nals) in enumerate(pictures):
                if not base_s and number < track.skipped:
                    continue
                due_s = base_s + number * period_s
                time.sleep(max(0.0, began_s + due_s / self._manner.speed - time.monotonic()))
                yield base_s + stamp_s - first_s, nals
            base_s += length_s
            if not self._manner.repeats:
                return

    def _send(self, index: int, packet: bytes) -> None:
        kind, number = self._ways[index]
        if kind == "UDP":
            self._udp.sendto(packet, ("127.0.0.1", number))
            return
        with self._lock:
            self._caller.sendall(b"$" + bytes((number,)) + len(packet).to_bytes(2, "big") + packet)


def _clock_hz(track: Track) -> int:
    return int(track.codec.rpartition("/")[2])


def _parts(nal: bytes, is_last: bool, codec: str) -> Iterator[tuple[bytes, bool]]:
    """Yield a NAL unit as RTP carries it (RFC 6184, RFC 7798), in fragments where it is large."""
    if len(nal) <= _MOST_RTP_BYTES or codec.startswith("PCMU"):
        yield nal, is_last
        return
    is_hevc = codec.startswith("H265")
    head, body = (nal[:2], nal[2:]) if is_hevc else (nal[:1], nal[1:])
    kind = (head[0] >> 1) & 0x3F if is_hevc else head[0] & 0x1F
    indicator = bytes(((head[0] & 0x81) | 49 << 1, head[1])) if is_hevc else bytes(((head[0] & 0xE0) | 28,))
    pieces = [body[at : at + _MOST_RTP_BYTES] for at in range(0, len(body), _MOST_RTP_BYTES)]
    for number, piece in enumerate(pieces):
        ends = number == len(pieces) - 1
        fragment = bytes((0x80 * (number == 0) | 0x40 * ends | kind,))
        yield indicator + fragment + piece, is_last and ends


def _hash(name: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


_HASHES = {"MD5": _hash("md5"), "SHA-256": _hash("sha256"), "SHA-512-256": _hash("sha512_256")}
