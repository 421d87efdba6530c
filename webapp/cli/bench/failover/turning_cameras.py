"""Network cameras before which a face turns angry at known times, whoever looks: their time is that of the day."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2

from webapp.cli.bench.failover.machines import HOST
from webapp.vision.sources.demo_scene import DemoScene

PERIOD_S = 60.0
ANGRY_S = 30.0
_FPS = 5.0
# So many pictures are shown in turn, so that the face moves.
_PICTURES = 50
_WIDTH_PX, _HEIGHT_PX = 640, 360


@dataclass(frozen=True)
class Timeline:
    """When the face before each camera is angry.

    Attributes:
        cameras: how many there are; their times are spread over the period.
        began_s: seconds since 1970 from which on they are counted.
    """

    cameras: int
    began_s: float

    def is_angry(self, camera: int, at_s: float) -> bool:
        """Return whether the face before a camera is angry."""
        return 0 <= (at_s - self.first_s(camera)) % PERIOD_S < ANGRY_S and at_s >= self.first_s(camera)

    def first_s(self, camera: int) -> float:
        """Return when the face before a camera is angry first."""
        return self.began_s + PERIOD_S * camera / self.cameras

    def episodes(self, camera: int, until_s: float) -> list[float]:
        """Return when the face before a camera turned angry, each time that was over by a time."""
        first_s = self.first_s(camera)
        count = max(0, int((until_s - ANGRY_S - first_s) // PERIOD_S) + 1)
        return [first_s + number * PERIOD_S for number in range(count)]


@contextmanager
def turning_cameras(timeline: Timeline, port: int) -> Iterator[list[str]]:
    """Serve the cameras over HTTP, as MJPEG.

    Yields:
        Their addresses.
    """
    server = _Server((HOST, port), _Handler)
    server.timeline, server.calm, server.angry = timeline, _jpegs(0.0), _jpegs(1.0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield [f"http://{HOST}:{port}/{number}" for number in range(timeline.cameras)]
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    timeline: Timeline
    calm: list[bytes]
    angry: list[bytes]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        camera = int(self.path.strip("/"))
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        try:
            while True:
                now_s = time.time()
                pictures = self.server.angry if self.server.timeline.is_angry(camera, now_s) else self.server.calm
                jpeg = pictures[int(now_s * _FPS) % _PICTURES]
                self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg))
                self.wfile.write(jpeg + b"\r\n")
                time.sleep(1 / _FPS)
        except OSError:  # Whoever looked is gone.
            return

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def _jpegs(strength: float) -> list[bytes]:
    scene = DemoScene()
    drawn = (scene.draw(number / _FPS, strength) for number in range(_PICTURES))
    small = (cv2.resize(picture, (_WIDTH_PX, _HEIGHT_PX), interpolation=cv2.INTER_AREA) for picture in drawn)
    return [cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes() for picture in small]
