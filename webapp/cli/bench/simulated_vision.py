"""Takes scenes through the pipeline in simulated time: as vision would live, or frame by frame with nothing left out.

How the pipeline is put together is said in `pipeline_parts` alone, what is analysed when in `AnalysisSchedule`.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.cli.bench.scenes.matching import person_at
from webapp.cli.bench.scenes.truth import BoxXYXY, SceneTruth, read_truth
from webapp.cli.processes.artefact import policy_of
from webapp.cli.processes.parts.pipeline_parts import face_tracker, frame_pipeline, load_classifier, source_limits
from webapp.domain.alerts.classify_schedule import ClassifySchedule
from webapp.domain.alerts.decisions import AlertChange
from webapp.domain.vision.analysis_schedule import AnalysisSchedule, Turn
from webapp.domain.vision.camera_demand import CameraDemand
from webapp.domain.vision.frames import Frame
from webapp.domain.vision.scans import Scan
from webapp.runtime.vision.search_thread import SearchPace
from webapp.settings import Settings

if TYPE_CHECKING:
    from webapp.vision.pipeline.classifier import LiteRTEmotionClassifier
    from webapp.vision.pipeline.frame_pipeline import AnalysedFrame, FramePipeline
    from webapp.vision.pipeline.picture_search import SearchedPicture
    from webapp.vision.sources import Picture
    from webapp.vision.sources.decoding import VideoDecoder

_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
_IDLE_S = 0.005
# As `PictureChoice` has them.
_LOOK_EVERY_S, _MOTION_S = 0.075, 1.0


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


def watch_as_live(
    scenes: Sequence[Path], settings: Settings, classifier: "LiteRTEmotionClassifier", cores: int = 2
) -> "LiveRun":
    """Take scenes through the pipeline at once, one a camera, as vision would live: what takes time is late.

    Args:
        scenes: one for each camera; all begin together.
        settings: as delivered, or as the environment has them.
        classifier: on one thread, see `single_threaded`.
        cores: with two, new faces are searched for beside the analysis, as on a machine that has them.
    """
    with ExitStack() as opened:
        cameras = [_Camera(scene, settings, classifier, ident) for ident, scene in enumerate(scenes, start=1)]
        for camera in cameras:
            opened.enter_context(closing(camera.decoder))
        return _Follower(cameras, frame_pipeline(settings, classifier), is_apart=cores > 1).run()


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
        from webapp.vision.sources.motion_detector import MotionDetector

        policy = policy_of(classifier.manifest)
        self.watched = WatchedScene(scene, read_truth(scene))
        self.analysis = CameraAnalysis(
            ident, face_tracker(settings, policy), AlertPolicy(default_rule(settings, policy))
        )
        self.decoder: VideoDecoder = open_recording(scene, source_limits(settings))
        self.ident, self.newest = ident, -1
        self._most_fps = settings.analysis_fps
        self._motion, self._looked_at_s = MotionDetector(), float("-inf")
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
                self._look(picture, self._decoded / self.watched.truth.fps)
        except CameraEnded:
            return None
        at_s = number / self.watched.truth.fps
        motion = self._motion.grid(at_s, _MOTION_S)
        return Frame(self.ident, number + 1, _BEGIN + timedelta(seconds=at_s), picture.image_bgr, motion)

    def _look(self, picture: "Picture", at_s: float) -> None:
        """Look for motion as a capture process does."""
        from webapp.vision.sources.motion_detector import HEIGHT_PX, WIDTH_PX

        if at_s - self._looked_at_s >= _LOOK_EVERY_S:
            self._looked_at_s = at_s
            self._motion.look(picture.reduced_gray(WIDTH_PX, HEIGHT_PX), at_s)


@dataclass
class _Follower:
    """Does what `AnalysisLoop` does, in simulated time."""

    cameras: Sequence[_Camera]
    pipeline: "FramePipeline"
    is_apart: bool
    now_s: float = 0.0
    busy_s: float = 0.0
    _search_free_s: float = 0.0
    _pace: SearchPace = field(default_factory=SearchPace)
    _begun: "dict[int, tuple[float, SearchedPicture]]" = field(default_factory=dict)

    def run(self) -> LiveRun:
        schedule = AnalysisSchedule.with_scans_apart() if self.is_apart else AnalysisSchedule()
        end_s = max(camera.watched.truth.seconds for camera in self.cameras)
        while self.now_s < end_s:
            if not self._step(schedule):
                self.now_s += _IDLE_S
        return LiveRun(tuple(camera.watched for camera in self.cameras), min(self.busy_s / end_s, 1.0))

    def _step(self, schedule: AnalysisSchedule) -> bool:
        searched = {ident: one for ident, (at_s, one) in self._begun.items() if at_s <= self.now_s}
        for ident, one in searched.items():
            del self._begun[ident]
            schedule.note_scan(one.scan, one.search_s)
        free = [camera for camera in self.cameras if camera.ident not in self._begun and camera.ident not in searched]
        demands = [demand for camera in free if (demand := camera.demand(self.now_s))]
        turns = schedule.choose(demands, self.now_s, room=self._room, ready=len(searched))
        taken = [(turn, frame) for turn in turns if (frame := self._of(turn.camera_id).next_frame(self.now_s))]
        apart = [(turn, frame) for turn, frame in taken if self.is_apart and turn.scan]
        for turn, frame in apart:
            self._begin(frame, turn.scan)
        frames = [one.frame for one in searched.values()] + [
            frame for pair in taken if pair not in apart for frame in pair[1:]
        ]
        if frames:
            self._analyse(frames, turns, searched, schedule)
        return bool(turns or searched)

    @property
    def _room(self) -> int:
        is_thorough = any(one.scan is Scan.THOROUGH for _, one in self._begun.values())
        return 1000 if not self.is_apart else 0 if is_thorough else self._pace.most_at_once - len(self._begun)

    def _of(self, ident: int) -> _Camera:
        return self.cameras[ident - 1]

    def _begin(self, frame: Frame, scan: Scan) -> None:
        began_s = time.thread_time()
        one = self.pipeline.search_of(frame, self._of(frame.camera_id).analysis, scan).run()
        one = replace(one, search_s=time.thread_time() - began_s)
        self._pace.note(scan, one.search_s)
        self._search_free_s = max(self._search_free_s, self.now_s) + one.search_s
        self._begun[frame.camera_id] = self._search_free_s, one

    def _analyse(
        self,
        frames: Sequence[Frame],
        turns: Sequence[Turn],
        searched: "Mapping[int, SearchedPicture]",
        schedule: AnalysisSchedule,
    ) -> None:
        watches = {camera.ident: camera.analysis for camera in self.cameras}
        scans = {turn.camera_id: turn.scan for turn in turns} | {ident: one.scan for ident, one in searched.items()}
        began_s, began_wall_s = time.thread_time(), time.perf_counter()
        analysed = self.pipeline.analyse(frames, watches, scans, searched)
        spent_s, spent_wall_s = time.thread_time() - began_s, time.perf_counter() - began_wall_s
        if self.is_apart:
            schedule.note_round(len(frames), spent_s)
        else:
            # What a scan took on the wall holds other programs' time, too.
            scans_s = {one.frame.camera_id: one.scan_s * spent_s / spent_wall_s for one in analysed if one.scan}
            schedule.note_cost(turns, scans_s, spent_s)
        for one in analysed:
            self._of(one.frame.camera_id).watched.note(one.frame.sequence - 1, one)
        self.now_s, self.busy_s = self.now_s + spent_s, self.busy_s + spent_s
