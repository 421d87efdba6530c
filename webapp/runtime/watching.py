"""One watched camera, from its raw slot to its annotated one."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import structlog

from webapp.domain.alerting import AlertRule
from webapp.domain.cameras import Camera
from webapp.domain.frames import Frame
from webapp.domain.snoozing import Snooze
from webapp.runtime.captures import CaptureKeeper
from webapp.runtime.frame_slots import SlotReader
from webapp.runtime.live_slots import LivePublisher
from webapp.settings import Settings
from webapp.vision.annotate import annotate, encode_jpeg, faces_seen
from webapp.vision.pipeline import AnalysedFrame, CameraWatch, FramePipeline

log = structlog.get_logger()


@dataclass
class WatchedCamera:
    """Everything that vision holds for one camera.

    Attributes:
        camera: as it is registered.
        rule: what alerts on it.
        watch: tracker and alert policy.
        keeper: its capture process.
        raw: the slot that the capture process writes.
        publisher: the slot that the web process reads.
    """

    camera: Camera
    rule: AlertRule
    watch: CameraWatch
    keeper: CaptureKeeper
    raw: SlotReader
    publisher: LivePublisher
    settings: Settings
    counters: dict[str, int] = field(default_factory=lambda: {"frames": 0})
    _sequence: int = 0
    _due_s: float = 0.0
    _analysed_fps: float = 0.0
    _published_s: float = 0.0

    def __post_init__(self) -> None:
        """Leave alone the picture that an earlier process left behind."""
        self._sequence = self.raw.sequence

    def next_frame(self, now_s: float) -> Frame | None:
        """Return the newest frame if there is one that was not looked at and the camera's turn has come."""
        if now_s < self._due_s or self.raw.sequence in (0, self._sequence):
            return None
        reading = self.raw.read()
        if reading is None:
            return None
        self._sequence = reading.sequence
        self._due_s = max(self._due_s + 1.0 / self.settings.analysis_fps, now_s)
        shape = (reading.meta["height"], reading.meta["width"], 3)
        image_bgr = np.frombuffer(reading.body, np.uint8).reshape(shape)
        at = datetime.fromisoformat(reading.meta["at"])
        return Frame(self.camera.camera_id, reading.sequence, at, image_bgr)

    def publish(self, analysed: AnalysedFrame, vision_ms: float) -> bytes:
        """Annotate the frame, hand it to the web process and return its JPEG.

        Raises:
            OSError: there is no room for the picture.
        """
        local_time = analysed.frame.captured_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        picture = annotate(
            analysed,
            camera_name=self.camera.name,
            rule=self.rule,
            local_time=local_time,
            max_width_px=self.settings.stream_max_width_px,
        )
        jpeg = encode_jpeg(picture, self.settings.jpeg_quality)
        self._count(analysed)
        gauges = {
            "capture_fps": self.keeper.status.capture_fps,
            "capture_pid": self.keeper.status.pid or 0,
            "capture_restarts": self.keeper.status.restarts,
            "analysed_fps": round(self._analysed_fps, 2),
            "vision_ms": round(vision_ms, 2),
        }
        faces = faces_seen(analysed, self.rule)
        self.publisher.publish(jpeg, analysed.frame.captured_at, faces, gauges, self.counters)
        return jpeg

    def snooze(self, snooze: Snooze | None) -> None:
        """Take up until when no alert is raised."""
        self.watch.policy.snoozed_until = snooze.until_at if snooze else None

    def close(self, *, remove_picture: bool) -> None:
        """Stop watching."""
        self.keeper.stop()
        self.raw.close()
        if remove_picture:
            self.publisher.remove()

    def _count(self, analysed: AnalysedFrame) -> None:
        self.counters["frames"] += 1
        for reason, count in analysed.dropped.items():
            key = f"faces_dropped_{reason}"
            self.counters[key] = self.counters.get(key, 0) + count
        now_s = time.monotonic()
        rate = 1.0 / max(now_s - self._published_s, 1e-3) if self._published_s else 0.0
        self._analysed_fps, self._published_s = self._analysed_fps * 0.9 + rate * 0.1, now_s


def analyse_all(
    pipeline: FramePipeline, frames: Sequence[Frame], watches: Mapping[int, CameraWatch]
) -> list[AnalysedFrame]:
    """Analyse frames in one batch; where one of them cannot be analysed, the others are all the same.

    Args:
        pipeline: does the work.
        frames: at most one of each camera.
        watches: camera id → what is remembered.

    Returns:
        One for each frame that could be analysed.
    """
    try:
        return pipeline.analyse(frames, watches)
    except Exception as error:  # A camera's boundary: one bad picture must not stop the other cameras.
        if len(frames) == 1:
            log.error("frame_not_analysed", camera_id=frames[0].camera_id, exc_info=error)
            return []
    return [analysed for frame in frames for analysed in analyse_all(pipeline, [frame], watches)]
