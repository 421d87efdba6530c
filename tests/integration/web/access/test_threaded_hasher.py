"""Hashing beside the server's one thread, and how much of it at once."""

import threading
import time

import pytest
from eventlet import spawn

from webapp.errors import TooBusy
from webapp.web.core.access.threaded_hasher import MOST_AT_ONCE, MOST_WAITING, ThreadedHasher

pytestmark = pytest.mark.security


class SlowHasher:
    """Takes its time, and remembers who was there at once."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.inside, self.most, self.threads, self.lock = 0, 0, set(), threading.Lock()

    def hash(self, password: str) -> str:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.threads.add(threading.get_native_id())
        time.sleep(0.1)
        with self.lock:
            self.inside -= 1
        return f"hash of {password}"

    def verify(self, password_hash: str | None, password: str) -> bool:
        return self.hash(password) == password_hash


def outcome(hasher: ThreadedHasher) -> str:
    try:
        return hasher.hash("x")
    except TooBusy:
        return "busy"


def test_it_answers_what_the_hasher_inside_answers():
    hasher = ThreadedHasher(SlowHasher())
    assert hasher.hash("x") == "hash of x"
    assert hasher.verify("hash of x", "x")
    assert not hasher.verify(None, "x")


def test_it_hashes_in_other_threads_and_few_at_once_and_refuses_the_rest():
    slow = SlowHasher()
    hasher = ThreadedHasher(slow)
    asked = [spawn(outcome, hasher) for _ in range(30)]
    outcomes = [one.wait() for one in asked]
    assert outcomes.count("hash of x") == MOST_AT_ONCE + MOST_WAITING
    assert slow.most == MOST_AT_ONCE
    assert threading.get_native_id() not in slow.threads


def test_nobody_waits_longer_than_said():
    hasher = ThreadedHasher(SlowHasher(), longest_wait_s=0.01)
    asked = [spawn(outcome, hasher) for _ in range(4)]
    assert [one.wait() for one in asked].count("busy") == 4 - MOST_AT_ONCE
    assert hasher.hash("x") == "hash of x"
