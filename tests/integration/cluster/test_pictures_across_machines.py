"""Live pictures of cameras that another machine analyses: the running product on two machines, with a real Redis."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.servers.cluster.two_machines import TwoMachines, two_machines
from tests.servers.cluster.web_servers import WAIT_S, dashboard, signed_in
from tests.support.running import wait_until
from webapp.runtime.processes.status_files import read_reports
from webapp.runtime.relay.relay_figures import RelayFiles
from webapp.runtime.slots.kiosk_frames import SlotKioskFrames
from webapp.runtime.slots.live_slots import SlotLiveFrames
from webapp.runtime.slots.owned_cameras import OwnedCameras, write_owned_cameras
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.dashboard.live_frames import PictureUse

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoMachines]:
    with two_machines(tmp_path_factory.mktemp("machines")) as running:
        yield running


@pytest.fixture(scope="module")
def session(machines: TwoMachines) -> requests.Session:
    return signed_in(machines.amends.url)


def stream_of(machines: TwoMachines, session: requests.Session) -> requests.Response:
    url = f"{machines.amends.url}/cameras/{machines.demo}/stream.mjpg"
    answer = session.get(url, stream=True, timeout=WAIT_S)
    assert answer.status_code == 200, answer.text
    return answer


def jpegs_of(answer: requests.Response, count: int) -> list[bytes]:
    """Return so many different pictures of a stream."""
    found, received = [], b""
    for piece in answer.iter_content(16384):
        received += piece
        *whole, received = re.split(rb"(?=\xff\xd8\xff)", received)
        found += [picture for picture in whole if picture.startswith(b"\xff\xd8\xff")]
        if len(found) >= count:
            break
    return found


def figure(machines: TwoMachines, session: requests.Session, name: str) -> float:
    """Return one of the web server's figures."""
    text = session.get(f"{machines.amends.url}/metrics", timeout=WAIT_S).text
    return float(re.findall(rf"^{name} (\S+)$", text, re.M)[0])


def slots_of(machines: TwoMachines) -> Path:
    return machines.amends.settings.slots_dir


def test_the_live_view_moves_and_its_bytes_and_latency_are_counted(
    machines: TwoMachines, session: requests.Session
) -> None:
    assert [one.name for one in read_reports(slots_of(machines))] == ["supervisor", "web", "relay", "housekeeping"]
    with stream_of(machines, session) as answer:
        pictures = jpegs_of(answer, 10)
    assert len(set(pictures)) > 5
    assert figure(machines, session, "amends_relay_away") == 0
    enough = sum(map(len, pictures[:-1]))
    wait_until(lambda: figure(machines, session, "amends_relay_received_bytes_total") > enough, "bytes are told", 5)
    assert figure(machines, session, "amends_relay_picture_latency_seconds_count") >= 8


def test_the_dashboard_is_told_of_faces(machines: TwoMachines, session: requests.Session) -> None:
    faces: list[object] = []
    with dashboard(machines.amends.url, session, 0):
        wait_until(lambda: faces.append(machines.live.newest(machines.demo)) or faces[-1].faces, "a face is seen", 20)  # type: ignore[attr-defined, func-returns-value]
        page = session.get(f"{machines.amends.url}/", timeout=WAIT_S).text
    assert "Demo" in page
    newest = machines.live.newest(machines.demo)
    assert newest is not None
    assert "capture_pid" not in newest.gauges, "a process of another machine is none of this one's"


def test_no_picture_travels_while_nobody_looks(machines: TwoMachines) -> None:
    looked_by = SlotLiveFrames(slots_of(machines))
    figures = RelayFiles(slots_of(machines)).figures
    time.sleep(7)  # Until nothing is asked for any more, whoever looked before.
    names = [path.name for path in slots_of(machines).glob("*-*")]
    assert not [name for name in names if name.startswith(("large-", "tile-"))]
    before, count = figures(), sum(figures().latency_counts)
    time.sleep(4)
    unwatched = figures().received_bytes - before.received_bytes
    assert sum(figures().latency_counts) == count
    assert unwatched < 4 * 25_000, "faces and states of one camera are small"
    began_s = time.monotonic()
    while time.monotonic() - began_s < 4:
        looked_by.picture_sequence(machines.demo, PictureUse.STREAM)
        time.sleep(0.1)
    assert sum(figures().latency_counts) > count + 3


