"""How fast pictures come, and how much of what a camera sends is taken."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from webapp.vision.sources import pacing
from webapp.vision.sources.camera_connection import pieces_from
from webapp.vision.sources.pacing import Pace

MIB = 2**20


class Clock:
    """Stands in for the module `time`: sleeping takes no time here."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def seconds_for(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[float]], float]:
    """Return how long pictures with these time stamps take."""
    clock = Clock()
    monkeypatch.setattr(pacing, "time", clock)

    def play(stamps_s: list[float]) -> float:
        pace, began_s = Pace(25, longest_wait_s=5), clock.now_s
        for stamp_s in stamps_s:
            pace.wait(stamp_s)
        return clock.now_s - began_s

    return play


def test_a_recording_is_played_at_its_own_pace(seconds_for):
    assert seconds_for([number / 10 for number in range(101)]) == pytest.approx(10)


def test_time_stamps_that_jump_ahead_hold_one_picture_back_and_not_all_that_follow(seconds_for):
    jump = [number / 10 for number in range(11)] + [3600 + number / 10 for number in range(101)]
    assert seconds_for(jump) == pytest.approx(1 + 5 + 10)


def test_time_stamps_that_jump_back_go_on_from_there(seconds_for):
    jump = [3600 + number / 10 for number in range(11)] + [number / 10 for number in range(101)]
    assert seconds_for(jump) == pytest.approx(1 + 10)


def test_a_flood_is_taken_no_faster_than_a_camera_should_send():
    ours, camera = socket.socketpair()

    def flood() -> None:
        with suppress(OSError):
            while True:
                camera.sendall(bytes(MIB))

    with ours, camera:
        thread = threading.Thread(target=flood)
        thread.start()
        taken, ends_s = 0, time.monotonic() + 1.0
        for piece in pieces_from(ours):
            taken += len(piece)
            if time.monotonic() > ends_s:
                break
        ours.close()
        thread.join(5)
    # A second and, at first, a burst of half of one.
    assert taken < 1.7 * 32 * MIB
