"""Hashes passwords in real threads, a few at a time: the one thread of the server goes on answering."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from eventlet import tpool
from eventlet.semaphore import Semaphore

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

    def __init__(self, hasher: PasswordHasher, *, longest_wait_s: float = LONGEST_WAIT_S) -> None:
        """Wrap a hasher whose methods may be called in threads."""
        self._hasher, self._longest_wait_s = hasher, longest_wait_s
        self._places, self._waiting = Semaphore(MOST_AT_ONCE), 0

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
            answer: _R = tpool.execute(work, *args, **kwargs)
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
