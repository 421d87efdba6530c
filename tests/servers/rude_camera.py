"""A camera without manners, on plain sockets, and what it shows; its manners are in `rude_http` and `rude_rtsp`."""

import io
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from typing import Any

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from webapp.domain.vision.frames import ImageBGR

Manner = Callable[[socket.socket], None]

# What a camera sends before it forgets its manners.
POLITE_PICTURES = 15
PERIOD_S = 1 / 30
# Pairs of bytes that begin a frame of RTP, or an answer of RTSP, are not among these.
NOISE = random.Random(16).randbytes(1 << 16).replace(b"$", b"%")  # noqa: S311 - the same noise again, no secret.


class RudeCamera:
    """Listens on loopback and treats whoever calls as it pleases.

    Attributes:
        manner: how, from the next call on; may be replaced at any time.
        called_at_s: the time of the newest call, in seconds since 1970.
    """

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self.called_at_s = 0.0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._receive, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{scheme_of(self.manner)}://127.0.0.1:{self._port}/{self.manner.__name__}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _receive(self) -> None:
        with suppress(OSError):
            while True:
                caller, _address = self._listener.accept()
                self.called_at_s = time.time()
                threading.Thread(target=_treat, args=(caller, self.manner), daemon=True).start()


def scheme_of(manner: Manner) -> str:
    """Return `http` or `rtsp`."""
    return manner.__module__.rpartition("_")[2]


def _treat(caller: socket.socket, manner: Manner) -> None:
    with caller, suppress(OSError):
        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        manner(caller)


def stall(caller: socket.socket) -> None:
    """Say nothing more until the caller goes, who may still ask."""
    while caller.recv(4096):
        pass


def in_drops(caller: socket.socket, said: bytes) -> None:
    """Say one byte a second."""
    for number in range(len(said)):
        caller.sendall(said[number : number + 1])
        time.sleep(1)


def endlessly(caller: socket.socket, said: bytes) -> None:
    """Say it again and again, as fast as it is taken."""
    while True:
        caller.sendall(said)


def pictures_of(width_px: int) -> list[ImageBGR]:
    """Return pictures of a wall that a lamp moves over, soon made."""
    wall = np.tile(np.arange(width_px) % 256, (width_px * 9 // 16 // 2 * 2, 1)).astype(np.uint8)
    return [np.dstack([np.roll(wall, 7 * number, axis=1)] * 3) for number in range(POLITE_PICTURES)]


@lru_cache
def jpegs(width_px: int = 480) -> tuple[bytes, ...]:
    """Return them as JPEG."""
    return tuple(map(jpeg_of, pictures_of(width_px)))


def jpeg_of(picture: ImageBGR) -> bytes:
    """Return a picture as JPEG, also a very tall one."""
    return bytes(cv2.imencode(".jpg", picture)[1])


def _encoded(container: OutputContainer, width_px: int, *, first: int = 0) -> "Iterator[Packet[VideoStream]]":
    """Encode a second of pictures for a container; the first is a key frame, with the time stamp `first`."""
    stream: Any = container.add_stream("libx264", rate=15, options={"bf": "0", "g": "15", "preset": "ultrafast"})
    pictures = pictures_of(width_px)
    stream.height, stream.width = pictures[0].shape[:2]
    stream.pix_fmt = "yuv420p"
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
        frame.pts, frame.time_base = first + number, Fraction(1, 15)
        yield from stream.encode(frame)
    yield from stream.encode()


@lru_cache
def h264_pictures(width_px: int = 480) -> tuple[tuple[bytes, ...], ...]:
    """Return the pictures as H.264, each as its NAL units."""
    packets = _encoded(av.open(io.BytesIO(), "w", format="h264"), width_px)
    return tuple(tuple(filter(None, re.split(b"\0{2,3}\1", bytes(packet)))) for packet in packets)


@lru_cache
def transport_stream(first_s: float) -> bytes:
    """Return a second of MPEG-TS whose time stamps begin at `first_s`."""
    written = io.BytesIO()
    with av.open(written, "w", format="mpegts") as container:
        for packet in _encoded(container, 480, first=round(15 * first_s)):
            container.mux(packet)
    return written.getvalue()
