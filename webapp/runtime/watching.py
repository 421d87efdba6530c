"""One watched camera, from its raw slot to its annotated one."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import structlog

from webapp.domain.alert_rules import AlertRule
from webapp.domain.cameras import Camera
from webapp.domain.frames import Frame
from webapp.domain.opening import OPEN, ScheduleState
from webapp.runtime.captures import CaptureKeeper
from webapp.runtime.frame_slots import SlotReader
from webapp.runtime.live_slots import LivePublisher
from webapp.settings import Settings
from webapp.vision.annotate import annotate, annotate_faces, encode_jpeg, faces_seen
from webapp.vision.pipeline import AnalysedFrame, CameraWatch, FramePipeline

log = structlog.get_logger()

# The wall shows a camera about once a second, at about this width: more would be work that nobody sees.
TILE_WIDTH_PX = 480
_TILE_STEP_S = 0.4


@dataclass
class WatchedCamera:
    """Everything that vision holds for one camera.

    Attributes:
        camera: as it is registered.
        rule: what alerts on it.
        schedule: whether it is analysed now, and if not, from when on.
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
    schedule: ScheduleState = OPEN
    _sequence: int = 0
    _due_s: float = 0.0
    _analysed_fps: float = 0.0
    _published_s: float = 0.0
    _tile_due_s: float = 0.0

    def __post_init__(self) -> None:
        """Leave alone the picture that an earlier process left behind, and show it only if it may be seen."""
        self._sequence = self.raw.sequence
        self._fingerprint = self.camera.framing.fingerprint
        self.watch.zones = self.camera.framing.zones
        self.publisher.remove_unless(self.camera.framing)

    def next_frame(self, now_s: float) -> Frame | None:
        """Return the newest frame if there is one that was not looked at and the camera's turn has come."""
        if now_s < self._due_s or self.raw.sequence in (0, self._sequence):
            return None
        reading = self.raw.read()
        if reading is None:
            return None
        self._sequence = reading.sequence
        if reading.meta.get("framing") != self._fingerprint:
            return None  # It was taken before the last change: it may show what must not be seen any more.
        self._due_s = max(self._due_s + 1.0 / self._fps, now_s)
        shape = (reading.meta["height"], reading.meta["width"], 3)
        image_bgr = np.frombuffer(reading.body, np.uint8).reshape(shape)
        at = datetime.fromisoformat(reading.meta["at"])
        return Frame(self.camera.camera_id, reading.sequence, at, image_bgr)

    @property
    def _fps(self) -> float:
        return min(self.camera.analysis_fps or self.settings.analysis_fps, self.settings.analysis_fps)

    def take_up(self, camera: Camera) -> None:
        """Take up all that can change without calling the camera anew."""
        before, self.camera = self.camera, camera
        self.watch.policy.snoozed_until = camera.snooze.until_at if camera.snooze else None
        if camera.framing != before.framing:
            self._reframe()

    def _reframe(self) -> None:
        """Have pictures brought into another shape; none of before is looked at or shown from now on."""
        framing = self.camera.framing
        self._fingerprint, self.watch.zones = framing.fingerprint, framing.zones
        self.keeper.frame(framing)
        self.publisher.remove()
        self.watch.forget_faces()

    def picture(self, analysed: AnalysedFrame) -> bytes:
        """Annotate a frame and return it as JPEG."""
        local_time = analysed.frame.captured_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        picture = annotate(
            analysed,
            camera_name=self.camera.name,
            rule=self.rule,
            local_time=local_time,
            max_width_px=self.settings.stream_max_width_px,
            schedule=self.schedule,
        )
        return encode_jpeg(picture, self.settings.jpeg_quality)

    def publish(self, analysed: AnalysedFrame, vision_ms: float) -> bytes:
        """Annotate the frame, hand it to the web process and return its JPEG.

        Raises:
            OSError: there is no room for the picture.
        """
        jpeg = self.picture(analysed)
        self._count(analysed)
        gauges = {
            "capture_fps": self.keeper.status.capture_fps,
            "capture_pid": self.keeper.status.pid or 0,
            "capture_restarts": self.keeper.status.restarts,
            "analysed_fps": round(self._analysed_fps, 2),
            "vision_ms": round(vision_ms, 2),
        }
        faces = faces_seen(analysed, self.rule)
        self.publisher.publish(jpeg, analysed.frame.captured_at, faces, gauges, self.counters, self.camera.framing)
        self._publish_tile(analysed)
        return jpeg

    def _publish_tile(self, analysed: AnalysedFrame) -> None:
        now_s = time.monotonic()
        if now_s < self._tile_due_s:
            return
        self._tile_due_s = now_s + _TILE_STEP_S
        picture = annotate_faces(analysed, self.rule, max_width_px=TILE_WIDTH_PX)
        self.publisher.publish_tile(encode_jpeg(picture, self.settings.jpeg_quality), analysed.frame.captured_at)

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
