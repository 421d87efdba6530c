"""Jobs on pictures that strangers sent: both ends.

A picture that is made to break a decoder breaks nothing but the process of its job: it has little memory, little time,
and can write no file.
"""

import resource
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import TextIO, TypeVar

import structlog

from webapp.errors import AmendsError, PictureFailed, TooBusy
from webapp.runtime.jobs.job_process import answer_job, run_job
from webapp.runtime.processes.confinement import forbid_writing_and_starting, limit_resources

_MOST_MEMORY_BYTES = 3 * 2**30
_log = structlog.get_logger("webapp.web")
_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")


class ImageJobs:
    """Jobs of one kind, a few at a time."""

    def __init__(self, command: tuple[str, ...], *, timeout_s: float, at_once: int, wait_s: float) -> None:
        """Start nothing yet.

        Args:
            command: the program that answers a job as `answer_picture_job` does.
            timeout_s: seconds until a job is given up.
            at_once: how many jobs run at the same time.
            wait_s: seconds that a further one waits for its turn.
        """
        self._command, self._timeout_s, self._wait_s = command, timeout_s, wait_s
        self._places = threading.BoundedSemaphore(at_once)

    def run(self, question: object, answer_type: type[_Answer]) -> _Answer:
        """Do a job; see `run_job`.

        Raises:
            TooBusy: others take too long.
            PictureFailed: the process gave no answer, or not in time.
        """
        with self._place():
            return run_job(
                self._command,
                question,
                answer_type,
                timeout_s=self._timeout_s,
                timed_out=self._timed_out,
                unanswered=self._unanswered,
            )

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Wait a little for one of the places."""
        if not self._places.acquire(timeout=self._wait_s):
            raise TooBusy("Other pictures are being processed. Try again in a moment.")
        try:
            yield
        finally:
            self._places.release()

    def _timed_out(self) -> AmendsError:
        _log.warning("picture_job_timed_out", job=self._command[-1], timeout_s=self._timeout_s)
        return PictureFailed("It took longer than %(most)s s and was stopped.", most=f"{self._timeout_s:g}")

    def _unanswered(self) -> AmendsError:
        _log.warning("picture_job_ended_without_answer", job=self._command[-1])
        return PictureFailed("It ended without an answer. Try another picture.")


def answer_image_job(
    jobs: TextIO,
    answers: TextIO,
    question_type: type[_Question],
    do: Callable[[_Question], object],
    *,
    timeout_s: float,
) -> None:
    """Do one job under the limits of this module; see `answer_job`."""

    def do_within_memory(question: _Question) -> object:
        try:
            return do(question)
        except MemoryError:
            raise PictureFailed("The picture needs more memory than it may have.") from None

    limit_this_process(timeout_s)
    answer_job(jobs, answers, question_type, do_within_memory)


def limit_this_process(timeout_s: float) -> None:
    """Take from this process what a picture does not need: much memory, much time, files, core dumps.

    Args:
        timeout_s: seconds until it ends, also where nobody waits any more.
    """
    processor_s = ceil(2 * timeout_s)  # Two threads may each use all of the time.
    limit_resources(
        (
            (resource.RLIMIT_AS, _MOST_MEMORY_BYTES),
            (resource.RLIMIT_CPU, processor_s),
            (resource.RLIMIT_FSIZE, 0),
        )
    )
    forbid_writing_and_starting()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, timeout_s)
