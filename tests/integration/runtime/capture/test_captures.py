"""The keeper of a capture process, against processes that behave badly on purpose."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.running import wait_until
from webapp.domain.cameras.cameras import Camera, CameraAddress, CameraState, StateReason
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.source_limits import SourceLimits
from webapp.domain.cameras.zones import Zone, ZoneKind
from webapp.runtime.capture import capture_supervisor
from webapp.runtime.capture.capture_job import CaptureDemand, CaptureJob
from webapp.runtime.capture.capture_supervisor import CAPTURE_COMMAND, CaptureSupervisor
from webapp.runtime.slots.frame_slots import prepare_slots_dir
from webapp.runtime.slots.kiosk_frames import SlotKioskFrames

CAMERA = Camera("Desk", "rtsp://192.0.2.1/s", camera_id=1)
ADDRESS = CameraAddress(CAMERA.url, "viewer", "hush-hush")

PLAYS = """
import json, sys, time
from pathlib import Path
from webapp.runtime.slots.frame_slots import SlotWriter
job = json.loads(sys.stdin.readline())
slot = SlotWriter(Path(job["slot_path"]))
print(json.dumps({"event": "opened", "codec": "fake", "fps": 25}), flush=True)
for number in range(LIMIT):
    slot.write({}, b"picture")
    print(json.dumps({"event": "frames", "fps": 25}), flush=True)
    time.sleep(0.05)
