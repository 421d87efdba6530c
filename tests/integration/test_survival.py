"""Any process may die at any time, also while an alert is open; what staff were told stays true.

The demo camera plays through the real pipeline and the real network. Its portrait smiles, so that here a happy face is
what alerts: an alert is open all the time, and nothing is faked.
"""

import os
import subprocess
import sys
import time
from itertools import pairwise

import cv2
import numpy as np
import pytest

from tests.support.patience import PATIENCE
from tests.support.running import REPOSITORY_DIR, RunningAmends, running_amends, wait_until
from webapp.domain.alerts.escalation import ReminderRule
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.events import EventKind
from webapp.services.cameras.snoozes import SnoozeService
from webapp.services.clock import SystemClock
from webapp.services.dashboard.live_frames import PictureUse
from webapp.services.ports import IncidentFilter

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def amends(tmp_path_factory):
    folder = tmp_path_factory.mktemp("survival")
    happy = {
        "AMENDS_ALERT_EMOTIONS": "happy",
        "AMENDS_ALERT_TRIGGER_THRESHOLD": "0.4",
        "AMENDS_ALERT_CLEAR_THRESHOLD": "0.2",
        "AMENDS_ALERT_COOLDOWN_S": str(30 * PATIENCE),
        "AMENDS_STREAM_MAX_WIDTH_PX": "640",
    }
    with running_amends(folder, **happy) as running:
        wait_until(lambda: running.installation.incidents.open_incidents(), "an alert is open", 40)
        yield running


def camera_id(amends: RunningAmends) -> int:
    return amends.installation.cameras.find("Demo").camera_id


def is_open(amends: RunningAmends) -> bool:
    incidents = amends.installation.incidents.open_incidents()
    return bool(incidents) and incidents[0].ended_at is None


def count_events(amends: RunningAmends, kind: EventKind) -> int:
    with amends.installation.adapters.unit_of_work() as work:
        events = work.events.after(0, limit=1000)
    return sum(event.kind is kind for event in events)


def assert_one_incident(amends: RunningAmends) -> None:
    with amends.installation.adapters.unit_of_work() as work:
        told = [
            (event.at.time().isoformat(), event.kind.value, event.payload) for event in work.events.after(0, limit=1000)
        ]
    assert amends.installation.incidents.search(IncidentFilter()).total == 1, told
    assert count_events(amends, EventKind.INCIDENT_OPENED) == 1


def assert_pictures_resume(amends: RunningAmends) -> None:
    demo = camera_id(amends)
    before = amends.live.newest(demo).captured_at
    wait_until(lambda: amends.live.newest(demo).captured_at > before, "the stream resumes", 5)


def wait_until_seen(amends: RunningAmends) -> None:
    """Wait until the person is seen anew: for how long they are out of sight is not what is tested."""
    demo = camera_id(amends)
    before = amends.live.newest(demo).captured_at
    wait_until(
        lambda: (frame := amends.live.newest(demo)).captured_at > before and frame.faces and is_open(amends),
        "the person is seen, and the episode is open",
    )


def test_the_stream_is_no_wider_than_the_setting_says(amends):
    wait_until(lambda: amends.live.picture(camera_id(amends), PictureUse.LARGE), "a picture is drawn", 3)
    jpeg = np.frombuffer(amends.live.picture(camera_id(amends), PictureUse.LARGE).jpeg, np.uint8)
    assert cv2.imdecode(jpeg, cv2.IMREAD_COLOR).shape == (360, 640, 3)


def test_the_vision_process_comes_back_and_goes_on_with_the_same_incident(amends):
    wait_until_seen(amends)
    pid = amends.kill("vision")
    wait_until(lambda: amends.pids("vision") and amends.pids("vision") != [pid], "vision is started again", 5)
    assert_pictures_resume(amends)
    wait_until(lambda: is_open(amends), "the same episode goes on")
    assert_one_incident(amends)


def test_no_capture_process_is_left_behind_by_a_killed_vision_process(amends):
    wait_until(lambda: len(amends.pids("capture")) == 1, "one capture process is left")


def test_a_capture_process_comes_back_by_itself(amends):
    wait_until_seen(amends)
    pid = amends.kill("capture")
    wait_until(lambda: amends.pids("capture") not in ([], [pid]), "capture is started again", 5)
    assert_pictures_resume(amends)
    wait_until(lambda: is_open(amends), "the same episode goes on")
    assert_one_incident(amends)


def test_the_web_process_comes_back_while_vision_goes_on(amends):
    vision = amends.pids("vision")
    amends.kill("web")
    wait_until(amends.answers, "the web process answers again", 8)
    assert amends.pids("vision") == vision
    assert_pictures_resume(amends)
    assert_one_incident(amends)


