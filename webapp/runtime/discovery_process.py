"""`services.discovery.CameraFinder` in a process of its own: what strangers answer is not read where the pages are."""

import json
import sys
from dataclasses import asdict
from typing import Any, TextIO

from webapp.domain.cameras import CameraAddress
from webapp.errors import CameraError, CameraTimedOut
from webapp.runtime.job_process import ask_process, failed, failure_of
from webapp.services.discovery import FoundCamera
from webapp.settings import REPOSITORY_DIR

DISCOVERY_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "camera", "discovery-job")
# Three seconds for the answers, or four for each of three questions, and the start of the process itself.
_TIMEOUT_S = 25.0


class ProcessFinder:
    """Asks the local network for cameras, from outside."""

    def find(self) -> list[FoundCamera]:
        """Return the cameras that answer within a few seconds; see `CameraFinder.find`."""
        return [FoundCamera(**camera) for camera in _asked({"find": True})["cameras"]]

    def stream_address(self, found: FoundCamera, username: str, password: str) -> CameraAddress:
        """Ask a camera that was found where its pictures are; see `CameraFinder.stream_address`."""
        job = {"found": asdict(found), "username": username, "password": password}
        return CameraAddress(**_asked(job)["address"])


def answer_discovery(jobs: TextIO, answers: TextIO) -> None:
    """Do one job from a pipe and write the answer as one line of JSON: the other end of `ProcessFinder`."""
    job = json.loads(jobs.read())
    try:
        answer = _found() if "find" in job else _address(job)
    except CameraError as error:
        answer = failed(error)
    print(json.dumps(answer), file=answers, flush=True)


def _found() -> dict[str, Any]:
    from webapp.runtime.onvif.search import find_cameras

    return {"cameras": [asdict(camera) for camera in find_cameras()]}


def _address(job: dict[str, Any]) -> dict[str, Any]:
    from webapp.runtime.onvif.streams import stream_address

    return {"address": asdict(stream_address(FoundCamera(**job["found"]), job["username"], job["password"]))}


def _asked(job: dict[str, Any]) -> dict[str, Any]:
    try:
        line = ask_process(DISCOVERY_COMMAND, json.dumps(job).encode(), timeout_s=_TIMEOUT_S)
        answer: dict[str, Any] = json.loads(line)
    except TimeoutError:
        raise CameraTimedOut("The search did not end within %(timeout_s)s s.", timeout_s=f"{_TIMEOUT_S:g}") from None
    except ValueError:
        raise CameraError("The search ended without an answer; try again, or enter the address by hand.") from None
    if "error" in answer:
        raise failure_of(answer)
    return answer
