"""Threshold advice: stored scores backtested against what staff said, and applied by anyone who may."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webapp.domain.alerts.incidents import Incident
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.insights.backtest import backtest_steps
from webapp.domain.insights.scores import TrackScores
from webapp.domain.insights.threshold_tuning import (
    Advice,
    ThresholdBacktest,
    advice,
    judged_incidents,
    lowest_exit,
    try_thresholds,
)
from webapp.errors import InputInvalid
from webapp.services.alerts.rules import RuleService
from webapp.services.ports import Clock, IncidentFilter, UnitOfWorkFactory

# About a tenth of a second of work.
_BATCH = 50
_MOST_INCIDENTS = 2_000
_SAME = 0.0005


@dataclass(frozen=True)
class ThresholdTuningService:
    """The use cases around threshold advice.

    Attributes:
        unit_of_work: opens transactions.
        rules: what alerts now.
        clock: the time of day.
        days: how far back scores are kept.
        pause: called between pieces of work, so that a server can do others' work; nothing by default.
    """

    unit_of_work: UnitOfWorkFactory
    rules: RuleService
    clock: Clock
    days: int
    pause: Callable[[], None] = lambda: None

    def for_camera(self, camera_id: int) -> Advice:
        """Backtest what a camera saw at higher thresholds; without enough judged incidents, say how many lack."""
        end = self.clock.now()
        begin = end - timedelta(days=self.days)
        judged, evidence = judged_incidents(
            self._incidents(camera_id, begin), self._covered_from(camera_id, begin, end)
        )
        if not evidence.is_enough:
            return Advice(evidence)
        rule = self.rules.effective(camera_id)
        steps = backtest_steps(self._stretches(camera_id, begin, end), rule, lowest_exit(rule))
        trials: list[ThresholdBacktest] = []
        for trial in try_thresholds(steps, rule, judged):
            trials.append(trial)
            self.pause()
        return advice(trials, evidence)

    def apply(self, camera_id: int, enter_threshold: float, actor: str) -> AlertRule:
        """Set a camera's enter threshold to the advised one; everything else of its rule stays.

        Raises:
            InputInvalid: it is not what is advised now; the log or the rule has changed meanwhile.
        """
        advised = self.for_camera(camera_id).better
        if advised is None or not abs(advised.enter_threshold - enter_threshold) <= _SAME:
            raise InputInvalid(
                "This is not advised any more: incidents or the rule have changed. Open the advice again."
            )
        overrides = replace(self.rules.overrides(camera_id), enter_threshold=advised.enter_threshold)
        return self.rules.change(camera_id, overrides, actor)

    def _incidents(self, camera_id: int, begin: datetime) -> list[Incident]:
        with self.unit_of_work.reading() as work:
            wanted = IncidentFilter(camera_id=camera_id, opened_from=begin, with_tests=False)
            return list(work.incidents.search(wanted, limit=_MOST_INCIDENTS))

    def _covered_from(self, camera_id: int, begin: datetime, end: datetime) -> datetime | None:
        with self.unit_of_work.reading() as work:
            first = work.scores.tracks(camera_id, begin, end, limit=1, offset=0)
        return first[0].moments[0].at if first else None

    def _stretches(self, camera_id: int, begin: datetime, end: datetime) -> Iterator[TrackScores]:
        offset = 0
        while True:
            with self.unit_of_work.reading() as work:
                batch = work.scores.tracks(camera_id, begin, end, limit=_BATCH, offset=offset)
            yield from batch
            self.pause()
            if len(batch) < _BATCH:
                return
            offset += _BATCH
