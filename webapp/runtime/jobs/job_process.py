"""Asks a short-lived process one question: JSON in, JSON out, a time-out, and no trace afterwards.

The two ends talk through a socket, not through `subprocess.run`: in the web process eventlet replaces `subprocess`, and
there a child that dies before it has read all of a large input is waited for without end, and the exception of a
time-out is not the one that `subprocess.TimeoutExpired` names (measured with eventlet 0.41). Sockets are what eventlet
does best, and without it they work the same.
"""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any, TextIO, TypeVar

from pydantic import ConfigDict, TypeAdapter

from webapp import errors
from webapp.errors import AmendsError
from webapp.runtime.processes.environment import child_environment

_PIECE_BYTES = 256 * 1024
_JSON = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", ser_json_inf_nan="constants")
_ENCODER = TypeAdapter[Any](Any, config=_JSON)
_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class JobFailure:
    """An `AmendsError` on its way from one process to another.

    Attributes:
        error: the name of its class.
        text: see `AmendsError`.
        values: see `AmendsError`.
    """

    error: str
    text: str
    values: Mapping[str, str | int | float]

    def __post_init__(self) -> None:
        """Check the name.

        Raises:
            ValueError: no error of Amends is called so.
        """
        named = getattr(errors, self.error, None)
        if not (isinstance(named, type) and issubclass(named, AmendsError)):
            raise ValueError(f"expected the name of an AmendsError, got {self.error[:40]!r}")

    @classmethod
    def of(cls, error: AmendsError) -> "JobFailure":
        """Return what is sent of an error."""
        return cls(type(error).__name__, error.text, error.values)

    def as_error(self) -> AmendsError:
        """Return the error again, to be raised here."""
        error: AmendsError = getattr(errors, self.error)(self.text, **self.values)
        return error


def run_job(
    command: Sequence[str],
    question: object,
    answer_type: type[_Answer],
    *,
    timeout_s: float,
    timed_out: Callable[[], AmendsError],
    unanswered: Callable[[], AmendsError],
) -> _Answer:
    """Start a process that ends in `answer_job`, send it a question and return its answer.

    Args:
        command: the program and its arguments.
        question: a dataclass.
        answer_type: what is expected: a dataclass, or a list of one.
        timeout_s: seconds until the process is killed.
        timed_out: makes the error for a process that has not answered by then.
        unanswered: makes the error for one that ended without an answer, or answered rubbish.

    Raises:
        AmendsError: what the process raised, or one of the two above.
    """
    try:
        line = ask_process(command, encode(question), timeout_s=timeout_s)
    except TimeoutError:
        raise timed_out() from None
    try:
        answer = decode(JobFailure | answer_type, line)
    except ValueError:
        raise unanswered() from None
    if isinstance(answer, JobFailure):
        raise answer.as_error()
    return answer  # type: ignore[no-any-return]  # The adapter has just checked it.


def answer_job(
    jobs: TextIO, answers: TextIO, question_type: type[_Question], do: Callable[[_Question], object]
) -> None:
    """Do one job from a pipe and write the answer as one line of JSON: the other end of `run_job`.

    Args:
        jobs: the question comes from here.
        answers: the answer goes here, or the `AmendsError` in its place.
        question_type: a dataclass.
        do: makes the answer.
    """
    question = decode(question_type | None, jobs.read())
    try:
        answer = do(question)
    except AmendsError as error:
        answer = JobFailure.of(error)
    print(encode(answer).decode(), file=answers, flush=True)


def encode(value: object) -> bytes:
    """Return a dataclass, with all that is in it, as one line of JSON; bytes become base64."""
    return _ENCODER.dump_json(value)


def decode(kinds: Any, line: bytes | str) -> Any:
    """Read what `encode` wrote.

    Args:
        kinds: a union of types; pydantic takes no settings for a single dataclass.
        line: JSON.

    Raises:
        ValueError: it is none of these types.
    """
    return TypeAdapter[Any](kinds, config=_JSON).validate_json(line)


def ask_process(
    command: Sequence[str],
    question: bytes,
    *,
    timeout_s: float,
    on_start: "Callable[[subprocess.Popen[bytes]], object]" = lambda _process: None,
) -> bytes:
    """Start a process, without this one's secrets, send it a question and return all that it answers.

    Args:
        command: the program and its arguments.
        question: what it reads from its standard input.
        timeout_s: seconds until it is killed.
        on_start: called with the process; it may be killed from another thread.

    Returns:
        What it wrote to its standard output; empty or cut off where it died.

    Raises:
        TimeoutError: it has not answered in time; it is killed by then.
    """
    return b"".join(_answered(command, question, timeout_s, on_start))


def ask_in_lines(command: Sequence[str], question: bytes, *, timeout_s: float) -> Generator[bytes, None, None]:
    """Ask like `ask_process`, and yield each line of the answer as it comes; who needs no more closes the iterator.

    Args:
        command: the program and its arguments.
        question: what it reads from its standard input.
        timeout_s: seconds until it is killed.

    Raises:
        TimeoutError: it has not ended in time; it is killed by then.
    """
    with closing(_answered(command, question, timeout_s)) as pieces:
        unfinished = b""
        for piece in pieces:
            *lines, unfinished = (unfinished + piece).split(b"\n")
            yield from lines


def _answered(
    command: Sequence[str],
    question: bytes,
    timeout_s: float,
    on_start: "Callable[[subprocess.Popen[bytes]], object]" = lambda _process: None,
) -> Generator[bytes, None, None]:
    """Start the process, yield what it answers piece by piece, and kill it."""
    deadline = time.monotonic() + timeout_s
    ours, theirs = socket.socketpair()
    with ours, theirs:
        # Eventlet makes both ends non-blocking, and the process on the other side cannot read from such a one.
        os.set_blocking(theirs.fileno(), True)
        process = subprocess.Popen(
            command, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL, env=child_environment()
        )
        theirs.close()
        on_start(process)
        try:
            yield from _pieces(ours, question, deadline)
        finally:
            process.kill()
            process.wait()


def _pieces(ours: socket.socket, question: bytes, deadline: float) -> Iterator[bytes]:
    with suppress(ConnectionError):  # It died; the caller sees that the answer is none.
        ours.settimeout(_seconds_left(deadline))
        ours.sendall(question)
        ours.shutdown(socket.SHUT_WR)
        while piece := ours.recv(_PIECE_BYTES):
            yield piece
            ours.settimeout(_seconds_left(deadline))


def _seconds_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
