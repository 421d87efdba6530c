"""A day of one process, its clock and its sources accelerated; prints its memory at the end of each hour.

Run as `python -m tests.chaos.simulated_day vision|housekeeping|web HOURS FOLDER`. The process's own code is what runs;
the cameras, the detector and the classifier are simulated, and the clock is moved on.
"""

import gc
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import structlog
from numpy.typing import NDArray

from tests.fakes.vision import ANGRY, CALM, detections
from tests.support.clocks import FakeClock
from tests.support.empty_database import empty_database
from tests.support.fleets import VisionInHand
from tests.support.web_app import WebApp
from webapp.cli.processes.housekeeping import tasks_of
from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.domain.site.retention import RetentionRule
from webapp.domain.vision.emotions import EmotionScores
from webapp.domain.vision.faces import BoxesXYXY, FaceDetections
from webapp.domain.vision.frames import ImageBGR, ImageGray
from webapp.runtime.capture.capture_status import CaptureStatus
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.housekeeping import Housekeeping
from webapp.services.cameras.camera_settings import CameraForm
from webapp.settings import load_settings

_HOUR_S = 3600
_CAMERAS = 4
_VISITS = 6
_VISIT_S = 12
_QUIET_STEP_S = 30


class Visitors:
    """A detector and a classifier that see one visitor at a time: each at another place, every second one angry."""

    size_px = 48

    def __init__(self) -> None:
        self.number = 0
        self.is_there = False
        self.glancer = None

    def detect(
        self, image_bgr: ImageBGR, near_xyxy: BoxesXYXY | None = None, *, scan: bool = True
    ) -> tuple[FaceDetections, ImageGray]:
        """Find the visitor."""
        left = 20.0 + self.number * 37 % 400
        boxes = [(left, 100.0, left + 100, 200.0)] if self.is_there else []
        return detections(*boxes), np.ascontiguousarray(image_bgr[:, :, 0])

    def classify(self, faces_gray: NDArray[np.uint8]) -> list[EmotionScores]:
        """Say how the visitor looks."""
        return [ANGRY if self.number % 2 else CALM for _ in faces_gray]


def vision_hours(folder: Path, clock: FakeClock) -> Iterator[None]:
    """Watch four cameras: visits, alerts that staff resolve, a camera that goes away and comes back, changed rules."""
    web = _web(folder, clock)
    visitors = Visitors()
    vision = VisionInHand(web.settings, web.services, web.unit_of_work, clock, seer=visitors)
    for number in range(_CAMERAS):
        web.services.cameras.add(CameraForm(f"Desk {number}", "demo:"))
    while True:
        for _ in range(_VISITS):
            visitors.number, visitors.is_there = visitors.number + 1, True
            vision.pass_time(_VISIT_S)
            visitors.is_there = False
            vision.pass_time(_HOUR_S / _VISITS - _VISIT_S, step_s=_QUIET_STEP_S)
            vision.scores.write()
            for incident in web.services.incidents.open_incidents():
                web.services.incidents.acknowledge(incident.incident_id, "Dana")
                web.services.incidents.resolve(incident.incident_id, "Dana", "recovered", "")
        _flap(vision)
        yield


def _flap(vision: VisionInHand) -> None:
    for capture in vision.captures.values():
        for status in (CaptureStatus(CameraState.OFFLINE, StateReason("away")), CaptureStatus(CameraState.ONLINE)):
            capture.status = status
            vision.pass_time(1)


def housekeeping_hours(folder: Path, clock: FakeClock) -> Iterator[None]:
    """Remind of alerts, delete what is old, make a backup each hour."""
    web = _web(folder, clock)
    camera = web.add_camera()
    web.services.retention.change(RetentionRule(snapshots=1, scores=1, incidents=1, events=30), "Dana")
    tasks = tasks_of(web.services, lambda: None)
    process = Housekeeping(tasks, Heartbeat(web.settings.slots_dir, "housekeeping"))
    now_s = 0.0
    while True:
        web.services.backups.ask("Dana")
        for step in range(_HOUR_S // 10):
            if step % 60 == 0:
                web.add_incident(camera, jpeg=bytes(20_000))
            now_s += 10
            clock.advance(10)
            process.tick(now_s)
        yield


def web_hours(folder: Path, clock: FakeClock) -> Iterator[None]:
    """Show pages, push alerts to browsers that come and go, log people in and out, refuse strangers."""
    web = _web(folder, clock)
    camera = web.add_camera()
    while True:
        for number in range(20):
            alice = web.browser("alice")
            socket = alice.socket()
            web.live.show(camera.camera_id, captured_at=clock.now())
            web.faces.look_at(camera.camera_id)
            incident = web.add_incident(camera)
            web.tail.push_new()
            assert socket.get_received("/dashboard")
            for path in ("/", "/cameras/1", f"/incidents/{incident.incident_id}", "/wall", "/account"):
                alice.client.get(path)
            alice.post_json(f"/api/v1/incidents/{incident.incident_id}/acknowledge")
            web.app.test_client().get(f"/api/v1/cameras?{number}", headers={"Authorization": f"Bearer {number:064d}"})
            socket.disconnect("/dashboard")
            alice.post("/logout")
            clock.advance(_HOUR_S / 20)
        yield


def _web(folder: Path, clock: FakeClock) -> WebApp:
    settings = load_settings(data_dir=folder / "var", runtime_dir=folder / "slots", login_attempts_per_minute=1000)
    web = WebApp(settings, empty_database(settings), clock)
    web.add_people()
    web.tail.start_at_end()
    return web


HOURS: dict[str, Callable[[Path, FakeClock], Iterator[None]]] = {
    "vision": vision_hours,
    "housekeeping": housekeeping_hours,
    "web": web_hours,
}


def main(kind: str, count: str, folder: str) -> None:
    """Let so many hours pass, and print the memory in KiB after each."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    hours = HOURS[kind](Path(folder), FakeClock())
    for _ in range(int(count)):
        next(hours)
        gc.collect()
        status = Path("/proc/self/status").read_text().splitlines()
        sys.stdout.write(next(line.split()[1] for line in status if line.startswith("VmRSS")) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
