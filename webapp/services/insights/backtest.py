"""Backtest of a rule: the stored scores of the last hour, through the code that raises alerts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.cameras import Camera
from webapp.domain.insights.backtest import BacktestAlert, backtest, backtest_steps
from webapp.domain.insights.scores import TrackScores
from webapp.services.alerts.rules import RuleService, apply_overrides
from webapp.services.ports import Clock, RuleOverrides, UnitOfWorkFactory

_LAST = timedelta(hours=1)
# A stretch belongs to the time at which it began, and lasts up to a minute.
_STRETCH = timedelta(minutes=1)
_BATCH = 50


@dataclass(frozen=True)
class RuleBacktestAlert:
    """An alert as it would have been, and on which camera."""

    camera: str
    alert: BacktestAlert


@dataclass(frozen=True)
class RuleBacktest:
    """What a rule would have raised.

    Attributes:
        alerts: oldest first.
        faces: stretches of faces that were looked at; 0 where there was nobody.
    """

    alerts: tuple[RuleBacktestAlert, ...]
    faces: int


@dataclass
class RuleBacktestService:
    """The use case around trying a rule; `pause` lets a server do others' work between pieces of it."""

    unit_of_work: UnitOfWorkFactory
    rules: RuleService
    clock: Clock
    pause: Callable[[], None] = lambda: None

    def last_hour(self, camera_id: int | None, overrides: RuleOverrides) -> RuleBacktest:
        """Try a rule as it was typed, for one camera, or with None for all; nothing is saved.

        Raises:
            InputInvalid: the rule cannot hold.
        """
        rule = self.rules.as_typed(camera_id, overrides)
        alerts: list[RuleBacktestAlert] = []
        faces = 0
        for camera in self._cameras(camera_id):
            own = rule if camera_id else apply_overrides(rule, self.rules.overrides(camera.camera_id))
            stretches = list(self._stretches(camera.camera_id))
            faces += len(stretches)
            alerts += [RuleBacktestAlert(camera.name, alert) for alert in self._alerts(stretches, own)]
        return RuleBacktest(tuple(sorted(alerts, key=lambda tried: tried.alert.opened_at)), faces)

    def _alerts(self, stretches: list[TrackScores], rule: AlertRule) -> list[BacktestAlert]:
        begin = self.clock.now() - _LAST
        steps = backtest_steps(stretches, rule, rule.exit_threshold)
        return [alert for alert in backtest(steps, rule) if alert.opened_at >= begin]

    def _cameras(self, camera_id: int | None) -> list[Camera]:
        with self.unit_of_work.reading() as work:
            return [camera for camera in work.cameras.list() if camera_id in (None, camera.camera_id)]

    def _stretches(self, camera_id: int) -> Iterator[TrackScores]:
        end, offset = self.clock.now(), 0
        while True:
            with self.unit_of_work.reading() as work:
                batch = work.scores.tracks(camera_id, end - _LAST - _STRETCH, end, limit=_BATCH, offset=offset)
            yield from batch
            self.pause()
            if len(batch) < _BATCH:
                return
            offset += _BATCH
