"""`ClipMaker` in a short-lived process of its own.

A clip takes seconds of Python, OpenCV and the encoder: here it shares neither the interpreter's lock nor the memory of
vision.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

import numpy as np

from webapp.domain.alerts.clips import Clip
from webapp.runtime.jobs.job_process import ask_process, decode, encode
from webapp.settings import REPOSITORY_DIR
from webapp.vision.pipeline.clip_frames import ClipFrame

if TYPE_CHECKING:
    from webapp.vision.pipeline.clip_maker import ClipMaker

CLIP_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "clip-job")
# It comes after all else, and takes six seconds where there is nothing else.
_TIMEOUT_S = 300.0
_Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _SentFrame:
    at: datetime
    jpeg: bytes
    seen: Mapping[int, _Box]
    missing: Sequence[_Box]
    scores: Mapping[int, float]

    @classmethod
    def of(cls, frame: ClipFrame) -> "_SentFrame":
        seen = {track_id: tuple(box.tolist()) for track_id, box in frame.seen.items()}
        return cls(frame.at, frame.jpeg, seen, [tuple(box) for box in frame.missing_xyxy.tolist()], frame.scores)

    def frame(self) -> ClipFrame:
        seen = {track_id: np.asarray(box, np.float32) for track_id, box in self.seen.items()}
        missing_xyxy = np.asarray(self.missing, np.float32).reshape(-1, 4)
        return ClipFrame(self.at, self.jpeg, seen, missing_xyxy, self.scores)


@dataclass(frozen=True)
class _ClipJob:
    frames: Sequence[_SentFrame]
    track_id: int


class ProcessClipMaker:
    """Makes clips, one at a time; `stop` may be called from another thread."""

    def __init__(self, command: tuple[str, ...] = CLIP_COMMAND, timeout_s: float = _TIMEOUT_S) -> None:
        """Start nothing yet.

        Args:
            command: the program that answers a job as `answer_clip` does.
            timeout_s: seconds until it is given up.
        """
        self._command, self._timeout_s = command, timeout_s
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    def stop(self) -> None:
        """Give up what is being made, at once: the process ends."""
        self._is_stopped = True
        if self._process:
            self._process.kill()

    def make(self, frames: Sequence[ClipFrame], track_id: int) -> Clip | None:
        """Make a clip; see `ClipMaker.make`.

        Raises:
            TimeoutError: it has not ended in time.
            ValueError: it has ended without a clip.
        """
        if self._is_stopped:
            return None
        job = _ClipJob([_SentFrame.of(frame) for frame in frames], track_id)
        answer = ask_process(self._command, encode(job), timeout_s=self._timeout_s, on_start=self._began)
        if self._is_stopped:
            return None
        try:
            return decode(Clip | None, answer)  # type: ignore[no-any-return]
        except ValueError:
            raise ValueError(f"expected a clip, got {len(answer)} bytes that are none: its process failed") from None

    def _began(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        if self._is_stopped:
            process.kill()


def answer_clip(jobs: TextIO, answers: TextIO, maker: "ClipMaker") -> None:
    """Do one job from a pipe: the other end of `ProcessClipMaker`."""
    job = decode(_ClipJob | None, jobs.read())
    clip = maker.make([frame.frame() for frame in job.frames], job.track_id)
    print(encode(clip).decode(), file=answers, flush=True)