time.sleep(60)
"""
FAILS = """
import json
reason = {"code": "camera_refused_credentials", "text": "asks %(who)s for a password", "values": {"who": "viewer"}}
print(json.dumps({"event": "failed", "reason": reason}))
"""


class AddressReadSlowly(CameraAddress):
    """By the time that the job is written the process has ended."""

    def __getattribute__(self, name):
        if name == "hidden":
            time.sleep(0.3)
        return super().__getattribute__(name)


@pytest.fixture
def start(settings):
    captures = []
    prepare_slots_dir(settings.slots_dir)

    def start(code, address_of=lambda: ADDRESS, **changes):
        command = (sys.executable, "-c", code)
        capture = CaptureSupervisor(CAMERA, address_of, slots_dir=settings.slots_dir, command=command, **changes)
        captures.append(capture)
        capture.start()
        return capture

    yield start
    for capture in captures:
        capture.stop()
        capture.join(5)


def wait_for(capture, state, timeout_s=15.0):
    deadline = time.monotonic() + timeout_s * PATIENCE
    while capture.status.state is not state:
        assert time.monotonic() < deadline, capture.status
        time.sleep(0.02)
    return capture.status


def test_a_camera_is_online_when_its_first_picture_is_there(start):
    status = wait_for(start(PLAYS.replace("LIMIT", "1000")), CameraState.ONLINE)
    assert status.capture_fps == 25
    assert status.reason is None


def test_a_camera_that_stalls_is_killed_and_called_again(start):
    capture = start(PLAYS.replace("LIMIT", "3"), stall_timeout_s=1.0)
    pid = wait_for(capture, CameraState.ONLINE).pid
    assert str(wait_for(capture, CameraState.OFFLINE).reason) == "no picture for 1 s"
    status = wait_for(capture, CameraState.ONLINE)
    assert status.pid != pid


def test_a_process_that_starts_slowly_is_not_taken_for_a_silent_camera(start):
    capture = start("import time; time.sleep(2.5)" + PLAYS.replace("LIMIT", "1000"), stall_timeout_s=1.0)
    assert wait_for(capture, CameraState.ONLINE).restarts == 0


def test_the_real_process_says_that_it_has_started_and_why_it_ends_as_data(tmp_path):
    job = CaptureJob(CameraAddress("file:/no/such/recording.mp4"), tmp_path / "raw-1", tmp_path / "sent-1").to_line()
    with subprocess.Popen(CAPTURE_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{job}\n".encode())
        process.stdin.flush()  # It stays open: a process whose parent is gone ends without a word.
        started, failed = map(json.loads, process.stdout)
    assert started == {"event": "started"}
    assert (failed["reason"]["code"], failed["reason"]["values"]) == ("camera_unreachable", {"name": "recording.mp4"})


def test_a_process_that_ends_before_it_has_read_its_job_is_closed_and_told_by_its_exit_code(start):
    slow = AddressReadSlowly(ADDRESS.url)
    status = wait_for(start("raise SystemExit(3)", lambda: slow), CameraState.OFFLINE)
    assert str(status.reason) == "the capture process ended (exit code 3)"


def test_a_camera_that_never_sends_is_called_again(start):
    started = 'import time; print(\'{"event": "started"}\', flush=True); time.sleep(60)'
    status = wait_for(start(started, stall_timeout_s=1.0), CameraState.OFFLINE)
    assert status.reason == StateReason("no picture for %(seconds)s s", {"seconds": "1"}, "camera_stalled")


def test_the_reason_of_a_failure_is_told(start):
    status = wait_for(start(FAILS), CameraState.OFFLINE)
    assert status.reason == StateReason("asks %(who)s for a password", {"who": "viewer"}, "camera_refused_credentials")


def test_the_reason_of_a_failure_is_told_even_if_the_process_hangs_after_it(start):
    started = 'import sys, time; print(\'{"event": "started"}\')'
    capture = start(f"{started}\n{FAILS}\nsys.stdout.flush()\ntime.sleep(60)", stall_timeout_s=1.0)
    assert wait_for(capture, CameraState.OFFLINE).reason.code == "camera_refused_credentials"


def test_a_killed_capture_comes_back_by_itself(start):
    capture = start(PLAYS.replace("LIMIT", "1000"))
    pid = wait_for(capture, CameraState.ONLINE).pid
    os.kill(pid, signal.SIGKILL)
    assert "exit code" in str(wait_for(capture, CameraState.OFFLINE).reason)
    assert wait_for(capture, CameraState.ONLINE).pid != pid


def starts(capture, count, timeout_s=20.0):
    """Kill each capture process as soon as it has brought a frame; return when they were started."""
    began, found, pids = time.monotonic(), [], set()
    while len(found) < count:
        assert time.monotonic() - began < timeout_s * PATIENCE, capture.status
        status = capture.status
        if status.pid and status.pid not in pids:
            found.append(time.monotonic())
            pids.add(status.pid)
        if status.state is CameraState.ONLINE and status.pid:
            with suppress(ProcessLookupError):
                os.kill(status.pid, signal.SIGKILL)
        time.sleep(0.005)
    return found


def test_a_killed_capture_of_a_healthy_camera_is_started_again_at_once(start, monkeypatch):
    monkeypatch.setattr(capture_supervisor, "reconnect_delay_s", lambda attempt: 60.0)
    assert len(starts(start(PLAYS.replace("LIMIT", "1000")), 6)) == 6


def test_one_that_is_killed_again_and_again_is_called_with_patience(start, monkeypatch):
    attempts = []
    monkeypatch.setattr(capture_supervisor, "reconnect_delay_s", lambda attempt: attempts.append(attempt) or 0.0)
    starts(start(PLAYS.replace("LIMIT", "1000")), 8)
    assert attempts[:2] == [6, 7]


def test_a_camera_that_fails_is_called_with_patience_from_the_first_time_on(start, monkeypatch):
    attempts = []
    monkeypatch.setattr(capture_supervisor, "reconnect_delay_s", lambda attempt: attempts.append(attempt) or 0.0)
    capture = start(FAILS.replace("camera_refused_credentials", "camera_unreachable"))
    deadline = time.monotonic() + 10 * PATIENCE
    while len(attempts) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert attempts[:3] == [1, 2, 3]
    capture.stop()


def test_a_camera_that_refuses_the_password_is_called_so_seldom_that_it_locks_nobody_out(start, monkeypatch):
    refusals = []
    monkeypatch.setattr(capture_supervisor, "refused_delay_s", lambda number: refusals.append(number) or 0.0)
    capture = start(FAILS)
    wait_until(lambda: len(refusals) >= 3, "it was called three times", 10)
    assert refusals[:3] == [1, 2, 3]
    capture.stop()


def test_a_camera_of_single_pictures_is_asked_as_often_as_its_own_analysis_rate_says(settings):
    code = "import json, sys; print(json.dumps({'event': 'failed', 'reason': {'code': 'x', 'text': "
    code += "str(json.loads(sys.stdin.readline())['limits']['snapshot_fps']), 'values': {}}}))"
    prepare_slots_dir(settings.slots_dir)
    camera = replace(CAMERA, analysis_fps=4.0)
    capture = CaptureSupervisor(
        camera, lambda: ADDRESS, slots_dir=settings.slots_dir, command=(sys.executable, "-c", code)
    )
    capture.start()
    assert wait_for(capture, CameraState.OFFLINE).reason.text == "4.0"
    capture.stop()
    capture.join(5)


def test_a_camera_whose_pictures_stop_soon_each_time_is_not_taken_for_a_healthy_one(start, monkeypatch):
    attempts = []
    monkeypatch.setattr(capture_supervisor, "reconnect_delay_s", lambda attempt: attempts.append(attempt) or 0.0)
    monkeypatch.setattr(capture_supervisor, "_FORGETS_S", 0.5)
    capture = start(PLAYS.replace("LIMIT", "3"), stall_timeout_s=1.0)
    deadline = time.monotonic() + 20 * PATIENCE
    while len(attempts) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert attempts[:2] == [1, 2]
    capture.stop()


def test_a_database_that_is_away_for_a_moment_does_not_end_the_camera(start):
    answers = iter([RuntimeError("disk full"), ADDRESS, ADDRESS])

    def address_of():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    capture = start(PLAYS.replace("LIMIT", "1000"), address_of)
    assert "tried again" in str(wait_for(capture, CameraState.OFFLINE).reason)
    wait_for(capture, CameraState.ONLINE)


def test_the_password_is_not_in_the_arguments_of_the_process(start):
    pid = wait_for(start(PLAYS.replace("LIMIT", "1000")), CameraState.ONLINE).pid
    assert b"hush-hush" not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_stopping_ends_the_process(start):
    capture = start(PLAYS.replace("LIMIT", "1000"))
    pid = wait_for(capture, CameraState.ONLINE).pid
    capture.stop()
    capture.join(5)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_job_survives_the_pipe(tmp_path):
    zone = Zone(ZoneKind.PRIVACY, ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)), "Desk")
    demand = CaptureDemand(ImageSettings(90, True, (zone,)), 12.0, is_somebody_expected=False)
    job = CaptureJob(ADDRESS, tmp_path / "raw-1", tmp_path / "sent-1", demand, SourceLimits(max_width_px=640))
    assert CaptureJob.from_line(job.to_line()) == job
    assert json.loads(job.to_line())["address"]["password"] == "hush-hush"


def test_a_change_says_what_differs_and_leaves_the_rest_as_it_is():
    before = CaptureDemand(ImageSettings(90), 12.0)
    after = CaptureDemand(ImageSettings(180), 12.0, is_somebody_expected=False)
    line = after.line_since(before)
    assert "most_fps" not in json.loads(line)
    assert before.changed_by(line) == after


def test_what_vision_wants_is_told_once_and_holds_for_the_next_process_too(start, settings):
    told = settings.slots_dir / "told"
    listens = f"""
