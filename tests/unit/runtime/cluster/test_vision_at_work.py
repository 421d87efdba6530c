"""A machine gives beats while its vision process works, and only for a while before that has begun."""

import time
from pathlib import Path

from webapp.runtime.cluster.vision_at_work import VisionAtWork
from webapp.runtime.processes.heartbeat import Heartbeat


class Clock:
    ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_s


class HeartbeatThen(Heartbeat):
    """A heartbeat that is looked at later."""

    clock: Clock

    def age_s(self) -> float | None:
        age_s = super().age_s()
        return None if age_s is None else age_s + self.clock.ahead_s


def at_work(folder: Path) -> tuple[VisionAtWork, HeartbeatThen]:
    heartbeat = HeartbeatThen(folder, "vision")
    heartbeat.clock = Clock()
    return VisionAtWork(heartbeat, heartbeat.clock), heartbeat


def test_one_that_hangs_before_its_first_turn_counts_as_lost_in_time(tmp_path: Path) -> None:
    work, heartbeat = at_work(tmp_path)
    assert work.is_so()
    heartbeat.clock.ahead_s = 9.0
    assert not work.is_so()


def test_one_that_hangs_later_does_too(tmp_path: Path) -> None:
    work, heartbeat = at_work(tmp_path)
    heartbeat.beat()
    assert work.is_so()
    heartbeat.clock.ahead_s = 6.0
    assert not work.is_so()


def test_the_last_sign_of_an_earlier_process_is_none_of_this_one(tmp_path: Path) -> None:
    Heartbeat(tmp_path, "vision").beat()
    time.sleep(0.01)
    work, heartbeat = at_work(tmp_path)
    heartbeat.clock.ahead_s = 7.0
    assert work.is_so()
