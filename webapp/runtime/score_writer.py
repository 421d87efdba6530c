"""Writes what faces look like over time, in a thread of its own: the frames never wait for it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from webapp.domain.scores import TrackScores
from webapp.services.ports import Clock, UnitOfWorkFactory
from webapp.services.scores import ScoreRecorder, Scores

log = structlog.get_logger()

_WRITE_INTERVAL_S = 2.0
_FORGET_INTERVAL = timedelta(hours=1)
_BATCH = 200
# An hour of thirty faces; when the disk is full for longer, the oldest go.
_MOST_WAITING = 2_000


@dataclass
class ScoreWriter:
    """Stores what `recorder` has finished, and forgets what is older than `keep_days`.

    Attributes:
        recorder: collects; only used by the thread that analyses.
        unit_of_work: opens transactions, also from another thread.
        clock: the time of day.
        keep_days: days that faces are kept; 0 keeps only the scores of incidents.
    """

    recorder: ScoreRecorder
    unit_of_work: UnitOfWorkFactory
    clock: Clock
    keep_days: int
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

    def hand_over(self) -> None:
        """Take what the recorder has finished; called once a frame, and costs next to nothing."""
        finished = [scores for scores in self.recorder.take() if self.keep_days or not isinstance(scores, TrackScores)]
        if finished:
            with self._lock:
                self._waiting = (self._waiting + finished)[-_MOST_WAITING:]

    def write(self) -> None:
        """Store what waits, oldest first; what cannot be stored waits on."""
        while batch := self._next_batch():
            try:
                self._store(batch)
            except Exception as error:  # noqa: BLE001 - a thread's boundary: logged once, tried again.
                self._note_failure(type(error).__name__)
                return
            self._note_failure("")
            with self._lock:
                stored = set(map(id, batch))
                self._waiting = [scores for scores in self._waiting if id(scores) not in stored]

    def forget_old(self) -> None:
        """Delete the faces that are too old to be kept."""
        try:
            with self.unit_of_work() as work:
                count = work.scores.forget_tracks(self.clock.now() - timedelta(days=self.keep_days))
                work.commit()
        except Exception as error:  # noqa: BLE001 - a thread's boundary: logged, tried again in an hour.
            log.error("old_scores_not_forgotten", error=type(error).__name__)
        else:
            log.debug("old_scores_forgotten", stretches=count)

    def _run(self) -> None:
        forget_at = self.clock.now()
        while not self._stopping.wait(_WRITE_INTERVAL_S):
            self.write()
            if self.clock.now() >= forget_at:
                self.forget_old()
                forget_at = self.clock.now() + _FORGET_INTERVAL
        self.write()

    def _next_batch(self) -> Sequence[Scores]:
        with self._lock:
            return self._waiting[:_BATCH]

    def _store(self, batch: Sequence[Scores]) -> None:
        with self.unit_of_work() as work:
            for scores in batch:
                if isinstance(scores, TrackScores):
                    work.scores.add_track(scores)
                else:
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
