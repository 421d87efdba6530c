"""HTTP cameras that are odd, on loopback: each answer is made by the test, byte by byte if it likes."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

STEP = 8  # Grey levels between two pictures: more than a JPEG blurs.
SENT_FPS = 25.0


@dataclass
class Asked:
    """One request.

    Attributes:
        path: with its query.
        headers: names in lower case.
        connection: the number of the connection it came through, from 1.
        keeps_alive: whether the connection is to be kept after the answer; set by who answers.
    """

    path: str
    headers: dict[str, str]
    connection: int
    keeps_alive: bool = False


Answers = Callable[[Asked], Iterable[bytes]]


class OddCamera:
    """Listens and answers.

    Attributes:
        asked: the requests that came.
        connections: how many callers there were.
    """

    def __init__(self, answers: Answers, host: str, certificate: Path | None) -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self._answers = answers
        is_v6 = ":" in host
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if is_v6 else socket.AF_INET)
        port, named = self._listener.getsockname()[1], f"[{host}]" if is_v6 else host
        self.root = f"{'https' if certificate else 'http'}://{named}:{port}"
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self._context and certificate:
            self._context.load_cert_chain(certificate)
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                caller, _address = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(caller, self.connections), daemon=True).start()

    def _serve(self, caller: socket.socket, number: int) -> None:
        with suppress(OSError):
            caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context:
                caller = self._context.wrap_socket(caller, server_side=True)
            with caller:
                self._answer_all(caller, number)

    def _answer_all(self, caller: socket.socket, number: int) -> None:
        received = b""
        while True:
            while b"\r\n\r\n" not in received:
                piece = caller.recv(4096)
                if not piece:
                    return
                received += piece
            head, _, received = received.partition(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            asked = Asked(first.split(" ")[1], headers, number)
            self.asked.append(asked)
            for sent in self._answers(asked):
                caller.sendall(sent)
            if not asked.keeps_alive:
                return


@contextmanager
def odd_camera(answers: Answers, *, host: str = "127.0.0.1", certificate: Path | None = None) -> Iterator[OddCamera]:
    """Listen on a port of a loopback address."""
    camera = OddCamera(answers, host, certificate)
    try:
        yield camera
    finally:
        camera.close()


@lru_cache
def picture(number: int, ending: str = ".jpg") -> bytes:
    """Return a picture of one grey, by which its number can be told again."""
    grey = np.full((120, 160, 3), level_of(number), np.uint8)
    grey[::8, ::8] = 255 - level_of(number)
    return bytes(cv2.imencode(ending, grey)[1])


def level_of(number: int) -> int:
    """Return the grey of a picture."""
    return 8 + number * STEP % 240


def number_of(image_bgr: np.ndarray) -> int:
    """Return the number of a picture that was read."""
    return round((float(np.median(image_bgr)) - 8) / STEP)


def in_time(pictures: Iterable[bytes], fps: float = SENT_FPS) -> Iterator[bytes]:
    """Yield pictures at a camera's pace."""
    began_s = time.monotonic()
    for number, one in enumerate(pictures):
        time.sleep(max(0.0, began_s + number / fps - time.monotonic()))
        yield one


def whole(body: bytes, *headers: str, status: str = "HTTP/1.1 200 OK", kind: str = "image/jpeg") -> bytes:
    """Return an answer with its length."""
    typed = [f"Content-Type: {kind}"] if kind else []
    return "\r\n".join([status, *typed, f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body
