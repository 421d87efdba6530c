"""Many viewers of one camera's MJPEG stream, in one thread: they read, count, and draw nothing."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import click

from webapp.cli.bench.product.running import RunningProduct

_PART = b"Content-Type: image/jpeg"
_CHUNK = 1 << 18


@dataclass
class Viewers:
    """What came to them.

    Attributes:
        parts: of each viewer, how many pictures.
        received_bytes: of all together.
    """

    parts: list[int] = field(default_factory=list)
    received_bytes: int = 0

    def take(self, viewer: int, chunk: bytes) -> None:
        """Count what came; a part's head that two chunks share is not counted, which is rare."""
        self.parts[viewer] += chunk.count(_PART)
        self.received_bytes += len(chunk)


@contextmanager
def watching(running: RunningProduct, session: Any, camera_id: int, count: int) -> Iterator[Viewers]:
    """Open streams of one camera.

    Raises:
        click.ClickException: one of them was refused.
    """
    viewers, ended = Viewers([0] * count), threading.Event()
    with ExitStack() as opened, selectors.DefaultSelector() as selector:
        for viewer in range(count):
            link = opened.enter_context(_opened_stream(running, session, camera_id))
            link.setblocking(False)
            selector.register(link, selectors.EVENT_READ, viewer)
        thread = threading.Thread(target=_read, args=(selector, viewers, ended), daemon=True)
        thread.start()
        try:
            yield viewers
        finally:
            ended.set()
            thread.join(5)


def _opened_stream(running: RunningProduct, session: Any, camera_id: int) -> socket.socket:
    link = socket.create_connection(("127.0.0.1", running.settings.port), timeout=30)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)
    asked, host = f"GET /cameras/{camera_id}/stream.mjpg HTTP/1.1", f"Host: 127.0.0.1:{running.settings.port}"
    link.sendall("\r\n".join((asked, host, f"Cookie: {cookies}", "", "")).encode())
    answer = link.recv(_CHUNK)
    if b" 200 " not in answer.partition(b"\r\n")[0]:
        link.close()
        raise click.ClickException("The product refused a viewer: " + answer.partition(b"\r\n")[0].decode("latin-1"))
    return link


def _read(selector: selectors.BaseSelector, viewers: Viewers, ended: threading.Event) -> None:
    while not ended.is_set():
        for key, _ in selector.select(timeout=0.2):
            chunk = key.fileobj.recv(_CHUNK)  # type: ignore[union-attr]
            if chunk:
                viewers.take(key.data, chunk)
            else:
                selector.unregister(key.fileobj)
