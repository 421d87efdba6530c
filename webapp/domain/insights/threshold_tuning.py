"""Which threshold would have spared false alarms without missing what staff called real: backtested, not guessed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.alerts.incidents import Incident, Outcome
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.insights.backtest import BacktestAlert, BacktestStep, at_threshold, backtest

REAL_OUTCOMES = frozenset({Outcome.RECOVERED, Outcome.ESCALATED})
# Fewer would let one afternoon decide; these are judgements of this product, not taken from a paper.
MIN_REAL = 5
MIN_FALSE_ALARMS = 5
# Stored moments are half a second apart: a backtested alert and the incident of then need not agree to the second.
_SLACK = timedelta(seconds=3)
_HIGHEST = 0.96
# Tomorrow's false alarms look a little angrier than those that were counted, and its real ones a little calmer.
_MOST_STEPS_OF_MARGIN = 3


@dataclass(frozen=True)
class Judged:
    """An incident that staff judged, as the advice uses it.

    Attributes:
        started_at: when the face rose above the exit threshold of then.
        ended_at: when it was last above the exit threshold.
        is_real: recovered or escalated; otherwise a false alarm.
    """

    started_at: datetime
    ended_at: datetime
    is_real: bool


@dataclass(frozen=True)
class ThresholdBacktest:
    """What one threshold would have done.

    Attributes:
        enter_threshold: in (0, 1).
        alerts: alerts in all, judged or not.
        real_kept: of the real ones.
        false_kept: of the false alarms.
    """

    enter_threshold: float
    alerts: int
    real_kept: int
    false_kept: int


@dataclass(frozen=True)
class Evidence:
    """How much there is to go by; only what can be backtested counts.

    Attributes:
        real: incidents that staff called real (recovered, escalated).
        false_alarms: incidents that staff called false alarms.
        unclear: resolved without action, or not at all; they decide nothing.
    """

    real: int
    false_alarms: int
    unclear: int

    @property
    def missing_real(self) -> int:
        """How many more real ones an advice needs."""
        return max(0, MIN_REAL - self.real)

    @property
    def missing_false_alarms(self) -> int:
        """How many more false alarms an advice needs."""
        return max(0, MIN_FALSE_ALARMS - self.false_alarms)

    @property
    def is_enough(self) -> bool:
        """Whether an advice can be given."""
        return not (self.missing_real or self.missing_false_alarms)


@dataclass(frozen=True)
class Advice:
    """An advice on one camera's threshold.

    Attributes:
        evidence: how much there was to go by.
        now: what the current threshold gives in the backtest; None without enough evidence.
        trials: all that were backtested, by threshold.
        better: the one to take; None where none of them is better.
    """

    evidence: Evidence
    now: ThresholdBacktest | None = None
    trials: tuple[ThresholdBacktest, ...] = ()
    better: ThresholdBacktest | None = None


def judged_incidents(incidents: Sequence[Incident], covered_from: datetime | None) -> tuple[list[Judged], Evidence]:
    """Return what staff judged, and how much that is.

    Args:
        incidents: of one camera.
        covered_from: since when scores are stored; earlier incidents cannot be backtested. None: there are none.
    """
    covered = [i for i in incidents if covered_from and i.started_at >= covered_from]
    judged = [
        Judged(i.started_at, i.ended_at or i.opened_at, i.outcome in REAL_OUTCOMES)
        for i in covered
        if i.outcome in REAL_OUTCOMES or i.outcome is Outcome.FALSE_ALARM
    ]
    real = sum(one.is_real for one in judged)
    return judged, Evidence(real, len(judged) - real, len(covered) - len(judged))


def lowest_exit(rule: AlertRule) -> float:
    """Return the lowest exit threshold of any rule that `try_thresholds` plays."""
    return min(rule.exit_threshold, rule.enter_threshold)


def try_thresholds(
    steps: Sequence[BacktestStep], rule: AlertRule, judged: Sequence[Judged]
) -> Iterator[ThresholdBacktest]:
    """Yield what the threshold of now and each higher one would have done, lowest first.

    Lower ones are not backtested: of what would alert there, nobody ever said whether it was real.
    """
    for threshold in _thresholds(rule.enter_threshold):
        trial = _trial(threshold, backtest(steps, at_threshold(rule, threshold)), judged)
        yield trial
        if not trial.alerts:
            return


def advice(trials: Sequence[ThresholdBacktest], evidence: Evidence) -> Advice:
    """Choose the trial that misses no real one which the first keeps: fewest false alarms, little change."""
    now = trials[0]
    harmless = [trial for trial in trials[1:] if trial.real_kept >= now.real_kept and trial.alerts <= now.alerts]
    fewer = [trial for trial in harmless if trial.false_kept < now.false_kept]
    return Advice(evidence, now, tuple(trials), _with_margin(fewer))


def _with_margin(fewer: Sequence[ThresholdBacktest]) -> ThresholdBacktest | None:
    """Return the best trial, a few steps above the lowest of equals, at most in their middle."""
    if not fewer:
        return None
    fewest = min(trial.false_kept for trial in fewer)
    equals = [trial for trial in fewer if trial.false_kept == fewest]
    return equals[min(_MOST_STEPS_OF_MARGIN, (len(equals) - 1) // 2)]


def _thresholds(now: float) -> list[float]:
    """Return the threshold of now and every second whole percent above it."""
    higher = (percent / 100 for percent in range(int(now * 100) + 2, round(_HIGHEST * 100) + 1, 2))
    return [now, *higher]


def _trial(threshold: float, alerts: Sequence[BacktestAlert], judged: Sequence[Judged]) -> ThresholdBacktest:
    kept = [one for one in judged if any(_meets(one, alert) for alert in alerts)]
    real = sum(one.is_real for one in kept)
    return ThresholdBacktest(threshold, len(alerts), real, len(kept) - real)


def _meets(one: Judged, alert: BacktestAlert) -> bool:
    return alert.started_at <= one.ended_at + _SLACK and alert.ended_at >= one.started_at - _SLACK
