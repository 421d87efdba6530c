"""Far more browsers than a hotel has, some of which read nothing, or vanish."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import chain
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.chaos.crowd import Crowd, Viewer, read_all, signed_in
from tests.chaos.faults import LONG, Fault
from tests.support.running import PASSWORD, RunningAmends, running_amends, wait_until
from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.vision.emotions import Emotion
from webapp.services.cameras.camera_settings import CameraForm

pytestmark = pytest.mark.alone

DASHBOARDS, VIEWERS, DEAF, VANISHING = 200, 50, 20, 10
ALERTS = 100 if LONG else 12
# A web process of 90 MiB, and what 250 connections and their newest pictures take.
MOST_MIB = 300
MANY = {
    "AMENDS_STREAM_MAX_PER_PERSON": "60",
    "AMENDS_STREAM_MAX_VIEWERS": "60",
    "AMENDS_CONNECTIONS_PER_ADDRESS": "400",
}


def raise_alerts(amends: RunningAmends, camera_id: int) -> None:
    """Open incidents as vision does, two a second."""
    installation = amends.installation
    camera = installation.cameras.get(camera_id)
    for number in range(1, ALERTS + 1):
        now = installation.clock.now()
        opened = AlertDecision(AlertChange.OPENED, number, number, Emotion.ANGRY, now, now, 0.9, 0.9)
        installation.recorder.record(camera, [opened], None)
        installation.recorder.flush()
        time.sleep(0.5)


def memory_mib(amends: RunningAmends) -> float:
    (pid,) = amends.pids("web")
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def ask_for_health(amends: RunningAmends, stopping: threading.Event, answers_s: list[float]) -> None:
    while not stopping.wait(0.25):
        began_s = time.monotonic()
        with urlopen(f"{amends.url}/healthz", timeout=10):
            answers_s.append(time.monotonic() - began_s)


@contextmanager
def asked_for_its_health(amends: RunningAmends) -> Iterator[list[float]]:
    """Ask four times a second; yields the seconds that the answers took."""
    stopping, answers_s = threading.Event(), [0.0]
    asking = threading.Thread(target=ask_for_health, args=(amends, stopping, answers_s))
    asking.start()
    try:
        yield answers_s
    finally:
        stopping.set()
        asking.join()


@pytest.mark.timeout(300)
def test_alerts_reach_two_hundred_dashboards_beside_viewers_that_read_nothing(fault: Fault, tmp_path):
    fault.done = (
        f"{DASHBOARDS} dashboards, {VIEWERS} live views ({DEAF} read nothing, {VANISHING} vanish), {ALERTS} alerts"
    )
    with ExitStack() as stack:
        amends = stack.enter_context(running_amends(tmp_path, **MANY))
        amends.installation.accounts.add("alice", "staff", PASSWORD)
        demo = amends.installation.cameras.find("Demo").camera_id
        desk = amends.installation.cameras.add(CameraForm("Desk", "demo:")).camera_id
        wait_until(lambda: amends.frame_age_s(demo) < 2, "its picture is shown")
        crowd = stack.enter_context(closing(Crowd(amends, signed_in(amends, "alice", PASSWORD))))
        crowd.join(DASHBOARDS)
        viewers = [stack.enter_context(closing(Viewer.of(amends, crowd.cookie, demo))) for _ in range(VIEWERS)]
        alerts = threading.Thread(target=raise_alerts, args=(amends, desk))
        alerts.start()
        for viewer in viewers[DEAF : DEAF + VANISHING]:
            viewer.close()
        living = viewers[DEAF + VANISHING :]
        with asked_for_its_health(amends) as answers_s:
            reading = read_all(living, ALERTS * 0.5 + 1)
            alerts.join()
        delays_s = [crowd.delays_s.get(event_id, []) for event_id in opened_events(amends, desk)]
        peak_mib = memory_mib(amends)
    fault.lost = lost(delays_s, crowd)
    all_s = list(chain(*delays_s))
    p99_s = statistics.quantiles(all_s, n=100)[98]
    fault.took = (
        f"an alert to a dashboard: median {statistics.median(all_s) * 1000:.0f} ms, p99 {p99_s * 1000:.0f} ms;"
        f" slowest page {max(answers_s) * 1000:.0f} ms; web at most {peak_mib:.0f} MiB"
    )
    assert fault.lost == "nothing"
    assert reading == len(living)
    assert p99_s < 1
    assert max(answers_s) < 1
    assert peak_mib < MOST_MIB


def lost(delays_s: list[list[float]], crowd: Crowd) -> str:
    missing = ALERTS * DASHBOARDS - sum(map(len, delays_s))
    return f"{missing} messages, {crowd.lost} connections" if missing or crowd.lost else "nothing"


def opened_events(amends: RunningAmends, camera_id: int) -> list[int]:
    with amends.installation.adapters.unit_of_work.reading() as work:
        events = work.events.after(0, limit=10_000)
    return [
        event.event_id
        for event in events
        if event.kind == "incident_opened" and event.payload["camera_id"] == camera_id
    ]
