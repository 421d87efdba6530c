"""Vision's capture and a check take turns: the capture waits while a camera is checked, then calls at once."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.running import wait_until
from webapp.domain.cameras.cameras import Camera, CameraAddress, CameraState
from webapp.runtime.capture import capture_supervisor
from webapp.runtime.capture.capture_supervisor import CaptureSupervisor
from webapp.runtime.slots.capture_notes import CaptureNotes, SlotCaptures
from webapp.runtime.slots.frame_slots import prepare_slots_dir
from webapp.settings import Settings

CAMERA = Camera("Desk", "rtsp://192.0.2.1/s", camera_id=1)
# Plays while a file is there, and else fails.
PROGRAM = """
import json, sys, time
from pathlib import Path
from webapp.runtime.slots.frame_slots import SlotWriter
job, flag = json.loads(sys.stdin.readline()), Path(FLAG)
if not flag.exists():
    reason = {"code": "camera_timed_out", "text": "away", "values": {}}
    sys.exit(print(json.dumps({"event": "failed", "reason": reason})))
slot = SlotWriter(Path(job["slot_path"]))
print(json.dumps({"event": "opened", "codec": "h264", "width_px": 640, "height_px": 360, "fps": 25.0}), flush=True)
while flag.exists():
    slot.write({}, b"picture")
    print(json.dumps({"event": "frames", "fps": 24.5}), flush=True)
    time.sleep(0.05)
"""


@pytest.fixture
def flag(tmp_path: Path) -> Path:
    return tmp_path / "plays"


@pytest.fixture
def captures(settings: Settings) -> SlotCaptures:
    prepare_slots_dir(settings.slots_dir)
    return SlotCaptures(settings.slots_dir)


@pytest.fixture
def start(settings: Settings, flag: Path, captures: SlotCaptures) -> Iterator[Callable[[], CaptureSupervisor]]:
    code = PROGRAM.replace("FLAG", repr(str(flag)))
    started = []

    def begin() -> CaptureSupervisor:
        address = CameraAddress(CAMERA.url)
        command = (sys.executable, "-c", code)
        capture = CaptureSupervisor(CAMERA, lambda: address, slots_dir=settings.slots_dir, command=command)
        started.append(capture)
        capture.start()
        return capture

    yield begin
    for capture in started:
        capture.stop()
        capture.join(5)


def is_resting(captures: SlotCaptures) -> bool:
    note = captures.note(1)
    return note is not None and not note.is_trying and note.tries > 0


def test_a_camera_that_is_back_is_called_at_once_when_somebody_asks(
    start: Callable[[], CaptureSupervisor], flag: Path, captures: SlotCaptures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture_supervisor, "reconnect_delay_s", lambda attempt: 60.0)
    capture = start()
    wait_until(lambda: is_resting(captures), "it failed once", 10 * PATIENCE)
    note = captures.note(1)
    assert note is not None
    assert (note.tries, note.last_picture_age_s, note.is_connected) == (1, None, False)
    assert note.next_try_in_s is not None
    assert 45 < note.next_try_in_s <= 60
    flag.touch()
    captures.release(1, is_at_once=True)
    wait_until(lambda: capture.status.state is CameraState.ONLINE, "it was called at once", 5 * PATIENCE)


def test_it_is_called_as_often_as_at_first_after_somebody_asked(
    start: Callable[[], CaptureSupervisor], captures: SlotCaptures, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = []

    def delay_s(attempt: int) -> float:
        attempts.append(attempt)
        return 0.1 if len(attempts) < 3 else 60.0

    monkeypatch.setattr(capture_supervisor, "reconnect_delay_s", delay_s)
    start()
    wait_until(lambda: len(attempts) == 3, "it failed three times", 10 * PATIENCE)
    captures.release(1, is_at_once=True)
    wait_until(lambda: len(attempts) == 4, "it was called at once", 5 * PATIENCE)
    assert attempts == [1, 2, 3, 1]


def test_while_it_is_checked_the_capture_does_not_call_it(
    start: Callable[[], CaptureSupervisor], captures: SlotCaptures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture_supervisor, "reconnect_delay_s", lambda attempt: 0.1)
    capture = start()
    wait_until(lambda: is_resting(captures), "it failed once", 10 * PATIENCE)
    captures.hold(1, 30.0)
    wait_until(lambda: is_resting(captures), "the call that was under way is over", 5 * PATIENCE)
    time.sleep(0.5)
    restarts = capture.status.restarts
    time.sleep(1.0)
    assert capture.status.restarts == restarts
    captures.release(1, is_at_once=False)
    wait_until(lambda: capture.status.restarts > restarts, "it goes on", 5 * PATIENCE)


def test_what_comes_is_noted_and_when_the_last_picture_came(
    start: Callable[[], CaptureSupervisor], flag: Path, captures: SlotCaptures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture_supervisor, "reconnect_delay_s", lambda attempt: 60.0)
    flag.touch()
    capture = start()
    wait_until(lambda: capture.status.state is CameraState.ONLINE, "it plays", 10 * PATIENCE)
    note = captures.note(1)
    assert note is not None
    assert (note.is_connected, note.tries, note.codec, note.width_px, note.fps) == (True, 0, "h264", 640, 24.5)
    flag.unlink()
    wait_until(lambda: capture.status.state is CameraState.OFFLINE, "it is away", 10 * PATIENCE)
    wait_until(lambda: (captures.note(1) or note).next_try_in_s is not None, "it rests", 5 * PATIENCE)
    note = captures.note(1)
    assert note is not None
    assert (note.is_connected, note.codec) == (False, "h264")
    assert note.tries <= 1  # A process that ends without a word is started once more at once.
    assert note.last_picture_age_s is not None
    assert note.last_picture_age_s < 5 * PATIENCE


def test_notes_of_a_process_or_a_machine_that_is_no_more_count_for_nothing(settings: Settings) -> None:
    prepare_slots_dir(settings.slots_dir)
    notes = CaptureNotes(settings.slots_dir, 1)
    notes.tell(is_connected=True, is_trying=True)
    later = SlotCaptures(settings.slots_dir, lambda: time.monotonic() + 100)
    note = later.note(1)
    assert note is not None
    assert (note.is_connected, note.is_trying) == (False, False)
    assert SlotCaptures(settings.slots_dir, lambda: 0.0).note(1) is None
    later.hold(1, 1e9)
    assert not notes.is_held(time.monotonic())
    later.release(1, is_at_once=True)
    assert not notes.is_asked_since(time.monotonic())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"tries": 1, "unheard": 2}'])
def test_a_damaged_note_is_no_note(settings: Settings, content: bytes) -> None:
    prepare_slots_dir(settings.slots_dir)
    (settings.slots_dir / "capture-1").write_bytes(content)
    (settings.slots_dir / "again-1").write_bytes(content)
    assert SlotCaptures(settings.slots_dir).note(1) is None
    assert not CaptureNotes(settings.slots_dir, 1).is_held(1.0)
