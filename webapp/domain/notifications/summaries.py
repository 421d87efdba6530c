"""The day before, to be read in a minute over the first coffee."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from webapp.domain.alerts.incidents import Outcome
from webapp.domain.insights.insights import IncidentFigures, waiting

DAYS_COMPARED = 7
# Whoever comes to a machine that was off all morning reads no mail of the day before any more.
_SENT_WITHIN_HOURS = 6


@dataclass(frozen=True)
class SummaryWish:
    """That a person wants the summary of each day.

    Attributes:
        user_id: who.
        hour: from which hour on, on the clocks of the site.
        planned_on: on which day the last one was planned; None for never.
    """

    user_id: int
    hour: int
    planned_on: date | None = None

    def is_due(self, at: datetime) -> bool:
        """Return whether it is to be planned at a moment, given on the clocks of the site."""
        is_the_hour = self.hour <= at.hour < self.hour + _SENT_WITHIN_HOURS
        return is_the_hour and (self.planned_on is None or self.planned_on < at.date())


@dataclass(frozen=True)
class CameraDay:
    """One camera's alerts.

    Attributes:
        name: of the place, as it was called then.
        camera_id: which; None where it is gone, or called otherwise now.
        alerts: of the day.
        usual: on an average day of the week before.
    """

    name: str
    camera_id: int | None
    alerts: int
    usual: float


@dataclass(frozen=True)
class DailySummary:
    """One day, and beside it an average day of the week before.

    Attributes:
        day: which.
        cameras: those with alerts on the day or in the week, most first.
        outcomes: how many alerts of the day ended how; None for those that are not resolved.
        usual_outcomes: the same of an average day.
        acknowledged_s: seconds in which half of those that somebody took were taken; None where nobody took any.
        usual_acknowledged_s: the same over the week before.
    """

    day: date
    cameras: Sequence[CameraDay]
    outcomes: Mapping[Outcome | None, int]
    usual_outcomes: Mapping[Outcome | None, float]
    acknowledged_s: float | None
    usual_acknowledged_s: float | None

    @property
    def alerts(self) -> int:
        """How many there were."""
        return sum(one.alerts for one in self.cameras)

    @property
    def usual_alerts(self) -> float:
        """How many there are on an average day of the week before."""
        return sum(one.usual for one in self.cameras)


def summary_of(
    day: date, of_day: Sequence[IncidentFigures], of_week: Sequence[IncidentFigures], camera_ids: Mapping[str, int]
) -> DailySummary:
    """Count.

    Args:
        day: which.
        of_day: the incidents of it.
        of_week: those of the seven days before.
        camera_ids: name → id of the cameras that there are.
    """
    alerts, usual = (Counter(one.camera_name for one in figures) for figures in (of_day, of_week))
    cameras = [
        CameraDay(name, camera_ids.get(name), alerts[name], usual[name] / DAYS_COMPARED) for name in alerts | usual
    ]
    before = Counter(one.outcome for one in of_week)
    return DailySummary(
        day,
        sorted(cameras, key=lambda one: (-one.alerts, -one.usual, one.name)),
        Counter(one.outcome for one in of_day),
        {outcome: count / DAYS_COMPARED for outcome, count in before.items()},
        waiting(one.acknowledged_after_s for one in of_day).p50_s,
        waiting(one.acknowledged_after_s for one in of_week).p50_s,
    )


def day_as_text(day: date, zone: ZoneInfo) -> str:
    """Return a day on the clocks of a time zone, as a notice keeps it."""
    return f"{day.isoformat()} {zone.key}"


def day_from_text(text: str) -> tuple[date, ZoneInfo]:
    """Read what `day_as_text` wrote."""
    day, _, zone = text.partition(" ")
    return date.fromisoformat(day), ZoneInfo(zone)


def days_of_week_before(day: date) -> tuple[date, date]:
    """Return the first day that is compared, and the first that is not."""
    return day - timedelta(days=DAYS_COMPARED), day