def test_redis_is_killed_and_pictures_come_back_by_themselves(machines: TwoMachines) -> None:
    figures, demo = RelayFiles(slots_of(machines)).figures, machines.demo
    machines.redis.kill()
    wait_until(lambda: figures().is_away, "it is said", 5)
    wait_until(lambda: machines.live.newest(demo) is None, "nothing old is shown as if it were new", 12)
    worker_live = SlotLiveFrames(machines.worker.slots_dir)
    seen = worker_live.sequence(demo)
    wait_until(lambda: worker_live.sequence(demo) > seen + 5, "vision goes on", 10)
    machines.redis.start()
    wait_until(lambda: machines.amends.frame_age_s(demo) < 2, "frames come again", 10)
    wait_until(lambda: machines.live.picture_sequence(demo, PictureUse.TILE), "so do pictures", 10)
    wait_until(lambda: not figures().is_away, "it is said", 5)


def test_redis_hangs_and_vision_and_pages_go_on(machines: TwoMachines, session: requests.Session) -> None:
    demo, worker_live = machines.demo, SlotLiveFrames(machines.worker.slots_dir)
    machines.redis.pause()
    try:
        began_s = time.monotonic()
        wait_until(lambda: machines.live.newest(demo) is None, "nothing old is shown as if it were new", 12)
        assert session.get(f"{machines.amends.url}/", timeout=WAIT_S).status_code == 200
        seen = worker_live.sequence(demo)
        wait_until(lambda: worker_live.sequence(demo) > seen + 5, "vision goes on", 10)
        assert time.monotonic() - began_s > 4, "a short while is not noticed"
    finally:
        machines.redis.go_on()
    wait_until(lambda: machines.amends.frame_age_s(demo) < 2, "frames come again", 10)


def test_a_kiosk_at_this_server_is_analysed_on_the_worker_and_seen_here(machines: TwoMachines) -> None:
    amends = machines.amends
    wait_until(lambda: machines.live.picture(machines.demo, PictureUse.LARGE), "a picture is there", 10)
    picture = machines.live.picture(machines.demo, PictureUse.LARGE)
    assert picture is not None
    kiosk = amends.installation.cameras.add(CameraForm("Check-in", "kiosk:")).camera_id
    screen = SlotKioskFrames(slots_of(machines), is_alone=False)
    # As a vision does that the cluster gives cameras to: of this one nothing else says yet whose it is.
    write_owned_cameras(machines.worker.slots_dir, OwnedCameras("worker", {machines.demo: 1, kiosk: 1}))

    def is_seen() -> bool:
        screen.put(kiosk, picture.jpeg)
        return amends.frame_age_s(kiosk) < 3 and amends.installation.cameras.get(kiosk).state.is_connected

    try:
        wait_until(is_seen, "it is seen", 30)
        assert not (slots_of(machines) / f"raw-{kiosk}").exists(), "it is analysed on the worker"
        assert (machines.worker.slots_dir / f"raw-{kiosk}").exists()
    finally:
        screen.end(kiosk)
        amends.installation.cameras.remove(kiosk)
        write_owned_cameras(machines.worker.slots_dir, OwnedCameras("worker", {machines.demo: 1}))
    wait_until(lambda: machines.live.newest(kiosk) is None, "of a camera that was removed nothing is left", 15)


def test_a_relay_that_is_killed_comes_back_and_takes_its_slots_up_again(machines: TwoMachines) -> None:
    demo = machines.demo
    wait_until(lambda: machines.live.picture_sequence(demo, PictureUse.TILE), "a picture is there", 10)
    (pid,) = [report.pid for report in read_reports(slots_of(machines)) if report.name == "relay"]
    os.kill(pid, signal.SIGKILL)
    before = machines.live.sequence(demo)
    wait_until(lambda: machines.live.sequence(demo) > before, "the supervisor has started another one", 15)
    machines.worker.kill("relay")
    wait_until(lambda: machines.live.newest(demo) is None, "its machine counts as gone", 15)
    machines.worker.start("relay")
    wait_until(lambda: machines.amends.frame_age_s(demo) < 2, "it is there again", 20)
    wait_until(lambda: machines.live.picture_sequence(demo, PictureUse.TILE), "so are pictures", 10)


def test_what_is_not_stored_on_the_worker_is_said_here(machines: TwoMachines, session: requests.Session) -> None:
    note = machines.worker.slots_dir / "storage-housekeeping.json"
    assert not note.exists()
    path = machines.worker.slots_dir / "model-problem.json"
    path.write_text(json.dumps({"fault": "missing", "detail": "no model on the worker"}))
    try:
        ready = f"{machines.amends.url}/readyz"
        wait_until(lambda: session.get(ready, timeout=WAIT_S).json()["model"] == "missing", "it is said", 5)
    finally:
        path.unlink()
    wait_until(lambda: session.get(ready, timeout=WAIT_S).json()["model"] == "ok", "it is over", 5)
