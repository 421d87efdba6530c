"""From the newest frames of all cameras to pictures, alerts and scores."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.vision.analysis_schedule import AnalysisSchedule, Turn
from webapp.domain.vision.decoding_thrift import DecodingThrift
from webapp.domain.vision.frames import Frame
from webapp.domain.vision.scans import Scan
from webapp.runtime.vision.alert_sink import AlertSink
from webapp.runtime.vision.camera_fleet import CameraFleet
from webapp.runtime.vision.camera_worker import CameraWorker
from webapp.runtime.vision.score_writer import ScoreWriter
from webapp.runtime.vision.search_thread import FinishedSearch, SearchThread
from webapp.vision.pipeline.camera_analysis import CameraAnalysis
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame, FramePipeline
from webapp.vision.pipeline.picture_search import SearchedPicture

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
        searches: where that is done beside the analysis; None: within it.
        decoding: chooses which empty cameras are decoded by their key pictures alone.
    """

    fleet: CameraFleet
    pipeline: FramePipeline | None
    alerts: AlertSink
    scores: ScoreWriter
    schedule: AnalysisSchedule = field(default_factory=AnalysisSchedule)
    searches: SearchThread | None = None
    decoding: DecodingThrift = field(default_factory=DecodingThrift)

    def share_out_decoding(self, now_s: float) -> None:
        """Have some empty cameras decoded less while people's are analysed too seldom.

        Args:
            now_s: seconds on a clock that never goes back.
        """
        watched = self.fleet.watched
        chosen = self.decoding.choose([one.decoding_need(now_s) for one in watched.values()], now_s)
        for camera_id, one in watched.items():
            one.decode_keys_alone(camera_id in chosen)

    def step(self, now_s: float) -> bool:
        """Analyse the newest frames of the cameras whose turn it is, all faces in one batch.

        Args:
            now_s: seconds on a clock that never goes back.

        Returns:
            Whether there was a turn.
        """
        ended = self.searches.finished() if self.searches else []
        searched = {one.camera_id: one.searched for one in ended if one.searched}
        turns = self._turns(now_s, searched)
        began_s = time.perf_counter()
        frames = [one.frame for one in searched.values()]
        for turn in turns:
            frame = self.fleet.watched[turn.camera_id].next_frame(turn.missed)
            if frame and not self._is_handed_over(frame, turn, now_s):
                frames.append(frame)
        scans_s = self._analyse(frames, turns, searched, now_s)
        self._note_cost(turns, scans_s, ended, len(frames), time.perf_counter() - began_s)
        return bool(turns or ended)

    def close(self) -> None:
        """Search no more."""
        if self.searches:
            self.searches.close()

    def _turns(self, now_s: float, searched: Mapping[int, SearchedPicture]) -> list[Turn]:
        searches, watched = self.searches, self.fleet.watched
        # A camera whose searched frame is analysed now waits with its newer one: what was found is not in that.
        taken = [i for i in watched if i in searched or (searches and searches.is_searching(i))]
        free = [one for camera_id, one in watched.items() if camera_id not in taken]
        demands = [demand for one in free if (demand := one.demand(now_s))]
        if searches is None:
            return self.schedule.choose(demands, now_s)
        return self.schedule.choose(demands, now_s, room=searches.room, ready=len(searched))

    def _is_handed_over(self, frame: Frame, turn: Turn, now_s: float) -> bool:
        """Hand a frame on that is only shown, or to the thread that searches; return whether it was one of these."""
        watched = self.fleet.watched[turn.camera_id]
        if self.pipeline is None or not watched.is_analysed:
            self._hand_on(AnalysedFrame.without_analysis(frame, watched.watch), 0.0, now_s)
            return True
        if self.searches is None or turn.scan is Scan.NONE:
            return False
        search = self.pipeline.search_of(frame, watched.watch, turn.scan)
        self.searches.begin(search, partial(self._may_be_seen, watched, watched.camera.image_settings))
        return True

    def _may_be_seen(self, watched: CameraWorker, settings: ImageSettings) -> bool:
        """Return whether faces may still be looked for in pictures that a camera took with some settings."""
        is_watched = self.fleet.watched.get(watched.camera.camera_id) is watched
        return is_watched and watched.is_analysed and watched.camera.image_settings == settings

    def _analyse(
        self, frames: Sequence[Frame], turns: Sequence[Turn], searched: Mapping[int, SearchedPicture], now_s: float
    ) -> dict[int, float]:
        """Analyse frames and hand them on; returns camera id → seconds of its scan."""
        if self.pipeline is None or not frames:
            return {}
        watches = {camera_id: watched.watch for camera_id, watched in self.fleet.watched.items()}
        scans = {turn.camera_id: turn.scan for turn in turns} | {i: one.scan for i, one in searched.items()}
        began_s = time.perf_counter()
        analysed_frames = analyse_all(self.pipeline, frames, watches, scans, searched)
        vision_s = time.perf_counter() - began_s
        for analysed in analysed_frames:
            self._hand_on(analysed, vision_s * 1000, now_s)
        return {one.frame.camera_id: one.scan_s for one in analysed_frames if one.scan}

    def _note_cost(
        self,
        turns: Sequence[Turn],
        scans_s: Mapping[int, float],
        ended: Sequence[FinishedSearch],
        frames: int,
        spent_s: float,
    ) -> None:
        if self.searches is None:
            self.schedule.note_cost(turns, scans_s, spent_s)
            return
        for one in ended:
            self.schedule.note_scan(one.scan, one.searched.search_s if one.searched else None)
        for turn in turns:
            if not self.searches.is_searching(turn.camera_id):
                self.schedule.note_scan(turn.scan, None)
        self.schedule.note_round(frames, spent_s)

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
    searched: Mapping[int, SearchedPicture] | None = None,
) -> list[AnalysedFrame]:
    """Analyse frames in one batch; where one of them cannot be analysed, the others are all the same.

    Args:
        pipeline: does the work.
        frames: at most one of each camera.
        watches: camera id → what is remembered.
        scans: camera id → how much of its picture is searched for new faces.
        searched: camera id → its frame, where that was searched already.

    Returns:
        One for each frame that could be analysed.
    """
    try:
        return pipeline.analyse(frames, watches, scans, searched)
    except Exception as error:  # A camera's boundary: one bad picture must not stop the other cameras.
        if len(frames) == 1:
            log.error("frame_not_analysed", camera_id=frames[0].camera_id, exc_info=error)
            return []
    return [analysed for frame in frames for analysed in analyse_all(pipeline, [frame], watches, scans, searched)]
