"""`CameraChecker` in a process of its own, which tells each step when it is over: it may hang at any of them."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TextIO

from webapp.domain.cameras.camera_causes import Cause
from webapp.domain.cameras.camera_check import CheckReport, CheckStep, StepMark, StepName
from webapp.domain.cameras.cameras import CameraAddress, StateReason
from webapp.errors import CameraError, CameraTimedOut
from webapp.runtime.jobs.job_process import ask_in_lines, decode, encode
from webapp.settings import REPOSITORY_DIR, Settings

CHECK_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "camera", "check-job")
_START_S = 10.0
# Looking a name up, connecting, asking, and opening the stream, which connects again.
_WAITS = 4


class ProcessChecker:
    """Checks a camera from outside.

    Attributes:
        limit_s: seconds after which a check is over, whatever the camera does.
    """

    def __init__(self, settings: Settings, command: tuple[str, ...] = CHECK_COMMAND) -> None:
        """Start nothing yet.

        Args:
            settings: the fields `camera_open_timeout_s` and `camera_read_timeout_s`.
            command: the program that answers a job as `answer_check` does.
        """
        self.limit_s = _WAITS * settings.camera_open_timeout_s + settings.camera_read_timeout_s + _START_S
        self._command = command

    def steps(self, address: CameraAddress) -> Iterator[CheckStep]:
        """Yield each step when it is over; see `CameraChecker.steps`."""
        began_s, done = time.monotonic(), []
        try:
            for step in self._told(address):
                done.append(step)
                yield step
                if step.mark is StepMark.FAILED or step.name is StepName.PICTURE:
                    return
            error: CameraError = CameraError("The check ended without an answer.")
        except TimeoutError:
            error = CameraTimedOut(
                "The check was ended after %(timeout_s)s s: the camera held it up.", timeout_s=f"{self.limit_s:g}"
            )
        report = CheckReport(address.kind, done, is_running=True)
        name = next(step.name for step in report.steps if step.mark is StepMark.RUNNING)
        cause = Cause.SILENT if isinstance(error, CameraTimedOut) else Cause.OWN_FAULT
        yield CheckStep(name, StepMark.FAILED, StateReason.of(error), time.monotonic() - began_s, cause)

    def _told(self, address: CameraAddress) -> Iterator[CheckStep]:
        """Yield what the process tells, until it ends or tells rubbish."""
        with closing(ask_in_lines(self._command, encode(address), timeout_s=self.limit_s)) as lines:
            for line in lines:
                try:
                    step = decode(CheckStep | None, line)
                except ValueError:
                    return
                if step is not None:
                    yield step


def answer_check(check: Callable[[CameraAddress], Iterator[CheckStep]], jobs: TextIO, answers: TextIO) -> None:
    """Do one check from a pipe, a line for each step: the other end of `ProcessChecker`."""
    for step in check(decode(CameraAddress | None, jobs.read())):
        print(encode(step).decode(), file=answers, flush=True)
