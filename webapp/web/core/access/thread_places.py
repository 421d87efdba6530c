"""A few places in real threads: what takes long is done there, and the one thread of the server goes on answering."""

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


class ThreadPlaces:
    """So much at once, so many who wait for so long; all others are told to try again."""

    def __init__(
        self,
        refusal: Callable[[], Exception],
        *,
        most_at_once: int,
        most_waiting: int,
        longest_wait_s: float,
        is_one_thread: bool = True,
    ) -> None:
        """Take nothing yet.

        Args:
            refusal: what is raised where no place is to be had.
            most_at_once: how much is done at once.
            most_waiting: how many may wait.
            longest_wait_s: seconds until who waits is refused.
            is_one_thread: whether all requests are served in one thread, by eventlet; else each has its own already.
        """
        self._refusal, self._most_waiting, self._longest_wait_s = refusal, most_waiting, longest_wait_s
        self._places, self._execute, self._waiting = threading.Semaphore(most_at_once), _directly, 0
        if is_one_thread:
            from eventlet import semaphore, tpool

            self._places, self._execute = semaphore.Semaphore(most_at_once), tpool.execute

    def run(self, work: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Do it once there is a place, and return what came of it; raises the refusal where there is none in time."""
        self._take()
        try:
            answer: _R = self._execute(work, *args, **kwargs)
            return answer
        finally:
            self._places.release()

    def _take(self) -> None:
        if self._waiting >= self._most_waiting:
            raise self._refusal()
        self._waiting += 1
        try:
            has_place = self._places.acquire(timeout=self._longest_wait_s)
        finally:
            self._waiting -= 1
        if not has_place:
            raise self._refusal()


def _directly(work: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    return work(*args, **kwargs)
