"""A camera whose connection comes and goes, beside one that stays."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.chaos.faults import LONG, Fault
from tests.support.running import RunningAmends, running_amends, wait_until
from tests.support.site.records import put_on_record
from tests.support.videos import demo_jpegs
from webapp.domain.events import Event, EventKind
from webapp.services.cameras.camera_settings import CameraForm

pytestmark = pytest.mark.alone

FOR_S = 600 if LONG else 20
UP_S = 1.0
# Offline and online twice as of any camera, then one notice; in the long form it may be gone for long now and then.
MOST_NOTICES = 20 if LONG else 6
BOUNDARY = b"--frame\r\nContent-Type: image/jpeg\r\n\r\n"


class FlappingCamera(ThreadingHTTPServer):
    """Hangs up on everybody after a second of pictures."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.outages = 0
        self.jpegs = demo_jpegs(5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Answer(BaseHTTPRequestHandler):
    server: FlappingCamera

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        until_s = time.monotonic() + UP_S
        with suppress(OSError):
            while time.monotonic() < until_s:
                for jpeg in self.server.jpegs:
                    self.wfile.write(BOUNDARY + jpeg + b"\r\n")
                    time.sleep(0.1)
        self.server.outages += 1

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def flapping_camera() -> Iterator[FlappingCamera]:
    with FlappingCamera() as camera:
        threading.Thread(target=camera.serve_forever, daemon=True).start()
        yield camera
        camera.shutdown()


def events_of(amends: RunningAmends, camera_id: int, after_id: int) -> list[Event]:
    with amends.installation.adapters.unit_of_work.reading() as work:
        events = work.events.after(after_id, limit=10_000)
    return [event for event in events if event.payload.get("camera_id") == camera_id]


@pytest.mark.timeout(FOR_S + 120)
def test_a_camera_that_flaps_is_one_notice(fault: Fault, tmp_path):
    with running_amends(tmp_path) as amends, flapping_camera() as camera:
        cameras = amends.installation.cameras
        demo = cameras.find("Demo").camera_id
        wait_until(lambda: amends.frame_age_s(demo) < 1, "its picture is shown", 20)
        desk = cameras.add(CameraForm("Desk", camera.url)).camera_id
        put_on_record(amends.installation)
        began_at_id, before = amends.installation.dashboard.last_event_id(), amends.log().count("\n")
        worst_age_s, until_s = 0.0, time.monotonic() + FOR_S
        while time.monotonic() < until_s or camera.outages < 4:
            worst_age_s = max(worst_age_s, amends.frame_age_s(demo))
            time.sleep(0.2)
        wait_until(lambda: cameras.get(desk).is_unstable, "it is called unstable")
        told = [e for e in events_of(amends, desk, began_at_id) if e.kind is EventKind.CAMERA_STATE_CHANGED]
        lines = amends.log().count("\n") - before
    fault.done = f"a camera hung up {camera.outages} times in {FOR_S} s"
    fault.lost = f"nothing; {len(told)} notices, {lines} lines in the logs"
    fault.took = f"the other camera's newest picture was {worst_age_s:.1f} s old at most"
    assert 1 <= len(told) <= MOST_NOTICES
    assert lines < MOST_NOTICES * 5
    assert worst_age_s < 2
