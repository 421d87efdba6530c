"""`services.live.CameraProber` in a process of its own: the web process loads no decoder, and a decoder may hang."""

import base64
import json
import sys
from dataclasses import asdict
from typing import Any, TextIO

from webapp import errors
from webapp.domain.cameras import CameraAddress
from webapp.errors import CameraError, CameraTimedOut
from webapp.runtime.job_process import ask_process
from webapp.services.live import ProbeReport
from webapp.settings import REPOSITORY_DIR, Settings

PROBE_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "camera", "probe-job")


class ProcessProber:
    """Looks at a camera once, from outside."""

    def __init__(self, settings: Settings) -> None:
        # Opening, the first packet, and the start of the process itself.
        self._timeout_s = settings.camera_open_timeout_s + settings.camera_read_timeout_s + 10.0

    def probe(self, address: CameraAddress) -> ProbeReport:
        """Connect, read one picture and leave.

        Raises:
            CameraError: exactly why there is none.
        """
        job = json.dumps({"url": address.url, "username": address.username, "password": address.password})
        try:
            answer = ask_process(PROBE_COMMAND, job.encode(), timeout_s=self._timeout_s)
        except TimeoutError:
            raise CameraTimedOut(f"The camera sent no picture within {self._timeout_s:g} s.") from None
        return _read_answer(answer)


def answer_probe(settings: Settings, jobs: TextIO, answers: TextIO) -> None:
    """Do one probe job from a pipe and write the answer as one line of JSON: the other end of `ProcessProber`."""
    from webapp.vision.probe import probe_camera

    address = CameraAddress(**json.loads(jobs.read()))
    try:
        report = asdict(probe_camera(address, settings))
        report["snapshot_jpeg"] = base64.b64encode(report["snapshot_jpeg"]).decode()
        answer: dict[str, Any] = {"report": report}
    except CameraError as error:
        answer = {"error": type(error).__name__, "message": str(error)}
    print(json.dumps(answer), file=answers, flush=True)


def _read_answer(line: bytes) -> ProbeReport:
    try:
        answer = json.loads(line)
    except ValueError:
        raise CameraError("The camera could not be looked at: the probe ended without an answer.") from None
    if "error" in answer:
        raise getattr(errors, answer["error"])(answer["message"])
    report = answer["report"]
    return ProbeReport(**{**report, "snapshot_jpeg": base64.b64decode(report["snapshot_jpeg"])})
