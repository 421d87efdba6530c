"""One camera's decoder in a process of its own: one connection, then the end.

A decoder can hang for good (OpenCV #22677), so only a process that can be killed is safe. The job comes as one JSON
line on standard input, never in the arguments: they are for everybody to read. What happens goes out as JSON lines on
standard output; the pictures go into the camera's slot, turned and masked before anybody can see them. Further lines on
standard input change how.
"""

import json
import os
import sys
import threading
import time
from typing import Any, TextIO

import numpy as np

from webapp.domain.cameras.cameras import StateReason
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import AmendsError, CameraError, CaptureFailed
from webapp.runtime.capture.capture_job import CaptureJob, read_image_settings
from webapp.runtime.slots.frame_slots import SlotWriter
from webapp.runtime.slots.kiosk_frames import SlotKioskPictures
from webapp.vision.pipeline.masking import apply_image_settings
from webapp.vision.sources import Source, SourceLimits, make_source
from webapp.vision.sources.failures import too_much_memory


def run_capture(limits: SourceLimits, jobs: TextIO = sys.stdin, reports: TextIO = sys.stdout) -> int:
    """Read a job, decode until the camera fails or the parent is gone.

    Args:
        limits: time-outs and sizes.
        jobs: where the job comes from, and its changes.
        reports: where is told how it goes.

    Returns:
        The exit code: 1 after a camera error, which is reported first.
    """
    _report(reports, event="started")
    job = CaptureJob.from_line(jobs.readline())
    slot = AdjustedFrameWriter(SlotWriter(job.slot_path), job.image_settings)
    threading.Thread(target=_listen, args=(jobs, slot), daemon=True).start()
    source = make_source(job.address, limits, SlotKioskPictures(job.sent_path))
    try:
        _decode(source, slot, reports)
    except CameraError as error:
        _report_failure(reports, error)
    except MemoryError:
        _report_failure(reports, too_much_memory())
    except OSError as error:
        _report_failure(reports, CaptureFailed("no space for the picture: %(error)s", error=error.strerror or ""))
    return 1


class AdjustedFrameWriter:
    """A slot that no picture enters before it is brought into shape.

    Attributes:
        image_settings: the shape; may be replaced at any time by another thread, and holds from the next picture on.
    """

    def __init__(self, slot: SlotWriter, image_settings: ImageSettings) -> None:
        self.image_settings = image_settings
        self._slot = slot
        self._last = image_settings

    def write(self, image_bgr: ImageBGR) -> None:
        """Turn, mirror and mask a picture, and replace the slot's value by it.

        Args:
            image_bgr: uint8, (height, width, 3), BGR; changed.

        Raises:
            OSError: there is no room for it.
        """
        image_settings = self.image_settings
        if image_settings is not self._last:
            self._slot.discard()  # What was written before may show what must not be seen any more.
            self._last = image_settings
        picture = np.ascontiguousarray(apply_image_settings(image_bgr, image_settings))
        height_px, width_px = picture.shape[:2]
        shape = {"height": height_px, "width": width_px, "image_settings": image_settings.fingerprint}
        self._slot.write(shape | {"at_monotonic_s": time.monotonic()}, picture.data.cast("B"))


def _decode(source: Source, slot: AdjustedFrameWriter, reports: TextIO) -> None:
    opened = source.open()
    _report(reports, event="opened", codec=opened.codec, fps=opened.fps)
    meter = _FrameMeter()
    while True:
        slot.write(source.read())
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


def _report_failure(reports: TextIO, error: AmendsError) -> None:
    _report(reports, event="failed", reason=StateReason.of(error).as_dict())


def _listen(jobs: TextIO, slot: AdjustedFrameWriter) -> None:
    """Take up changes; end when the parent closes the pipe, even while the decoder hangs."""
    for line in jobs:
        slot.image_settings = read_image_settings(line)
    os._exit(0)
