"""The pictures that incidents keep: of each one person, and of nobody else."""

from dataclasses import dataclass, field

import structlog

from webapp.domain.alert_decisions import AlertDecision
from webapp.runtime.watching import WatchedCamera
from webapp.services.monitoring import PICTURED, IncidentRecorder
from webapp.vision.blurring import FaceHider
from webapp.vision.pipeline import AnalysedFrame

log = structlog.get_logger()


@dataclass
class SnapshotTaker:
    """Hands a frame's decisions to the recorder, each new alert and each peak with a picture of that face alone."""

    recorder: IncidentRecorder
    hider: FaceHider = field(default_factory=FaceHider)

    def record(self, watched: WatchedCamera, analysed: AnalysedFrame) -> None:
        """Record what was decided on a frame."""
        for decision in analysed.decisions:
            self.recorder.record(watched.camera, [decision], self._snapshot(watched, analysed, decision))

    def _snapshot(self, watched: WatchedCamera, analysed: AnalysedFrame, decision: AlertDecision) -> bytes | None:
        if decision.change not in PICTURED:
            return None
        try:
            return watched.picture(self.hider.showing_only(analysed, decision.track_id))
        except Exception as error:  # Never a picture in which others can be recognised; the alert matters more.
            log.error("snapshot_not_taken", camera_id=watched.camera.camera_id, exc_info=error)
            return None
