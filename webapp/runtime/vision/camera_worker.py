"""One watched camera, from its raw slot to its annotated one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.schedule import OPEN, ScheduleState
from webapp.domain.site.site_records import RecordKind
from webapp.domain.vision.camera_demand import Attention, CameraDemand
from webapp.domain.vision.decoding_thrift import DecodingNeed
from webapp.domain.vision.frame_rate import FrameRate
from webapp.domain.vision.frames import Frame
from webapp.domain.vision.motion import MotionGrid
from webapp.runtime.capture.capture_supervisor import CaptureSupervisor
from webapp.runtime.slots.frame_slots import SlotReader
from webapp.runtime.slots.live_slots import LivePublisher, raw_slot_path, sent_slot_path
from webapp.runtime.vision.live_view import LiveView
from webapp.runtime.vision.steady_time import SteadyTime
from webapp.vision.faces.detector import FaceDetector
from webapp.vision.faces.tracker import FaceTracker
from webapp.vision.pipeline.annotation import faces_seen
from webapp.vision.pipeline.camera_analysis import CameraAnalysis
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame
from webapp.vision.pipeline.rendering import CameraCaption, FrameRenderer

# Of an empty camera so many frames come for each search, as they do not come to the millisecond, and so many a second
# at least.
_FRAMES_A_SEARCH = 1.25
_EMPTY_FPS = 2.0


@dataclass
class CameraWorker:
    """Everything that vision holds for one camera.

    Attributes:
        camera: as it is registered.
        rule: what alerts on it.
        tracker: follows its faces; new.
        capture: its capture process, supervised.
        renderer: draws its pictures.
        slots_dir: folder of the frame slots: the capture process writes one, the web process reads others.
        most_fps: frames analysed per second, unless the camera is set to fewer.
        steady: the time of its frames.
        detector_of: kind → what finds its faces; None leaves it to the pipeline's.
        searcher_of: the same for the thread that searches.
        schedule: whether it is within its hours now, and if not, from when on.
        awaited: what has to be on record before anybody is analysed; all of it until the fleet says otherwise.
        watch: what is remembered from frame to frame.
    """

    camera: Camera
    rule: AlertRule
    tracker: FaceTracker
    capture: CaptureSupervisor
    renderer: FrameRenderer
    slots_dir: Path
    most_fps: float
    steady: SteadyTime
    detector_of: Callable[[Detector | None], FaceDetector | None] = lambda _kind: None
    searcher_of: Callable[[Detector | None], FaceDetector | None] = lambda _kind: None
    schedule: ScheduleState = OPEN
    awaited: tuple[RecordKind, ...] = tuple(RecordKind)
    watch: CameraAnalysis = field(init=False)
    _sequence: int = field(default=0, init=False)
    _demand: CameraDemand | None = field(default=None, init=False)
    _last_taken: int = field(default=0, init=False)
    _is_keys_alone: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Leave alone the picture that an earlier process left behind, and show it only if it may be seen."""
        camera_id, image_settings = self.camera.camera_id, self.camera.image_settings
        self.watch = CameraAnalysis(camera_id, self.tracker, AlertPolicy(self.rule), zones=image_settings.zones)
        self._take_detector()
        self._raw = SlotReader(raw_slot_path(self.slots_dir, camera_id))
        self._publisher = LivePublisher(self.slots_dir, camera_id)
        self._publisher.remove_unless(image_settings)
        self._view = LiveView(self.slots_dir, camera_id, self._publisher, self.steady.monotonic_s)
        self._sequence = self._raw.sequence
        self._figures = _AnalysisFigures()
        self.capture.ask_rate(self._fps)

    @property
    def is_analysed(self) -> bool:
        """Whether faces in its pictures may be searched for at this moment."""
        return self.schedule.is_open and not self.awaited

    def demand(self, now_s: float) -> CameraDemand | None:
        """Return what analysing this camera's newest frame is worth; None where there is none that was not taken."""
        if self._raw.sequence in (0, self._sequence):
            return None
        self._demand = CameraDemand(
            self.camera.camera_id,
            self._fps,
            has_people=self.watch.has_people,
            has_faces=self.watch.has_faces,
            is_watched=self.is_watched,
            is_alerting=bool(self.watch.policy.open_track_ids()),
            moved_s=self._raw.meta().get("moved_at_monotonic_s"),
            is_analysed=self.is_analysed,
        )
        self._ask_of_capture(self._demand, now_s)
        return self._demand

    def _ask_of_capture(self, demand: CameraDemand, now_s: float) -> None:
        """Have no more decoded than is analysed, and a little more where nobody is in view: to see soon who comes."""
        is_anybody = demand.attention is not Attention.QUIET
        if is_anybody and self._is_keys_alone:
            self.decode_keys_alone(False)  # Now, and not when decoding is shared out next.
        self.capture.expect_somebody(is_anybody)
        empty_fps = max(_EMPTY_FPS, _FRAMES_A_SEARCH * demand.wanted_fps(now_s))
        self.capture.ask_rate(demand.most_fps if is_anybody else min(demand.most_fps, empty_fps))

    def decoding_need(self, now_s: float) -> DecodingNeed:
        """Return how much of what is worth to be analysed is, and whether the camera is empty."""
        demand = self._demand
        has_nobody = demand is None or (demand.attention is Attention.QUIET and not demand.has_faces)
        is_empty = has_nobody and not self.is_watched  # Who begins to look does not wait for the next picture.
        wanted_fps = min(demand.wanted_fps(now_s), self.capture.status.capture_fps) if demand else 0.0
        is_analysed = demand is not None and demand.is_analysed
        return DecodingNeed(self.camera.camera_id, is_empty, wanted_fps if is_analysed else 0.0, self._figures.fps)

    def decode_keys_alone(self, are_enough: bool) -> None:
        """Have only key pictures decoded, and those in which something changes, or all again."""
        self._is_keys_alone = are_enough
        self.capture.ask_keys_alone(are_enough)

    def next_frame(self, missed: int = 0) -> Frame | None:
        """Take the newest frame; None where there is none that may be seen.

        Args:
            missed: how often it was its turn before, and nobody came for it.
        """
        reading = self._raw.read()
        if reading is None or reading.sequence == self._sequence:
            return None
        self._figures.drop(max(0, min(missed, reading.sequence - self._sequence - 1)))
        self._sequence = reading.sequence
        if reading.meta.get("image_settings") != self.camera.image_settings.fingerprint:
            return None  # It was taken before the last change: it may show what must not be seen any more.
        shape = (reading.meta["height"], reading.meta["width"], 3)
        image_bgr = np.frombuffer(reading.body, np.uint8).reshape(shape)
        at = self.steady.at(reading.meta["at_monotonic_s"])
        return Frame(self.camera.camera_id, reading.sequence, at, image_bgr, MotionGrid.from_meta(reading.meta))

    @property
    def _fps(self) -> float:
        return min(self.camera.analysis_fps or self.most_fps, self.most_fps)

    def take_up(self, camera: Camera, rule: AlertRule) -> None:
        """Take up all that can change without calling the camera anew."""
        before, self.camera, self.rule = self.camera, camera, rule
        self.watch.policy.rule = rule
        self.watch.policy.snoozed_until = camera.snooze.until_at - self.steady.shift if camera.snooze else None
        if camera.detector != before.detector:
            self._take_detector()
        if camera.image_settings != before.image_settings:
            self._apply_image_settings()

    def _take_detector(self) -> None:
        self.watch.detector = self.detector_of(self.camera.detector)
        self.watch.searcher = self.searcher_of(self.camera.detector)

    def _apply_image_settings(self) -> None:
        """Have pictures brought into another shape; none of before is looked at or shown from now on."""
        image_settings = self.camera.image_settings
        self.watch.zones = image_settings.zones
        self.capture.frame(image_settings)
        self._view.forget_frame()
        self._publisher.remove()
        self.watch.forget_faces()

    def picture_jpeg(self, analysed: AnalysedFrame) -> bytes:
        """Return a frame as people see it."""
        return self.renderer.picture_jpeg(analysed, self._caption)

    @property
    def is_watched(self) -> bool:
        """Whether somebody looks at this camera alone, not only at its tile on the wall."""
        return self._view.is_watched

    def publish(self, analysed: AnalysedFrame, vision_ms: float, now_s: float) -> None:
        """Tell the web process what was seen; `show` draws it, if somebody looks.

        Raises:
            OSError: there is no room for it.
        """
        self._view.take(analysed)
        self._figures.count(analysed, now_s)
        capture_fps = self.capture.status.capture_fps
        gauges = {
            "capture_fps": capture_fps,
            "capture_pid": self.capture.status.pid or 0,
            "capture_restarts": self.capture.status.restarts,
            # No more than come in: the two are counted up to different moments.
            "analysed_fps": round(min(self._figures.fps, capture_fps or self._figures.fps), 2)
            if self.is_analysed
            else 0.0,
            "wanted_fps": round(self._demand.wanted_fps(now_s), 2) if self._demand else self._fps,
            "vision_ms": round(vision_ms, 2),
            "keys_alone": float(self._is_keys_alone),
        }
        at, faces, image_settings = (
            analysed.frame.captured_at,
            faces_seen(analysed, self.rule),
            self.camera.image_settings,
        )
        self._publisher.publish(at, faces, gauges, self._figures.counters, image_settings)

    def show(self, now_s: float) -> None:
        """Draw what somebody looks at as far as it is due, also where no new frame comes.

        Raises:
            OSError: there is no room for the picture.
            ValueError: the frame cannot be drawn.
        """
        if self._view.is_idle:
            self._last_taken = 0
            return
        if self._view.lacks_frame and (last := self._last_frame()):
            self._view.take(last)
        self._view.show(self.renderer, self._caption, now_s)

    def _last_frame(self) -> AnalysedFrame | None:
        """Return the last frame for who begins to look, if it may be seen and no newer one is about to be analysed."""
        if self._raw.sequence != self._sequence or self._sequence == self._last_taken:
            return None
        self._last_taken = self._sequence
        reading = self._raw.read()
        if reading is None or reading.meta.get("image_settings") != self.camera.image_settings.fingerprint:
            return None
        at_monotonic_s = min(reading.meta["at_monotonic_s"], self.steady.monotonic_s())
        at = self.steady.at(at_monotonic_s) + self.steady.shift
        image_bgr = np.frombuffer(reading.body, np.uint8).reshape(reading.meta["height"], reading.meta["width"], 3)
        frame = Frame(self.camera.camera_id, reading.sequence, at, image_bgr)
        return AnalysedFrame.without_analysis(frame, self.watch)

    @property
    def _caption(self) -> CameraCaption:
        return CameraCaption(self.camera.name, self.rule, self.schedule, self.awaited)

    def close(self, *, is_gone: bool) -> None:
        """Stop watching; of a camera that is gone no picture is left."""
        self.capture.stop()
        self._raw.close()
        if is_gone:
            self._publisher.remove()
            self._view.end()
            for path_of in (raw_slot_path, sent_slot_path):
                path_of(self.slots_dir, self.camera.camera_id).unlink(missing_ok=True)


@dataclass
class _AnalysisFigures:
    """How fast a camera is analysed, and what was counted, since vision started."""

    fps: float = 0.0
    counters: dict[str, int] = field(default_factory=lambda: {"frames": 0, "frames_dropped": 0})
    _rate: FrameRate = field(default_factory=FrameRate)

    def drop(self, count: int) -> None:
        self.counters["frames_dropped"] += count

    def count(self, analysed: AnalysedFrame, now_s: float) -> None:
        self.counters["frames"] += 1
        for reason, count in analysed.dropped.items():
            key = f"faces_dropped_{reason}"
            self.counters[key] = self.counters.get(key, 0) + count
        self.fps = self._rate.count(self.counters["frames"], now_s)
