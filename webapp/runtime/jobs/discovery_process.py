"""`CameraFinder` in a process of its own: what strangers answer is not read where the pages are."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO, TypeVar

from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraError, CameraTimedOut
from webapp.runtime.jobs.job_process import answer_job, run_job
from webapp.services.cameras.discovery import AnsweringStream, CameraStream, FoundCamera
from webapp.settings import REPOSITORY_DIR

DISCOVERY_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "camera", "discovery-job")
# Three seconds for the answers, or four for each of six questions, and the start of the process itself.
_TIMEOUT_S = 30.0
# And for the trying of paths, which ends by itself before that.
_PATHS_TIMEOUT_S = 60.0
UsualStreams = Callable[[CameraAddress], list[AnsweringStream]]
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class _DiscoveryJob:
    """Try the usual paths at an address, ask a camera for its streams, or, without either, the network for cameras."""

    found: FoundCamera | None = None
    username: str = ""
    password: str = ""
    address: CameraAddress | None = None


class ProcessFinder:
    """Asks the local network for cameras, from outside."""

    def __init__(self, command: tuple[str, ...] = DISCOVERY_COMMAND) -> None:
        """Start nothing yet; `command` is the program that answers a job as `answer_discovery` does."""
        self._command = command

    def find(self) -> list[FoundCamera]:
        """Return the cameras that answer within a few seconds; see `CameraFinder.find`."""
        return self._asked(_DiscoveryJob(), list[FoundCamera])

    def streams(self, found: FoundCamera, username: str, password: str) -> list[CameraStream]:
        """Ask a camera that was found where its pictures are; see `CameraFinder.streams`."""
        return self._asked(_DiscoveryJob(found, username, password), list[CameraStream])

    def usual_streams(self, address: CameraAddress) -> list[AnsweringStream]:
        """Try where an RTSP camera may send its pictures; see `CameraFinder.usual_streams`."""
        return self._asked(_DiscoveryJob(address=address), list[AnsweringStream], _PATHS_TIMEOUT_S)

    def _asked(self, job: _DiscoveryJob, answer_type: type[_Answer], timeout_s: float = _TIMEOUT_S) -> _Answer:
        return run_job(
            self._command,
            job,
            answer_type,
            timeout_s=timeout_s,
            timed_out=lambda: CameraTimedOut(
                "The search did not end within %(timeout_s)s s.", timeout_s=f"{timeout_s:g}"
            ),
            unanswered=lambda: CameraError(
                "The search ended without an answer; try again, or enter the address by hand."
            ),
        )


def answer_discovery(jobs: TextIO, answers: TextIO, usual_streams: UsualStreams) -> None:
    """Do one job from a pipe: the other end of `ProcessFinder`.

    Args:
        jobs: the job comes from here.
        answers: what was found goes here.
        usual_streams: tries the usual paths at an address.
    """
    answer_job(jobs, answers, _DiscoveryJob, lambda job: _discovered(job, usual_streams))


def _discovered(
    job: _DiscoveryJob, usual_streams: UsualStreams
) -> list[FoundCamera] | list[CameraStream] | list[AnsweringStream]:
    from webapp.runtime.onvif.search import find_cameras
    from webapp.runtime.onvif.streams import streams_of

    if job.address is not None:
        return usual_streams(job.address)
    return streams_of(job.found, job.username, job.password) if job.found else find_cameras()
