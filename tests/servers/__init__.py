"""Real cameras for the tests, on loopback: an RTSP server, and HTTP servers for MJPEG and anything else."""

import base64
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

_SYSTEM_PYTHON = "/usr/bin/python3"
_BOUNDARY = "amends-test-frame"


def free_port() -> int:
    """Return a TCP port of loopback that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def rtsp_process(
    video: Path, username: str | None = None, password: str | None = None, *, port: int | None = None
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve an H.264 file over RTSP and yield the address, without credentials, and the server, to be killed."""
    port = port or free_port()
    script = Path(__file__).with_name("rtsp_server.py")
    credentials = [username, password or ""] if username else []
    command = [_SYSTEM_PYTHON, str(script), str(port), str(video), *credentials]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready", "the RTSP server did not start"
            yield f"rtsp://127.0.0.1:{port}/camera", process
        finally:
            process.kill()


@contextmanager
def rtsp_server(
    video: Path, username: str | None = None, password: str | None = None, *, port: int | None = None
) -> Iterator[str]:
    """Serve an H.264 file over RTSP and yield the address, without credentials."""
    with rtsp_process(video, username, password, port=port) as (url, _process):
        yield url


@contextmanager
def mjpeg_server(
    jpegs: list[bytes],
    username: str | None = None,
    password: str | None = None,
    *,
    fps: float = 15.0,
    most_pictures: int | None = None,
) -> Iterator[str]:
    """Serve pictures in a loop as multipart MJPEG and yield the address, without credentials.

    Args:
        jpegs: the pictures.
        username: demand Basic credentials.
        password: likewise.
        fps: pictures per second.
        most_pictures: close the connection after so many.
    """
    wanted = f"Basic {base64.b64encode(f'{username}:{password}'.encode()).decode()}" if username else None

    class Camera(_QuietHandler):
        def do_GET(self) -> None:
            if wanted and self.headers.get("Authorization") != wanted:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
            self.end_headers()
            with suppress(OSError):
                self._send_pictures()

        def _send_pictures(self) -> None:
            number = 0
            while number != most_pictures:
                jpeg = jpegs[number % len(jpegs)]
                head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                self.wfile.write(head.encode() + jpeg + b"\r\n")
                number += 1
                time.sleep(1.0 / fps)

    with _serving(Camera) as root:
        yield f"{root}/stream.mjpg"


@contextmanager
def http_server(bodies: dict[str, tuple[str, bytes]]) -> Iterator[str]:
    """Serve fixed answers, path → (content type, body), and yield the address of the root; ranges are understood."""

    class Pages(_QuietHandler):
        def do_GET(self) -> None:
            if self.path not in bodies:
                self.send_error(404)
                return
            content_type, body = bodies[self.path]
            first = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
            self.send_response(206 if "Range" in self.headers else 200)
            self.send_header("Content-Type", content_type)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
            self.send_header("Content-Length", str(len(body) - first))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body[first:])

    with _serving(Pages) as root:
        yield root


@contextmanager
def silent_server() -> Iterator[int]:
    """Listen, accept, and never say a word; yields the port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        yield listener.getsockname()[1]


def with_credentials(url: str, username: str, password: str) -> str:
    """Return an address with credentials inside, percent-encoded."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{quote(username, safe='')}:{quote(password, safe='')}@{rest}"


class _QuietHandler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
