"""What a camera without manners does over HTTP: with MJPEG, and with MPEG-TS."""

import socket
import time

import numpy as np

from tests.servers.rude_camera import NOISE, PERIOD_S, endlessly, in_drops, jpeg_of, jpegs, stall, transport_stream

_HTTP_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"
_TS_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n\r\n"
# Ahead, back, across the end of 33 bits (26.5 hours) and back to the start.
_JUMPS_S = (0.0, 3600.0, 10.0, 95_442.0, 0.0, 50_000.0)


def _part(jpeg: bytes) -> bytes:
    return b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(jpeg), jpeg)


def _politely(caller: socket.socket) -> None:
    """Answer and send some pictures, as cameras do."""
    caller.recv(65536)
    caller.sendall(_HTTP_HEAD)
    for jpeg in jpegs():
        caller.sendall(_part(jpeg))
        time.sleep(PERIOD_S)


def _always(caller: socket.socket, pictures: tuple[bytes, ...], *, fps: float = 15) -> None:
    caller.recv(65536)
    caller.sendall(_HTTP_HEAD)
    parts, began_s, sent = [_part(jpeg) for jpeg in pictures], time.monotonic(), 0
    while True:
        caller.sendall(parts[sent % len(parts)])
        sent += 1
        time.sleep(max(0.0, began_s + sent / fps - time.monotonic()))


def polite(caller: socket.socket) -> None:
    """Send pictures, for ever."""
    _always(caller, jpegs())


def stalls(caller: socket.socket) -> None:
    """Send pictures, then nothing more, and stay connected."""
    _politely(caller)
    stall(caller)


def sends_garbage(caller: socket.socket) -> None:
    """Send pictures, then noise, as fast as it is taken."""
    _politely(caller)
    endlessly(caller, NOISE)


def sends_garbage_as_pictures(caller: socket.socket) -> None:
    """Send pictures, then parts that hold noise."""
    _politely(caller)
    endlessly(caller, _part(NOISE))


def sends_parts_without_an_end(caller: socket.socket) -> None:
    """Send pictures, then one of a size that is not told and never comes."""
    _politely(caller)
    caller.sendall(b"--frame\r\nContent-Type: image/jpeg\r\n\r\n")
    endlessly(caller, bytes(1 << 16))


def changes_its_resolution(caller: socket.socket) -> None:
    """Send every picture in another size."""
    sizes = [jpegs(width_px)[number] for number, width_px in enumerate((480, 1280, 64, 1920, 320, 640))]
    _always(caller, tuple(sizes))


def answers_a_byte_a_second(caller: socket.socket) -> None:
    """Answer so slowly that its head takes a minute."""
    in_drops(caller, _HTTP_HEAD)


def sends_a_byte_a_second(caller: socket.socket) -> None:
    """Send pictures, then one that takes hours."""
    _politely(caller)
    in_drops(caller, _part(jpegs()[0]))


def closes_after_each_frame(caller: socket.socket) -> None:
    """Send one picture and hang up."""
    caller.recv(65536)
    caller.sendall(_HTTP_HEAD + _part(jpegs()[0]))


def sends_1000_fps(caller: socket.socket) -> None:
    """Send a thousand pictures a second."""
    _always(caller, jpegs(), fps=1000)


def sends_1x1(caller: socket.socket) -> None:
    """Send pictures of one pixel."""
    _always(caller, (jpeg_of(np.zeros((1, 1, 3), np.uint8)),))


def sends_a_tower(caller: socket.socket) -> None:
    """Send pictures that are as tall as a JPEG may be, and thin."""
    _always(caller, (jpeg_of(np.zeros((65_500, 480, 3), np.uint8)),))


def sends_black(caller: socket.socket) -> None:
    """Send pictures of nothing."""
    _always(caller, (jpeg_of(np.zeros((270, 480, 3), np.uint8)),))


def sends_endless_headers(caller: socket.socket) -> None:
    """Begin an answer that never comes to its empty line."""
    caller.recv(65536)
    caller.sendall(b"HTTP/1.1 200 OK\r\n")
    line = b"".join(b"Set-Cookie: c%d=%s\r\n" % (number, b"x" * 200) for number in range(300))
    endlessly(caller, line)


def sends_an_endless_header(caller: socket.socket) -> None:
    """Begin a line of an answer that never ends."""
    caller.recv(65536)
    caller.sendall(b"HTTP/1.1 200 OK\r\nX-Camera: ")
    endlessly(caller, b"x" * (1 << 16))


def stamps_time_backwards(caller: socket.socket) -> None:
    """Send MPEG-TS at its pace, with the time stamps of another hour every second."""
    caller.recv(65536)
    caller.sendall(_TS_HEAD)
    number = 0
    while True:
        caller.sendall(transport_stream(_JUMPS_S[number % len(_JUMPS_S)]))
        number += 1
        time.sleep(1)
