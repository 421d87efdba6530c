"""The running product with its pictures in a bucket: kept there, shown from there, and never waited for.

As in the tests of survival the demo's smile is what alerts, so that nothing is faked.
"""

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.servers.cluster.s3_server import BUCKET, KEY_ID, PREFIX, SECRET, S3Server, s3_server
from tests.support.patience import PATIENCE
from tests.support.running import PASSWORD, REPOSITORY_DIR, RunningAmends, running_amends, wait_until
from tests.support.web_app import csrf_token
from webapp.services.cameras.camera_settings import CameraForm

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="module")
def amends(tmp_path_factory: pytest.TempPathFactory, server: S3Server) -> Iterator[RunningAmends]:
    happy = {
        "AMENDS_ALERT_EMOTIONS": "happy",
        "AMENDS_ALERT_TRIGGER_THRESHOLD": "0.4",
        "AMENDS_ALERT_CLEAR_THRESHOLD": "0.2",
        "AMENDS_ALERT_COOLDOWN_S": str(30 * PATIENCE),
        "AMENDS_CLIP_AFTER_S": "1",
        "AMENDS_LOG_LEVEL": "debug",
    }
    with running_amends(tmp_path_factory.mktemp("store"), **happy, **server.variables) as running:
        wait_until(lambda: running.installation.incidents.open_incidents(), "an alert is open", 40)
        yield running


@pytest.fixture
def browser(amends: RunningAmends) -> requests.Session:
    session = requests.Session()
    token = csrf_token(session.get(f"{amends.url}/login", timeout=10).text)
    form = {"name": "admin", "password": PASSWORD, "csrf_token": token}
    assert session.post(f"{amends.url}/login", data=form, timeout=10).ok
    return session


@contextmanager
def hanging(server: S3Server) -> Iterator[None]:
    """Have the server take connections and answer nothing meanwhile."""
    assert server.process
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


def waiting(amends: RunningAmends) -> list[Path]:
    return [*amends.settings.snapshots_dir.glob("*/*.jpg"), *amends.settings.snapshots_dir.glob("*/*.webm")]


def newest_id(amends: RunningAmends) -> int:
    return int(amends.installation.incidents.open_incidents()[0].incident_id)


def has_picture(amends: RunningAmends, incident_id: int) -> bool:
    return amends.installation.incidents.get(incident_id).has_snapshot


def test_picture_and_clip_of_an_alert_are_in_the_bucket_and_on_its_page(
    amends: RunningAmends, server: S3Server, browser: requests.Session
) -> None:
    incident_id = newest_id(amends)
    wait_until(lambda: amends.installation.incidents.get(incident_id).has_clip, "it has a clip", 60)
    wait_until(lambda: not waiting(amends), "nothing waits any more", 15)
    names = server.names()
    assert {name.rpartition(".")[2] for name in names} == {"jpg", "webm"}
    assert all(name.startswith(f"{PREFIX}/20") for name in names)
    picture = browser.get(f"{amends.url}/incidents/{incident_id}/snapshot.jpg", timeout=10)
    assert picture.content in [server.content(name) for name in names]
    part = {"Range": "bytes=4-99"}
    clip = browser.get(f"{amends.url}/incidents/{incident_id}/clip.webm", headers=part, timeout=10)
    whole = next(server.content(name) for name in names if name.endswith("webm"))
    assert (clip.status_code, clip.content) == (206, whole[4:100])
    system = browser.get(f"{amends.url}/admin/system", timeout=10).text
    assert re.search(r"Pictures of alerts</dt><dd>[0-9.]+ (MiB|GiB)<", system)


