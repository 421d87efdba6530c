"""Takes scenes through the pipeline in simulated time: as vision would live, or frame by frame with nothing left out.

How the pipeline is put together is said in `pipeline_parts` alone, what is analysed when in `AnalysisSchedule`.
"""

import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.cli.bench.scenes.matching import person_at
from webapp.cli.bench.scenes.truth import BoxXYXY, SceneTruth, read_truth
from webapp.cli.processes.artefact import policy_of
from webapp.cli.processes.pipeline_parts import face_tracker, frame_pipeline, load_classifier, source_limits
from webapp.domain.alerts.classify_schedule import ClassifySchedule
from webapp.domain.alerts.decisions import AlertChange
from webapp.domain.vision.analysis_schedule import AnalysisSchedule, CameraDemand
from webapp.domain.vision.frames import Frame
from webapp.domain.vision.scans import Scan
from webapp.settings import Settings

if TYPE_CHECKING:
    from webapp.vision.pipeline.classifier import LiteRTEmotionClassifier
    from webapp.vision.pipeline.frame_pipeline import AnalysedFrame, FramePipeline
    from webapp.vision.sources.decoding import VideoDecoder

_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
_IDLE_S = 0.005


@dataclass
class WatchedScene:
    """One camera that shows a scene once, and what was seen of it.

    Attributes:
        path: of the scene.
        truth: who is seen.
        seen: number of an analysed frame → the faces that were found and read in it.
        alerts: person → when an alert on them opened, in seconds of the scene.
    """

    path: Path
    truth: SceneTruth
    seen: dict[int, list[BoxXYXY]] = field(default_factory=dict)
    alerts: dict[int, float] = field(default_factory=dict)

    def note(self, number: int, analysed: "AnalysedFrame") -> None:
        """Take in what was seen in a frame."""
        self.seen[number] = [track.box_xyxy for track in analysed.tracks if track.read_count]
        boxes = {track.track_id: track.box_xyxy for track in analysed.living}
        for decision in analysed.decisions:
            if decision.change is AlertChange.OPENED and decision.track_id in boxes:
                person = person_at(self.truth, number, boxes[decision.track_id])
                if person is not None:
                    self.alerts.setdefault(person, number / self.truth.fps)


def single_threaded(settings: Settings) -> "tuple[Settings, LiteRTEmotionClassifier]":
    """Return settings and a classifier that do all work on the calling thread, so that its time can be taken."""
    import cv2

    cv2.setNumThreads(1)
    single = settings.model_copy(update={"model_threads": 1})
    return single, load_classifier(single)


def watch_exhaustively(scene: Path, settings: Settings, classifier: "LiteRTEmotionClassifier") -> WatchedScene:
    """Take every frame of a scene through the pipeline, each searched by every means, and classify every face."""
    camera = _Camera(scene, settings, classifier, ident=1)
    with closing(camera.decoder):
        pipeline = frame_pipeline(settings, classifier, schedule=ClassifySchedule(calm_interval_s=0.0))
        for number in range(camera.watched.truth.frames):
            frame = camera.frame(number)
            if frame is None:
                break
            camera.watched.note(number, pipeline.analyse([frame], {1: camera.analysis}, {1: Scan.THOROUGH})[0])
    return camera.watched


def watch_as_live(scenes: Sequence[Path], settings: Settings, classifier: "LiteRTEmotionClassifier") -> "LiveRun":
    """Take scenes through the pipeline at once, one a camera, as vision with one core would: what takes time is late.

    Args:
        scenes: one for each camera; all begin together.
        settings: as delivered, or as the environment has them.
        classifier: on one thread, see `single_threaded`.
    """
    with ExitStack() as opened:
        cameras = [_Camera(scene, settings, classifier, ident) for ident, scene in enumerate(scenes, start=1)]
        for camera in cameras:
            opened.enter_context(closing(camera.decoder))
        return _follow(cameras, frame_pipeline(settings, classifier))


@dataclass(frozen=True)
class LiveRun:
    """Cameras that were watched at once.

    Attributes:
        cameras: what was seen on each.
        busy: share of the simulated time that the pipeline took.
    """

    cameras: tuple[WatchedScene, ...]
    busy: float


class _Camera:
    def __init__(self, scene: Path, settings: Settings, classifier: "LiteRTEmotionClassifier", ident: int) -> None:
        from webapp.domain.alerts.policy import AlertPolicy
        from webapp.services.alerts.default_rule import default_rule
        from webapp.vision.pipeline.camera_analysis import CameraAnalysis
        from webapp.vision.sources.file import open_recording

        policy = policy_of(classifier.manifest)
        self.watched = WatchedScene(scene, read_truth(scene))
        self.analysis = CameraAnalysis(
            ident, face_tracker(settings, policy), AlertPolicy(default_rule(settings, policy))
        )
        self.decoder: VideoDecoder = open_recording(scene, source_limits(settings))
        self.ident, self.newest = ident, -1
        self._most_fps = settings.analysis_fps
        self._decoded = -1

    def demand(self, now_s: float) -> CameraDemand | None:
        """Return what analysing the newest frame is worth, as `CameraWorker.demand` does; something always moves."""
        number = int(now_s * self.watched.truth.fps)
        if number <= self.newest or number >= self.watched.truth.frames:
            return None
        return CameraDemand(
            self.ident,
            self._most_fps,
            has_people=self.analysis.has_people,
            has_faces=self.analysis.has_faces,
            is_alerting=bool(self.analysis.policy.open_track_ids()),
        )

    def next_frame(self, now_s: float) -> Frame | None:
        """Return the newest frame; None where the scene has ended."""
        self.newest = int(now_s * self.watched.truth.fps)
        return self.frame(self.newest)

    def frame(self, number: int) -> Frame | None:
        """Decode up to a frame; None where the scene has ended."""
        from webapp.errors import CameraEnded

        try:
            while self._decoded < number:
                picture = self.decoder.read()
                self._decoded += 1
        except CameraEnded:
            return None
        at = _BEGIN + timedelta(seconds=number / self.watched.truth.fps)
        return Frame(self.ident, number + 1, at, picture.image_bgr)


def _follow(cameras: Sequence[_Camera], pipeline: "FramePipeline") -> LiveRun:
    watches, schedule = {camera.ident: camera.analysis for camera in cameras}, AnalysisSchedule()
    end_s = max(camera.watched.truth.seconds for camera in cameras)
    now_s = busy_s = 0.0
    while now_s < end_s:
        turns = schedule.choose([demand for camera in cameras if (demand := camera.demand(now_s))], now_s)
        if not turns:
            now_s += _IDLE_S
            continue
        frames = [frame for turn in turns if (frame := cameras[turn.camera_id - 1].next_frame(now_s))]
        began_s, began_wall_s = time.thread_time(), time.perf_counter()
        analysed = pipeline.analyse(frames, watches, {turn.camera_id: turn.scan for turn in turns})
        spent_s, spent_wall_s = time.thread_time() - began_s, time.perf_counter() - began_wall_s
        # What a scan took on the wall holds other programs' time, too.
        scans_s = {one.frame.camera_id: one.scan_s * spent_s / spent_wall_s for one in analysed if one.scan}
        schedule.note_cost(turns, scans_s, spent_s)
        for one in analysed:
            camera = cameras[one.frame.camera_id - 1]
            camera.watched.note(camera.newest, one)
        now_s, busy_s = now_s + spent_s, busy_s + spent_s
    return LiveRun(tuple(camera.watched for camera in cameras), min(busy_s / end_s, 1.0))
