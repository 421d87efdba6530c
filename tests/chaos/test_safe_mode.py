"""A model whose file is damaged before the start, and put right after it; as connected staff and a visitor see it."""

import shutil
import time
from pathlib import Path

import pytest
import requests
import socketio

from model.artefacts import MODEL_FILE, WEIGHTS_DIR
from tests.chaos.faults import Fault
from tests.support.running import PASSWORD, RunningAmends, running_amends, wait_until
from tests.support.web_app import csrf_token

pytestmark = pytest.mark.alone

SMILES = {
    "AMENDS_ALERT_EMOTIONS": "happy",
    "AMENDS_ALERT_TRIGGER_THRESHOLD": "0.4",
    "AMENDS_ALERT_CLEAR_THRESHOLD": "0.2",
}


def signed_in(amends: RunningAmends) -> requests.Session:
    """Return a browser without scripts, signed in as the first admin."""
    browser = requests.Session()
    page = browser.get(f"{amends.url}/login", timeout=10).text
    form = {"csrf_token": csrf_token(page), "name": "admin", "password": PASSWORD}
    browser.post(f"{amends.url}/login", data=form, timeout=10)
    return browser


def says_so(amends: RunningAmends, browser: requests.Session) -> bool:
    return 'id="no-analysis" role="alert">' in browser.get(amends.url, timeout=10).text


def connected(
    amends: RunningAmends, browser: requests.Session, alerts: list[float], said: list[bool]
) -> socketio.Client:
    """Return the socket of an open dashboard."""
    staff = socketio.Client()
    staff.on("incident_opened", lambda _: alerts.append(time.monotonic()), namespace="/dashboard")
    staff.on("analysis", lambda message: said.append(message["analysing"]), namespace="/dashboard")
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    staff.connect(amends.url, headers=headers, namespaces=["/dashboard"], transports=["websocket"])
    return staff


def test_a_model_that_is_damaged_and_put_right(fault: Fault, tmp_path: Path) -> None:
    fault.done = "the AI model's file damaged before the start, put right after it"
    folder = tmp_path / "model"
    shutil.copytree(WEIGHTS_DIR / "compact_resnet", folder)
    good = (folder / MODEL_FILE).read_bytes()
    (folder / MODEL_FILE).write_bytes(good[: len(good) // 2])
    alerts: list[float] = []
    said: list[bool] = []
    with running_amends(tmp_path, AMENDS_MODEL_DIR=str(folder), **SMILES) as amends:
        browser = signed_in(amends)
        told_s = wait_until(lambda: says_so(amends, browser), "the page says that nobody is analysed", 30)
        demo = amends.installation.cameras.find("Demo").camera_id
        wait_until(lambda: amends.frame_age_s(demo) < 2, "pictures come all the same", 20)
        staff = connected(amends, browser, alerts, said)
        time.sleep(4)
        assert not alerts
        assert said[-1] is False
        began = time.monotonic()
        (folder / MODEL_FILE).write_bytes(good)
        wait_until(lambda: alerts, "an alert reaches the open dashboard", 40)
        back_s = alerts[0] - began
        wait_until(lambda: said[-1], "the open dashboard is told", 10)
        assert not says_so(amends, browser)
        staff.disconnect()
        starts = amends.log().count("name=vision")
    fault.lost = f"the alerts of that time; pictures never; vision started {starts} time(s)"
    fault.took = f"said after {told_s:.1f} s, alerts again after {back_s:.1f} s"
    assert starts == 1
    assert told_s < 30
    assert back_s < 20
