"""`services.live.CameraProber` in a process of its own: the web process loads no decoder, and a decoder may hang."""

import base64
import json
import sys
from dataclasses import asdict
from typing import Any, TextIO

from webapp.domain.cameras import CameraAddress
from webapp.domain.framing import AS_IT_COMES, Framing
from webapp.errors import CameraError, CameraTimedOut
from webapp.runtime.job_process import ask_process, failed, failure_of
from webapp.services.live import ProbeReport
from webapp.settings import REPOSITORY_DIR, Settings

PROBE_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "camera", "probe-job")


class ProcessProber:
    """Looks at a camera once, from outside."""

    def __init__(self, settings: Settings) -> None:
        # Opening, the first packet, and the start of the process itself.
        self._timeout_s = settings.camera_open_timeout_s + settings.camera_read_timeout_s + 10.0

    def probe(self, address: CameraAddress, framing: Framing = AS_IT_COMES) -> ProbeReport:
        """Connect, read one picture, bring it into shape and leave.

        Raises:
            CameraError: exactly why there is none.
        """
        job = json.dumps({"address": asdict(address), "framing": framing.as_dict()})
        try:
            answer = ask_process(PROBE_COMMAND, job.encode(), timeout_s=self._timeout_s)
        except TimeoutError:
            raise CameraTimedOut(
                "The camera sent no picture within %(timeout_s)s s.", timeout_s=f"{self._timeout_s:g}"
            ) from None
        return _read_answer(answer)


def answer_probe(settings: Settings, jobs: TextIO, answers: TextIO) -> None:
    """Do one probe job from a pipe and write the answer as one line of JSON: the other end of `ProcessProber`."""
    from webapp.vision.probe import probe_camera

    job = json.loads(jobs.read())
    address, framing = CameraAddress(**job["address"]), Framing.from_dict(job["framing"])
    try:
        report = asdict(probe_camera(address, settings, framing))
        report["snapshot_jpeg"] = base64.b64encode(report["snapshot_jpeg"]).decode()
        answer: dict[str, Any] = {"report": report}
    except CameraError as error:
        answer = failed(error)
    print(json.dumps(answer), file=answers, flush=True)


def _read_answer(line: bytes) -> ProbeReport:
    try:
        answer = json.loads(line)
    except ValueError:
        raise CameraError("The camera could not be looked at: the probe ended without an answer.") from None
    if "error" in answer:
        raise failure_of(answer)
    report = answer["report"]
    return ProbeReport(**{**report, "snapshot_jpeg": base64.b64decode(report["snapshot_jpeg"])})
