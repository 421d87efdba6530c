"""`CameraProber` in a process of its own: the web process loads no decoder, and a decoder may hang."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from webapp.domain.cameras.cameras import CameraAddress, CameraKind
from webapp.domain.cameras.image_settings import AS_IT_COMES, ImageSettings
from webapp.domain.cameras.source_limits import KEY_PATIENCE_S
from webapp.errors import CameraError, CameraTimedOut
from webapp.runtime.jobs.job_process import answer_job, run_job
from webapp.services.dashboard.live_frames import ProbeReport
from webapp.settings import REPOSITORY_DIR, Settings

PROBE_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "camera", "probe-job")


@dataclass(frozen=True)
class _ProbeJob:
    address: CameraAddress
    image_settings: ImageSettings


class ProcessProber:
    """Looks at a camera once, from outside."""

    def __init__(self, settings: Settings, command: tuple[str, ...] = PROBE_COMMAND) -> None:
        """Start nothing yet.

        Args:
            settings: the fields `camera_open_timeout_s` and `camera_read_timeout_s`.
            command: the program that answers a job as `answer_probe` does.
        """
        # Opening and the start of the process itself; then the first packet, or a key picture that is yet to come.
        self._open_s, self._read_s = settings.camera_open_timeout_s + 10.0, settings.camera_read_timeout_s
        self._command = command

    def probe(self, address: CameraAddress, image_settings: ImageSettings = AS_IT_COMES) -> ProbeReport:
        """Connect, read one picture, bring it into shape and leave.

        Raises:
            CameraError: exactly why there is none.
        """
        read_s = max(self._read_s, KEY_PATIENCE_S) if address.kind is CameraKind.RTSP else self._read_s
        timeout_s = self._open_s + read_s
        return run_job(
            self._command,
            _ProbeJob(address, image_settings),
            ProbeReport,
            timeout_s=timeout_s,
            timed_out=lambda: CameraTimedOut(
                "The camera sent no picture within %(timeout_s)s s.", timeout_s=f"{timeout_s:g}"
            ),
            unanswered=lambda: CameraError("The camera could not be checked: the probe ended without an answer."),
        )


def answer_probe(probe: Callable[[CameraAddress, ImageSettings], ProbeReport], jobs: TextIO, answers: TextIO) -> None:
    """Do one probe job from a pipe: the other end of `ProcessProber`."""
    answer_job(jobs, answers, _ProbeJob, lambda job: probe(job.address, job.image_settings))
