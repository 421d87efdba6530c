"""Hashes passwords a few at a time, under eventlet in real threads: its one thread goes on answering."""

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from webapp.errors import TooBusy
from webapp.services.ports import PasswordHasher

# Argon2 takes 64 MiB and four threads for each: two at once leave a small box no core to answer with.
MOST_AT_ONCE = 1
MOST_WAITING = 8
LONGEST_WAIT_S = 5.0
_P = ParamSpec("_P")
_R = TypeVar("_R")


class ThreadedHasher:
    """`PasswordHasher` around another one; it hands over strings only, never a connection or a request."""

    def __init__(
        self, hasher: PasswordHasher, *, longest_wait_s: float = LONGEST_WAIT_S, is_one_thread: bool = True
    ) -> None:
        """Wrap a hasher whose methods may be called in threads.

        Args:
            hasher: does the work.
            longest_wait_s: seconds until who waits is told to try again.
            is_one_thread: whether all requests are served in one thread, by eventlet.
        """
        self._hasher, self._longest_wait_s = hasher, longest_wait_s
        self._places, self._execute, self._waiting = threading.Semaphore(MOST_AT_ONCE), _directly, 0
        if is_one_thread:
            from eventlet import semaphore, tpool

            self._places, self._execute = semaphore.Semaphore(MOST_AT_ONCE), tpool.execute

    def hash(self, password: str) -> str:
        """Return a salted hash.

        Raises:
            TooBusy: too many are being hashed now.
        """
        return self._in_thread(self._hasher.hash, password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password is the hashed one.

        Raises:
            TooBusy: too many are being hashed now.
        """
        return self._in_thread(self._hasher.verify, password_hash, password)

    def _in_thread(self, work: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
        self._take_place()
        try:
            answer: _R = self._execute(work, *args, **kwargs)
            return answer
        finally:
            self._places.release()

    def _take_place(self) -> None:
        if self._waiting >= MOST_WAITING:
            raise TooBusy("Too many people are logging in at the moment. Try again in a few seconds.")
        self._waiting += 1
        try:
            has_place = self._places.acquire(timeout=self._longest_wait_s)
        finally:
            self._waiting -= 1
        if not has_place:
            raise TooBusy("Too many people are logging in at the moment. Try again in a few seconds.")


def _directly(work: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    return work(*args, **kwargs)
