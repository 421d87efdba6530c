"""From the newest frames of all cameras to pictures, alerts and scores."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from webapp.domain.vision.analysis_schedule import AnalysisSchedule, Turn
from webapp.domain.vision.frames import Frame
from webapp.domain.vision.scans import Scan
from webapp.runtime.vision.alert_sink import AlertSink
from webapp.runtime.vision.camera_fleet import CameraFleet
from webapp.runtime.vision.score_writer import ScoreWriter
from webapp.vision.pipeline.camera_analysis import CameraAnalysis
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame, FramePipeline

log = structlog.get_logger()


@dataclass(frozen=True)
class AnalysisLoop:
    """Analyses frames as they come, and hands each on in one direction.

    Attributes:
        fleet: whose frames.
        pipeline: finds, reads and follows the faces, and decides; None without a model: pictures are only shown.
        alerts: where the decisions go.
        scores: where goes what faces look like over time.
        schedule: chooses whose frame comes next, and which are scanned.
    """

    fleet: CameraFleet
    pipeline: FramePipeline | None
    alerts: AlertSink
    scores: ScoreWriter
    schedule: AnalysisSchedule = field(default_factory=AnalysisSchedule)

    def step(self, now_s: float) -> bool:
        """Analyse the newest frames of the cameras whose turn it is, all faces in one batch.

        Args:
            now_s: seconds on a clock that never goes back.

        Returns:
            Whether there was a turn.
        """
        watched = self.fleet.watched
        demands = [demand for one in watched.values() if (demand := one.demand(now_s))]
        turns = self.schedule.choose(demands, now_s)
        began_s = time.perf_counter()
        frames = [frame for turn in turns if (frame := watched[turn.camera_id].next_frame(turn.missed))]
        open_frames = [frame for frame in frames if watched[frame.camera_id].is_analysed]
        for frame in frames:
            if self.pipeline is None or not watched[frame.camera_id].is_analysed:
                self._hand_on(AnalysedFrame.without_analysis(frame, watched[frame.camera_id].watch), 0.0, now_s)
        scans_s: dict[int, float] = {}
        if self.pipeline and open_frames:
            scans_s = self._analyse(self.pipeline, open_frames, turns, now_s)
        self.schedule.note_cost(turns, scans_s, time.perf_counter() - began_s)
        return bool(turns)

    def _analyse(
        self, pipeline: FramePipeline, frames: Sequence[Frame], turns: Sequence[Turn], now_s: float
    ) -> dict[int, float]:
        """Analyse frames and hand them on; returns camera id → seconds of its scan."""
        watches = {camera_id: watched.watch for camera_id, watched in self.fleet.watched.items()}
        scans = {turn.camera_id: turn.scan for turn in turns}
        began_s = time.perf_counter()
        analysed_frames = analyse_all(pipeline, frames, watches, scans)
        vision_s = time.perf_counter() - began_s
        for analysed in analysed_frames:
            self._hand_on(analysed, vision_s * 1000, now_s)
        return {one.frame.camera_id: one.scan_s for one in analysed_frames if one.scan}

    def _hand_on(self, analysed: AnalysedFrame, vision_ms: float, now_s: float) -> None:
        watched = self.fleet.watched[analysed.frame.camera_id]
        analysed = analysed.shifted(watched.steady.shift)
        try:
            watched.publish(analysed, vision_ms, now_s)
        except Exception as error:  # noqa: BLE001 - a camera's boundary: the others go on, and so does its alert.
            words = getattr(error, "strerror", None) or type(error).__name__
            log.error("picture_not_published", camera_id=watched.camera.camera_id, error=words)
        self.alerts.record(watched, analysed)
        self.scores.observe(watched.rule, analysed)


def analyse_all(
    pipeline: FramePipeline,
    frames: Sequence[Frame],
    watches: Mapping[int, CameraAnalysis],
    scans: Mapping[int, Scan],
) -> list[AnalysedFrame]:
    """Analyse frames in one batch; where one of them cannot be analysed, the others are all the same.

    Args:
        pipeline: does the work.
        frames: at most one of each camera.
        watches: camera id → what is remembered.
        scans: camera id → how much of its picture is searched for new faces.

    Returns:
        One for each frame that could be analysed.
    """
    try:
        return pipeline.analyse(frames, watches, scans)
    except Exception as error:  # A camera's boundary: one bad picture must not stop the other cameras.
        if len(frames) == 1:
            log.error("frame_not_analysed", camera_id=frames[0].camera_id, exc_info=error)
            return []
    return [analysed for frame in frames for analysed in analyse_all(pipeline, [frame], watches, scans)]