def test_a_bucket_that_hangs_delays_no_alert_and_no_page(
    amends: RunningAmends, server: S3Server, browser: requests.Session
) -> None:
    old_id = newest_id(amends)
    wait_until(lambda: not waiting(amends), "nothing waits", 15)
    with hanging(server):
        amends.installation.cameras.add(CameraForm("Bar", "demo:"))
        asked = [threading.Thread(target=ask_for, args=(browser, amends, old_id)) for _ in range(8)]
        for one in asked:
            one.start()
        longest_s, began_s = 0.0, time.monotonic()
        while time.monotonic() - began_s < 4:
            page_began_s = time.monotonic()
            assert browser.get(f"{amends.url}/account", timeout=10).ok
            longest_s = max(longest_s, time.monotonic() - page_began_s)
            time.sleep(0.05)
        assert longest_s < 1.0 * PATIENCE, "a page waited for the bucket"
        wait_until(lambda: newest_id(amends) != old_id, "the other camera alerts", 40)
        wait_until(lambda: has_picture(amends, newest_id(amends)), "with a picture", 10)
        shown = browser.get(f"{amends.url}/incidents/{newest_id(amends)}/snapshot.jpg", timeout=10)
        assert shown.content.startswith(b"\xff\xd8"), "one that waits here is shown from here"
        missing = browser.get(f"{amends.url}/incidents/{old_id}/snapshot.jpg", timeout=20)
        assert missing.status_code == 503
        assert "does not answer" in missing.text
        for one in asked:
            one.join()
        wait_until(lambda: '"fault":"away"' in note(amends), "vision says that pictures wait", 40)
    wait_until(lambda: not waiting(amends), "all is in the bucket", 45)
    wait_until(lambda: browser.get(f"{amends.url}/incidents/{old_id}/snapshot.jpg", timeout=20).ok, "it is back", 10)


def ask_for(browser: requests.Session, amends: RunningAmends, incident_id: int) -> None:
    requests.get(f"{amends.url}/incidents/{incident_id}/snapshot.jpg", cookies=browser.cookies, timeout=30)


def note(amends: RunningAmends) -> str:
    try:
        return (amends.settings.slots_dir / "waiting-pictures.json").read_text()
    except FileNotFoundError:
        return ""


def test_a_machine_that_is_cut_off_catches_up_after_its_next_start(
    amends: RunningAmends, server: S3Server, browser: requests.Session
) -> None:
    server.kill()
    amends.installation.cameras.add(CameraForm("Desk", "demo:"))
    wait_until(lambda: len(waiting(amends)) >= 1, "a picture waits", 40)
    held = {path.relative_to(amends.settings.snapshots_dir).as_posix() for path in waiting(amends)}
    pid = amends.kill("vision")
    wait_until(lambda: amends.pids("vision") and amends.pids("vision") != [pid], "vision is started again", 10)
    server.start()
    wait_until(lambda: held <= {name.removeprefix(f"{PREFIX}/") for name in server.names()}, "they are there", 45)


def test_jobs_that_are_given_no_key_work(amends: RunningAmends, browser: requests.Session) -> None:
    token = csrf_token(browser.get(f"{amends.url}/account", timeout=10).text)
    headers = {"X-CSRFToken": token}
    probed = browser.post(f"{amends.url}/admin/cameras/probe", json={"url": "demo:"}, headers=headers, timeout=30)
    assert probed.json()["found"] is True, probed.text


@pytest.mark.security
def test_the_key_is_nowhere_to_be_read(amends: RunningAmends, browser: requests.Session, tmp_path: Path) -> None:
    pages = ("/admin/system", "/admin/backups", "/metrics", "/incidents", "/readyz", "/admin/audit")
    readable = {page: browser.get(amends.url + page, timeout=20).content for page in pages}
    readable["log"] = amends.log().encode()
    command = [sys.executable, "run.py", "doctor", "--json"]
    doctor = subprocess.run(command, cwd=REPOSITORY_DIR, env=amends.environment, capture_output=True, check=False)
    readable["doctor"] = doctor.stdout + doctor.stderr
    for part in ("serve", "web", "vision", "housekeeping", "capture"):
        for pid in amends.pids(part):
            for kind in ("environ", "cmdline"):
                readable[f"{part} {kind}"] = Path(f"/proc/{pid}/{kind}").read_bytes()
    for path in amends.settings.data_dir.rglob("*"):
        if path.is_file():
            readable[str(path)] = path.read_bytes()
    found = [what for what, content in readable.items() if SECRET.encode() in content or KEY_ID.encode() in content]
    assert found == []
    assert any(one["check"] == "pictures" and BUCKET in one["found"] for one in json.loads(doctor.stdout))
