"""One camera's decoder in a process of its own: one connection, then the end.

A decoder can hang for good (OpenCV #22677), so only a process that can be killed is safe. The job comes as one JSON
line on standard input, never in the arguments: they are for everybody to read. What happens goes out as JSON lines on
standard output; the pictures go into the camera's slot.
"""

import json
import os
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any, TextIO

import numpy as np

from webapp.errors import CameraError
from webapp.runtime.capture_job import CaptureJob
from webapp.runtime.frame_slots import SlotWriter
from webapp.settings import Settings
from webapp.vision.sources import Source, make_source


def run_capture(settings: Settings, jobs: TextIO = sys.stdin, reports: TextIO = sys.stdout) -> int:
    """Read a job, decode until the camera fails or the parent is gone.

    Returns:
        The exit code: 1 after a camera error, which is reported first.
    """
    job = CaptureJob.from_line(jobs.readline())
    threading.Thread(target=_exit_with_parent, args=(jobs,), daemon=True).start()
    source = make_source(job.address, settings)
    try:
        _decode(source, SlotWriter(job.slot_path), reports)
    except CameraError as error:
        _report(reports, event="failed", reason=error.reason, message=str(error))
    except OSError as error:
        _report(reports, event="failed", reason="no room for the picture", message=error.strerror or "")
    return 1


def _decode(source: Source, slot: SlotWriter, reports: TextIO) -> None:
    opened = source.open()
    _report(reports, event="opened", codec=opened.codec, fps=opened.fps)
    meter = _FrameMeter()
    while True:
        image_bgr = np.ascontiguousarray(source.read())
        meta = {"height": image_bgr.shape[0], "width": image_bgr.shape[1], "at": datetime.now(UTC).isoformat()}
        slot.write(meta, image_bgr.data.cast("B"))
        fps = meter.count(time.monotonic(), opened.fps)
        if fps is not None:
            _report(reports, event="frames", fps=round(fps, 2))


class _FrameMeter:
    """Counts pictures per second, and speaks up at the first one and every two seconds."""

    def __init__(self) -> None:
        self._frames = 0
        self._since_s: float | None = None

    def count(self, now_s: float, declared_fps: float) -> float | None:
        """Count one picture; return the rate when it is to be told: the declared one at first."""
        if self._since_s is None:
            self._since_s = now_s
            return declared_fps
        self._frames += 1
        elapsed_s = now_s - self._since_s
        if elapsed_s < 2.0:
            return None
        fps = self._frames / elapsed_s
        self._frames, self._since_s = 0, now_s
        return fps


def _report(reports: TextIO, **fields: Any) -> None:
    print(json.dumps(fields), file=reports, flush=True)


def _exit_with_parent(jobs: TextIO) -> None:
    """End when the parent closes the pipe, even while the decoder hangs."""
    jobs.read()
    os._exit(0)
