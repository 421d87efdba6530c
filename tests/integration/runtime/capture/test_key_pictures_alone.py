"""What a real capture process sends of a camera whose key pictures are enough."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.support.patience import PATIENCE
from tests.support.running import wait_until
from tests.support.videos import bar_pictures, write_video
from webapp.domain.cameras.cameras import Camera, CameraAddress
from webapp.runtime.capture.capture_supervisor import CaptureSupervisor
from webapp.runtime.slots.frame_slots import SlotReader, prepare_slots_dir
from webapp.runtime.slots.live_slots import raw_slot_path
from webapp.settings import Settings

Start = Callable[[float], CaptureSupervisor]


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Start]:
    """Start the capture of a wall on which nothing moves, at 25 fps and with a key picture each second."""
    wall, grain = bar_pictures(1)[0], np.random.default_rng(3)
    pictures = [np.clip(wall + grain.integers(-2, 3, wall.shape), 0, 255).astype(np.uint8) for _ in range(500)]
    path = write_video(tmp_path / "wall.mp4", pictures, fps=25, g="25", bf="0", preset="ultrafast")
    prepare_slots_dir(settings.slots_dir)
    captures = []

    def start(stall_timeout_s: float) -> CaptureSupervisor:
        address = CameraAddress(f"file:{path}")
        camera = Camera("Wall", address.url, camera_id=1)
        capture = CaptureSupervisor(
            camera, lambda: address, slots_dir=settings.slots_dir, stall_timeout_s=stall_timeout_s
        )
        captures.append(capture)
        capture.start()
        return capture

    yield start
    for capture in captures:
        capture.stop()
        capture.join(5)


def sent_in(settings: Settings, seconds: float) -> int:
    """Return how many pictures come in so many seconds."""
    slot = SlotReader(raw_slot_path(settings.slots_dir, 1))
    before = slot.sequence
    time.sleep(seconds)
    return slot.sequence - before


def test_a_camera_whose_key_pictures_are_enough_sends_them_alone_until_all_are_wanted(
    start: Start, settings: Settings
) -> None:
    capture = start(10.0)
    wait_until(lambda: sent_in(settings, 0.5) >= 5, "pictures come", 30)
    capture.ask_keys_alone(True)
    wait_until(lambda: 2 <= sent_in(settings, 3.0) <= 4, "one comes a second", 30)
    assert capture.status.capture_fps == pytest.approx(25, rel=0.2), "what comes in is counted as before"
    capture.ask_keys_alone(False)
    wait_until(lambda: sent_in(settings, 0.5) >= 5, "all come", 2 * PATIENCE)


def test_a_camera_that_may_not_be_silent_for_so_long_is_decoded_as_before(start: Start, settings: Settings) -> None:
    capture = start(4.0)
    wait_until(lambda: sent_in(settings, 0.5) >= 5, "pictures come", 30)
    capture.ask_keys_alone(True)
    time.sleep(2.0)
    assert sent_in(settings, 1.0) >= 8
