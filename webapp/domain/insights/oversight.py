"""How people watch over the alerts: who took them, how fast, and how many nobody did."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.domain.alerts.incidents import Outcome
from webapp.domain.insights.insights import IncidentFigures, Waiting, waiting


@dataclass(frozen=True)
class Oversight:
    """Figures of the alerts of some days.

    Attributes:
        alerts: how many there were.
        acknowledged: how long it took until somebody was on the way; resolving an alert at once is no such act.
        never_acknowledged: how many nobody was ever on the way to, resolved or not.
        still_open: how many are not resolved.
        judged: how many have an outcome.
        false_alarms: how many of the judged were none.
    """

    alerts: int
    acknowledged: Waiting
    never_acknowledged: int
    still_open: int
    judged: int
    false_alarms: int

    @property
    def never_share(self) -> float | None:
        """The share that nobody acknowledged, in [0, 1]; None where there was no alert."""
        return self.never_acknowledged / self.alerts if self.alerts else None


def count_oversight(figures: Sequence[IncidentFigures]) -> Oversight:
    """Count."""
    taken = [one for one in figures if one.acknowledged_at and one.acknowledged_at != one.resolved_at]
    judged = [one.outcome for one in figures if one.outcome is not None]
    return Oversight(
        alerts=len(figures),
        acknowledged=waiting(one.acknowledged_after_s for one in taken),
        never_acknowledged=len(figures) - len(taken),
        still_open=sum(one.resolved_at is None for one in figures),
        judged=len(judged),
        false_alarms=judged.count(Outcome.FALSE_ALARM),
    )
