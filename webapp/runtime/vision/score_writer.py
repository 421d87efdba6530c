"""Writes the scores of faces over time, in a thread of its own: the frames never wait for it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.insights.scores import TrackScores
from webapp.errors import OwnershipLost
from webapp.services.insights.score_recorder import ScoreRecorder, Scores
from webapp.services.ports import UnitOfWorkFactory
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

log = structlog.get_logger()

_WRITE_INTERVAL_S = 2.0
_BATCH = 200
# An hour of thirty faces; when the disk is full for longer, the oldest go.
_MOST_WAITING = 2_000


@dataclass
class ScoreWriter:
    """Stores what `recorder` has finished; housekeeping forgets it.

    Attributes:
        recorder: collects; only used by the thread that analyses.
        unit_of_work: opens transactions, also from another thread.
        keeps_faces: whether to keep all faces, or only the scores of incidents.
    """

    recorder: ScoreRecorder
    unit_of_work: UnitOfWorkFactory
    keeps_faces: bool
    _waiting: list[Scores] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _failure: str = ""

    def start(self) -> None:
        """Begin to write."""
        self._thread = threading.Thread(target=self._run, name="scores", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Write what is left, and end."""
        self._stopping.set()
        if self._thread:
            self._thread.join(timeout_s)

    @property
    def waiting_count(self) -> int:
        """How many stretches of scores wait to be stored."""
        with self._lock:
            return len(self._waiting)

    def observe(self, rule: AlertRule, analysed: AnalysedFrame) -> None:
        """Take in one analysed frame of a camera that alerts by a rule; costs next to nothing."""
        frame = analysed.frame
        self.recorder.observe(frame.camera_id, rule, analysed.living, analysed.decisions, frame.captured_at)
        self.hand_over()

    def leave(self, camera_id: int) -> None:
        """Finish what was begun on a camera; see `ScoreRecorder.leave`."""
        self.recorder.leave(camera_id)
        self.hand_over()

    def forget(self, camera_id: int) -> None:
        """Drop what was collected on a camera that another machine watches; what is finished may be of both."""
        self.recorder.forget(camera_id)
        with self._lock:
            self._waiting = [
                one for one in self._waiting if not (isinstance(one, TrackScores) and one.camera_id == camera_id)
            ]

    def hand_over(self) -> None:
        """Take what the recorder has finished."""
        finished = [
            scores for scores in self.recorder.take() if self.keeps_faces or not isinstance(scores, TrackScores)
        ]
        if finished:
            with self._lock:
                self._waiting = (self._waiting + finished)[-_MOST_WAITING:]

    def write(self) -> None:
        """Store what waits, oldest first; what cannot be stored waits on."""
        while batch := self._next_batch():
            try:
                self._store(batch)
            except OwnershipLost:  # Of a moment: see `forget`.
                return
            except Exception as error:  # noqa: BLE001 - a thread's boundary: logged once, tried again.
                self._note_failure(type(error).__name__)
                return
            self._note_failure("")
            with self._lock:
                stored = set(map(id, batch))
                self._waiting = [scores for scores in self._waiting if id(scores) not in stored]

    def _run(self) -> None:
        while not self._stopping.wait(_WRITE_INTERVAL_S):
            self.write()
        self.write()

    def _next_batch(self) -> Sequence[Scores]:
        with self._lock:
            return self._waiting[:_BATCH]

    def _store(self, batch: Sequence[Scores]) -> None:
        with self.unit_of_work() as work:
            work.scores.add_tracks([scores for scores in batch if isinstance(scores, TrackScores)])
            for scores in batch:
                if not isinstance(scores, TrackScores):
                    work.scores.add_incident(scores)
            work.commit()

    def _note_failure(self, failure: str) -> None:
        """Log a failure when it begins and when it is over."""
        if failure == self._failure:
            return
        self._failure = failure
        if failure:
            log.error("scores_not_stored", error=failure, waiting=len(self._waiting))
        else:
            log.info("scores_stored_again")