import threading
def listen():
    for line in sys.stdin:
        with open({str(told)!r}, "a") as file:
            file.write(line)
threading.Thread(target=listen, daemon=True).start()
print"""
    code = PLAYS.replace("LIMIT", "1000").replace("print", listens, 1)
    capture = start(code)
    wait_for(capture, CameraState.ONLINE)
    for _ in range(3):
        capture.ask_rate(12.0)
    capture.expect_somebody(False)
    wait_until(lambda: told.exists() and len(told.read_text().splitlines()) == 2, "both changes are told")
    assert list(map(json.loads, told.read_text().splitlines())) == [{"most_fps": 12.0}, {"is_somebody_expected": False}]
    assert capture._demand == CaptureDemand(CAMERA.image_settings, 12.0, is_somebody_expected=False)


def test_for_a_kiosk_nothing_runs_before_it_sends(settings):
    prepare_slots_dir(settings.slots_dir)
    kiosk = Camera("Check-in", "kiosk:", camera_id=7)
    code = PLAYS.replace("LIMIT", "1000")
    capture = CaptureSupervisor(
        kiosk, lambda: CameraAddress("kiosk:"), slots_dir=settings.slots_dir, command=(sys.executable, "-c", code)
    )
    frames = SlotKioskFrames(settings.slots_dir)
    capture.start()
    try:
        assert "pair its screen" in str(wait_for(capture, CameraState.OFFLINE).reason)
        time.sleep(0.6)
        assert capture.status.pid is None
        frames.put(7, b"picture")
        wait_for(capture, CameraState.ONLINE)
    finally:
        capture.stop()
        capture.join(5)
