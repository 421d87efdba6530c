"""What a camera without manners does over RTSP, with H.264 inside its connection."""

import socket
import time
from collections.abc import Callable

from tests.servers.rude_camera import NOISE, POLITE_PICTURES, endlessly, h264_pictures, in_drops, stall

_RTP_CLOCK_HZ = 90_000


def _play(caller: socket.socket, answer: Callable[[socket.socket, str, bytes], None] | None = None) -> None:
    """Answer the requests of RTSP until the caller wants pictures."""
    received = b""
    while True:
        while b"\r\n\r\n" in received:
            head, _, received = received.partition(b"\r\n\r\n")
            request = head.decode("ascii", "replace")
            said = _answer(request)
            (answer or _say)(caller, request, said)
            if request.startswith("PLAY "):
                return
        piece = caller.recv(4096)
        if not piece:
            raise ConnectionResetError
        received += piece


def _say(caller: socket.socket, _request: str, said: bytes) -> None:
    caller.sendall(said)


_SDP = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
    "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:trackID=0\r\n"
)


def _answer(request: str) -> bytes:
    number = next(line for line in request.split("\r\n") if line.lower().startswith("cseq"))
    headers, body = [number, "Session: 1"], ""
    if request.startswith("OPTIONS"):
        headers.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
    if request.startswith("DESCRIBE"):
        body = _SDP
        headers += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
    if request.startswith("SETUP"):
        headers.append("Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
    return "\r\n".join(("RTSP/1.0 200 OK", *headers, "", body)).encode()


class _RTP:
    """Packs pictures into RTP, inside the connection of RTSP."""

    def __init__(self, caller: socket.socket) -> None:
        self._caller = caller
        self._sequence = 0

    def send(self, nals: tuple[bytes, ...], stamp: int) -> None:
        for index, nal in enumerate(nals):
            marker = 0x80 if index == len(nals) - 1 else 0
            head = bytes((0x80, marker | 96)) + self._sequence.to_bytes(2, "big")
            packet = head + (stamp % 2**32).to_bytes(4, "big") + b"ruDE" + nal
            self._sequence = (self._sequence + 1) % 2**16
            self._caller.sendall(b"$\0" + len(packet).to_bytes(2, "big") + packet)


def _send_rtp(
    caller: socket.socket,
    most_pictures: int | None = None,
    *,
    pictures: tuple[tuple[bytes, ...], ...] | None = None,
    stamp_of: Callable[[int], int] = lambda number: number * 6000,
    fps: float = 15,
    hesitating_s: float = 0,
) -> None:
    _play(caller)
    time.sleep(hesitating_s)
    rtp, shown, number, began_s = _RTP(caller), pictures or h264_pictures(), 0, time.monotonic()
    while number != most_pictures:
        rtp.send(shown[number % len(shown)], stamp_of(number))
        number += 1
        time.sleep(max(0.0, began_s + number / fps - time.monotonic()))


def polite(caller: socket.socket) -> None:
    """Send pictures, for ever."""
    _send_rtp(caller)


def hesitates(caller: socket.socket) -> None:
    """Send pictures only after a while: too late for their rate to be found out first."""
    _send_rtp(caller, hesitating_s=1.5)


def stalls(caller: socket.socket) -> None:
    """Send pictures, then nothing more, and stay connected."""
    _send_rtp(caller, POLITE_PICTURES)
    stall(caller)


def sends_garbage(caller: socket.socket) -> None:
    """Send pictures, then noise instead of packets."""
    _send_rtp(caller, POLITE_PICTURES)
    endlessly(caller, NOISE)


def sends_garbage_as_pictures(caller: socket.socket) -> None:
    """Send pictures, then packets that hold noise."""
    _send_rtp(caller, POLITE_PICTURES)
    rtp, number = _RTP(caller), 0
    while True:
        number += 1
        rtp.send((NOISE[:60_000],), number * 6000)


def changes_its_resolution(caller: socket.socket) -> None:
    """Send every second in another size."""
    _send_rtp(caller, pictures=tuple(picture for width_px in (480, 1280, 160) for picture in h264_pictures(width_px)))


def _jumping_stamp(number: int) -> int:
    """Return a time stamp that jumps every second: ahead an hour, back, and across the end of 32 bits."""
    seconds, rest = divmod(number, POLITE_PICTURES)
    start_s = (0.0, 3600.0, 10.0, 2**32 / _RTP_CLOCK_HZ - 0.5, 40_000.0)[seconds % 5]
    return round(start_s * _RTP_CLOCK_HZ) + rest * 6000


def stamps_time_backwards(caller: socket.socket) -> None:
    """Send pictures with the time stamps of another hour every second."""
    _send_rtp(caller, stamp_of=_jumping_stamp)


def answers_a_byte_a_second(caller: socket.socket) -> None:
    """Answer so slowly that the first answer takes two minutes."""
    _play(caller, lambda caller, _request, said: in_drops(caller, said))


def sends_a_byte_a_second(caller: socket.socket) -> None:
    """Send pictures, then one that takes hours."""
    _send_rtp(caller, POLITE_PICTURES)
    in_drops(caller, b"$\0\x20\0" + NOISE)


def closes_after_each_frame(caller: socket.socket) -> None:
    """Send one picture and hang up."""
    _send_rtp(caller, 1)


def sends_1000_fps(caller: socket.socket) -> None:
    """Send a thousand pictures a second."""
    _send_rtp(caller, fps=1000)


def sends_endless_headers(caller: socket.socket) -> None:
    """Begin an answer that never comes to its empty line."""
    caller.recv(4096)
    caller.sendall(b"RTSP/1.0 200 OK\r\n")
    endlessly(caller, b"X-Camera: %s\r\n" % (b"x" * 200) * 300)


def sends_endless_headers_in_drops(caller: socket.socket) -> None:
    """Likewise, byte by byte and as fast as it can."""
    caller.recv(4096)
    caller.sendall(b"RTSP/1.0 200 OK\r\n")
    while True:
        for byte in b"X-Camera: %s\r\n" % (b"x" * 200):
            caller.sendall(bytes((byte,)))
