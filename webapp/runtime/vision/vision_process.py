"""The vision process: runs the fleet of cameras and the analysis of their frames until it is told to end."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from webapp.runtime.processes.heartbeat import Heartbeat, ParentWatch
from webapp.runtime.vision.alert_sink import AlertSink
from webapp.runtime.vision.analysis_loop import AnalysisLoop
from webapp.runtime.vision.camera_fleet import CameraFleet
from webapp.runtime.vision.model_watch import ModelWatch
from webapp.runtime.vision.score_writer import ScoreWriter
from webapp.services.site.system import Waiting

_SYNC_S = 0.5
_IDLE_S = 0.008
_END_S = 2.0


@dataclass
class VisionProcess:
    """Says when which work is due; the work itself is elsewhere.

    Attributes:
        fleet: the cameras.
        analysis: their frames.
        alerts: what has to be stored.
        scores: writes in a thread of its own.
        heartbeat: the sign of life.
        on_waiting: called twice a second with what is not stored yet.
        parent: the process that started this one.
        model: where the model could not be loaded, tries it again.
    """

    fleet: CameraFleet
    analysis: AnalysisLoop
    alerts: AlertSink
    scores: ScoreWriter
    heartbeat: Heartbeat
    on_waiting: Callable[[Waiting], None] = lambda waiting: None
    parent: ParentWatch = field(default_factory=ParentWatch)
    model: ModelWatch | None = None
    _next_sync_s: float = field(default=0.0, init=False)
    _stopping: bool = field(default=False, init=False)

    def run(self) -> bool:
        """Work until SIGTERM, SIGINT or the supervisor's end; return whether to begin anew: the model is mended."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self.scores.start()
        is_mended = False
        try:
            while not (self._stopping or self.parent.is_orphaned() or is_mended):
                self.tick(time.monotonic())
                is_mended = self.model is not None and self.model.is_mended(time.monotonic())
        finally:
            self.close()
        if is_mended:  # What comes until the next one listens ends the process: nothing is open.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
        return is_mended and not self._stopping

    def tick(self, now_s: float) -> None:
        """Do what is due: configuration and states twice a second, frames and pictures as they come."""
        if is_due := now_s >= self._next_sync_s:
            self._next_sync_s = now_s + _SYNC_S
            self.fleet.sync()
            self.analysis.share_out_decoding(now_s)
            self.on_waiting(self._waiting(now_s))
        if not self.analysis.step(now_s):
            time.sleep(_IDLE_S)
        self.alerts.flush(now_s)
        self.fleet.show(now_s)
        if is_due:  # Only after a whole turn: it is what tells the supervisor that it works.
            self.heartbeat.beat()

    def _waiting(self, now_s: float) -> Waiting:
        return Waiting(self.alerts.recorder.pending_count, self.alerts.waiting_s(now_s), self.scores.waiting_count)

    def close(self) -> None:
        """End the cameras, and write what is left."""
        self.fleet.stop()
        self.analysis.close()
        self.alerts.store_last(_END_S)
        self.scores.stop(_END_S)
        self.fleet.join(_END_S)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stopping = True
