"""A store of pictures that hangs holds up who asks it, for a while, and nobody else."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import eventlet
import pytest

from tests.support.clocks import FakeClock
from webapp.errors import SnapshotStoreFailed
from webapp.web.core.access.threaded_snapshots import MOST_AT_ONCE, ThreadedSnapshots

OLD = "2020-01-01/093015-00ff.jpg"


class SlowStore:
    """A store whose answers come from another thread, when a test lets it."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self.read = read


def test_others_are_served_while_the_store_is_asked(clock: FakeClock) -> None:
    go_on, turns = threading.Event(), 0
    snapshots = ThreadedSnapshots(SlowStore(lambda name: b"jpeg" if go_on.wait(5) else None), clock)
    reading = eventlet.spawn(snapshots.read, OLD)
    for _ in range(20):
        eventlet.sleep(0.005)
        turns += 1
    go_on.set()
    assert (reading.wait(), turns) == (b"jpeg", 20)


def test_where_all_places_are_taken_the_next_one_is_told_so_soon(clock: FakeClock) -> None:
    go_on = threading.Event()
    store = SlowStore(lambda name: b"jpeg" if go_on.wait(5) else None)
    snapshots = ThreadedSnapshots(store, clock, longest_wait_s=0.2)
    readings = [eventlet.spawn(snapshots.read, OLD) for _ in range(MOST_AT_ONCE)]
    eventlet.sleep(0.05)
    began_s = time.monotonic()
    with pytest.raises(SnapshotStoreFailed):
        snapshots.read(OLD)
    assert time.monotonic() - began_s < 1
    go_on.set()
    assert [one.wait() for one in readings] == [b"jpeg"] * MOST_AT_ONCE
    assert snapshots.read(OLD) == b"jpeg", "there are places again"


def test_a_picture_on_its_way_from_another_machine_is_waited_for(clock: FakeClock) -> None:
    answers = iter([None, None, b"jpeg"])
    snapshots = ThreadedSnapshots(SlowStore(lambda name: next(answers)), clock)
    assert snapshots.read(f"{clock.now():%Y-%m-%d/%H%M%S}-00ff.jpg") == b"jpeg"


def test_an_old_picture_that_is_gone_is_gone_at_once(clock: FakeClock) -> None:
    asked: list[str] = []
    snapshots = ThreadedSnapshots(SlowStore(lambda name: asked.append(name)), clock)
    assert snapshots.read(OLD) is None
    assert asked == [OLD]
    assert datetime(2020, 1, 2, tzinfo=UTC) < clock.now()
