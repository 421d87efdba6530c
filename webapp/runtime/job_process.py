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
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from webapp import errors
from webapp.errors import AmendsError

_PIECE_BYTES = 256 * 1024


def ask_process(
    command: Sequence[str], question: bytes, *, timeout_s: float, environment: Mapping[str, str] | None = None
) -> bytes:
    """Start a process, send it a question and return all that it answers.

    Args:
        command: the program and its arguments.
        question: what it reads from its standard input.
        timeout_s: seconds until it is killed.
        environment: its environment variables; None hands on those of this process.

    Returns:
        What it wrote to its standard output; empty or cut off where it died.

    Raises:
        TimeoutError: it has not answered in time; it is killed by then.
    """
    deadline = time.monotonic() + timeout_s
    ours, theirs = socket.socketpair()
    with ours, theirs:
        # Eventlet makes both ends non-blocking, and the process on the other side cannot read from such a one.
        os.set_blocking(theirs.fileno(), True)
        process = subprocess.Popen(
            command, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL, env=environment
        )
        theirs.close()
        try:
            return _answer(ours, question, deadline)
        finally:
            process.kill()
            process.wait()


def failed(error: AmendsError) -> dict[str, Any]:
    """Return an error as a process answers with it."""
    return {"error": type(error).__name__, "text": error.text, "values": error.values}


def failure_of(answer: Mapping[str, Any]) -> AmendsError:
    """Return the error that a process answered with, to be raised here."""
    failure: AmendsError = getattr(errors, answer["error"])(answer["text"], **answer["values"])
    return failure


def _answer(ours: socket.socket, question: bytes, deadline: float) -> bytes:
    pieces = []
    with suppress(ConnectionError):  # It died; the caller sees that the answer is none.
        ours.settimeout(_seconds_left(deadline))
        ours.sendall(question)
        ours.shutdown(socket.SHUT_WR)
        while piece := ours.recv(_PIECE_BYTES):
            pieces.append(piece)
            ours.settimeout(_seconds_left(deadline))
    return b"".join(pieces)


def _seconds_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
