"""One camera's decoder in a process of its own: one connection, then the end.

A decoder can hang for good (OpenCV #22677), so only a process that can be killed is safe. The job comes as one JSON
line on standard input, never in the arguments: they are for everybody to read. What happens goes out as JSON lines on
standard output; the pictures go into the camera's slot, turned and masked before anybody can see them. Further lines on
standard input change how, and how many of them.
"""

import json
import os
import sys
import threading
import time
from dataclasses import asdict
from typing import Any, TextIO

from webapp.domain.cameras.cameras import StateReason
from webapp.domain.vision.frame_rate import FrameRate
from webapp.errors import AmendsError, CameraError, CaptureFailed
from webapp.runtime.capture.adjusted_frames import AdjustedFrameWriter
from webapp.runtime.capture.capture_job import CaptureJob
from webapp.runtime.capture.picture_choice import PictureChoice
from webapp.runtime.slots.frame_slots import SlotWriter
from webapp.runtime.slots.kiosk_pictures import SlotKioskPictures
from webapp.vision.sources import Source, make_source
from webapp.vision.sources.failures import too_much_memory


def run_capture(job: CaptureJob, changes: TextIO = sys.stdin, reports: TextIO = sys.stdout) -> int:
    """Decode until the camera fails or the parent is gone.

    Args:
        job: which camera, and what is wanted of it.
        changes: where is told what else is wanted from now on.
        reports: where is told how it goes.

    Returns:
        The exit code: 1 after a camera error, which is reported first.
    """
    _report(reports, event="started")
    capture = _Capture(job, reports)
    threading.Thread(target=_listen, args=(changes, capture), daemon=True).start()
    try:
        capture.run()
    except CameraError as error:
        _report_failure(reports, error)
    except MemoryError:
        _report_failure(reports, too_much_memory())
    except OSError as error:
        _report_failure(reports, CaptureFailed("no space for the picture: %(error)s", error=error.strerror or ""))
    return 1


class _Capture:
    """One camera, from its source to its slot.

    Attributes:
        demand: what is wanted; may be replaced at any time by another thread, and holds from the next picture on.
    """

    def __init__(self, job: CaptureJob, reports: TextIO) -> None:
        self.demand = job.demand
        self._slot = AdjustedFrameWriter(SlotWriter(job.slot_path), job.demand.image_settings)
        self._source = make_source(job.address, job.limits, SlotKioskPictures(job.sent_path))
        self._choice, self._meter = PictureChoice(), _FrameMeter()
        self._reports = reports

    def run(self) -> None:
        opened = self._source.open()
        _report(self._reports, event="opened", **asdict(opened))
        while True:
            self._step(self._source, opened.fps)

    def _step(self, source: Source, declared_fps: float) -> None:
        picture, demand, choice = source.read(), self.demand, self._choice
        now_s = time.monotonic()
        if choice.takes(picture, demand, now_s):
            self._slot.image_settings = demand.image_settings
            self._slot.write(picture.image_bgr, now_s, choice.facts(demand, now_s))
        source.leave_out(
            above_fps=choice.decoded_fps(demand),
            unreferenced=choice.is_quiet,
            keys_are_enough=lambda: self.demand.are_keys_enough,
        )
        fps = self._meter.count(source.received, now_s, declared_fps)
        if fps is not None:
            _report(self._reports, event="frames", fps=round(fps, 2))


class _FrameMeter:
    """Tells pictures per second, at the first one and every two seconds."""

    def __init__(self) -> None:
        self._rate = FrameRate()
        self._told_s: float | None = None

    def count(self, received: int, now_s: float, declared_fps: float) -> float | None:
        """Take how many have come so far; return the rate when it is to be told: the declared one at first."""
        fps = self._rate.count(received, now_s)
        if self._told_s is not None and now_s - self._told_s < 2.0:
            return None
        is_first, self._told_s = self._told_s is None, now_s
        return declared_fps if is_first else fps


def _report(reports: TextIO, **fields: Any) -> None:
    print(json.dumps(fields), file=reports, flush=True)


def _report_failure(reports: TextIO, error: AmendsError) -> None:
    _report(reports, event="failed", reason=StateReason.of(error).as_dict())


def _listen(changes: TextIO, capture: _Capture) -> None:
    """Take up changes; end when the parent closes the pipe, even while the decoder hangs."""
    for line in changes:
        capture.demand = capture.demand.changed_by(line)
    os._exit(0)