def test_a_camera_that_is_renamed_during_an_alert_goes_on_with_the_same_incident(amends):
    from webapp.services.cameras.camera_settings import CameraForm

    wait_until_seen(amends)
    demo, ended = camera_id(amends), count_events(amends, EventKind.INCIDENT_ENDED)
    before = amends.pids("capture")
    amends.installation.cameras.change(demo, CameraForm("demo", "demo:"))
    wait_until(lambda: amends.pids("capture") not in ([], before), "the camera is taken up anew", 5)
    wait_until(lambda: count_events(amends, EventKind.INCIDENT_ENDED) > ended, "what was seen before has ended")
    wait_until(lambda: is_open(amends), "the same episode goes on")
    assert_one_incident(amends)
    assert count_events(amends, EventKind.INCIDENT_ENDED) == ended + 1


def test_a_snoozed_camera_raises_no_alert_also_when_vision_is_started_again(amends):
    wait_until_seen(amends)
    snoozes, demo = SnoozeService(amends.installation.adapters.unit_of_work, SystemClock()), camera_id(amends)
    snoozes.snooze(demo, 5, "Dana")
    pid = amends.kill("vision")
    wait_until(lambda: amends.pids("vision") and amends.pids("vision") != [pid], "vision is started again", 5)
    wait_until(lambda: not is_open(amends), "the episode of the killed process is ended", 15)
    assert_pictures_resume(amends)
    time.sleep(2.5)  # The dwell is 1.5 s.
    assert not is_open(amends)
    snoozes.end(demo, "Dana")
    wait_until(lambda: is_open(amends), "the face that was there all the time alerts again", 15)
    assert_one_incident(amends)


def test_reminders_go_on_where_housekeeping_was_killed(amends):
    reminders, (incident,) = amends.installation.reminders, amends.installation.incidents.open_incidents()
    reminders.change(ReminderRule(repeat_min=0.05, escalate_min=0.1), "Dana")
    wait_until(lambda: count_events(amends, EventKind.INCIDENT_REPEATED) >= 2, "it is told again")
    pid = amends.kill("housekeeping")
    wait_until(lambda: amends.pids("housekeeping") not in ([], [pid]), "housekeeping is started again", 10)
    wait_until(lambda: count_events(amends, EventKind.INCIDENT_REPEATED) >= 4, "it is told again and again")
    reminders.change(ReminderRule(0, 0), "Dana")
    told = amends.installation.incidents.history(incident.incident_id).timeline
    repeated = [event for event in told if event.kind is EventKind.INCIDENT_REPEATED]
    assert [event.payload["reminders"] for event in repeated] == list(range(1, len(repeated) + 1))
    assert min((b.at - a.at).total_seconds() for a, b in pairwise(repeated)) >= 3
    assert count_events(amends, EventKind.INCIDENT_ESCALATED) == 1


def test_a_second_server_on_the_same_data_is_refused(amends):
    command = [sys.executable, str(REPOSITORY_DIR / "run.py"), "serve"]
    done = subprocess.run(command, env=amends.environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == os.EX_TEMPFAIL
    assert "already running" in done.stderr


def test_a_camera_is_taken_up_and_left_within_two_seconds(amends):
    from webapp.services.cameras.camera_settings import CameraForm

    cameras = amends.installation.cameras
    added = cameras.add(CameraForm("Second", "file:/no/such/recording.mp4"))
    wait_until(lambda: len(amends.pids("capture")) == 2, "it is called", 2)
    wait_until(lambda: cameras.get(added.camera_id).state is CameraState.OFFLINE, "it is looked at", 5)
    assert "recording" in str(cameras.get(added.camera_id).state_reason)
    demo_age_s = amends.frame_age_s(camera_id(amends))
    assert demo_age_s < 2 * PATIENCE
    cameras.remove(added.camera_id)
    wait_until(lambda: len(amends.pids("capture")) == 1, "nothing of it is left", 2)


def test_a_disabled_camera_shows_nothing_more(amends):
    cameras, demo = amends.installation.cameras, camera_id(amends)
    cameras.set_enabled(demo, False)
    wait_until(lambda: amends.live.sequence(demo) == 0, "its last picture is taken away", 3)
    wait_until(lambda: amends.pids("capture") == [], "the process that read it has ended", 3)
    cameras.set_enabled(demo, True)
    wait_until(lambda: amends.live.sequence(demo) > 0, "it is back", 6)


def test_everything_ends_on_the_first_request(tmp_path):
    with running_amends(tmp_path) as amends:
        wait_until(lambda: amends.pids("capture"), "it is all up")
    time.sleep(0.5)
    assert amends.supervisor.returncode == 0
    assert amends.pids() == []
