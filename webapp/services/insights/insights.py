"""What can be learned from the incidents of some days, and the summary of one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from webapp.domain.alerts.incidents import Incident, IncidentState
from webapp.domain.insights.insights import IncidentFigures, Insights, count_insights
from webapp.domain.insights.longest_wait import LongestWait, longest_wait
from webapp.domain.insights.sentiment import SentimentFigures, count_sentiment, days_before
from webapp.domain.insights.tallies import Tally
from webapp.services.ports import Clock, IncidentFilter, UnitOfWorkFactory

_DAYS_COMPARED = 7
_MOST_OPEN = 20
# Of a million incidents a year so many days are read in a twentieth of a second.
_DAYS_AT_ONCE = timedelta(days=30)


@dataclass(frozen=True)
class DaySummary:
    """One day, to be read in a minute.

    Attributes:
        day: in the reader's time zone.
        insights: its figures.
        usual: incidents on an average day of the seven before; None where there was none at all.
        busiest_hour: hour of the day with most incidents; None without incidents.
        open: what is not resolved yet, newest first; of very many the newest.
        longest_wait: of the alert that waited longest for someone, taken or not; None without incidents.
        sentiment: what faces showed, and in the week before.
    """

    day: date
    insights: Insights
    usual: float | None
    busiest_hour: int | None
    open: Sequence[Incident]
    longest_wait: LongestWait | None
    sentiment: SentimentFigures

    @property
    def open_count(self) -> int:
        """How many are not resolved yet."""
        return self.insights.by_outcome.get(None, 0)


@dataclass(frozen=True)
class InsightService:
    """The use cases around insights; `pause` lets a server do others' work between pieces of it."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    pause: Callable[[], None] = lambda: None

    def of_days(
        self, first: date, last: date, zone: ZoneInfo, camera_id: int | None = None, group: str | None = None
    ) -> Insights:
        """Count the incidents from the first to the last day, both included, in the reader's time zone."""
        return self.with_sentiment(first, last, zone, camera_id, group)[0]

    def with_sentiment(
        self, first: date, last: date, zone: ZoneInfo, camera_id: int | None = None, group: str | None = None
    ) -> tuple[Insights, SentimentFigures]:
        """Return the same with positive, neutral and negative expressions, of the days and of those before them."""
        begin, end = begin_of(first, zone), begin_of(last + timedelta(days=1), zone)
        begin_before = begin_of(days_before(first, last)[0], zone)
        wanted = IncidentFilter(camera_id=camera_id, group=group, opened_from=begin, opened_before=end)
        with self.unit_of_work.reading() as work:
            summed, figures = list[Tally](), list[IncidentFigures]()
            for part in _parts(wanted, begin, end):
                added_up, left = work.incidents.summed(part)
                summed += added_up
                for rest in left:
                    figures += work.incidents.figures(rest)
                self.pause()
            seen = work.scores.seen_by_quarter(camera_id, begin, end, group)
            seen_before = work.scores.seen_by_quarter(camera_id, begin_before, begin, group)
        return count_insights(figures, seen, zone, first, last, summed), count_sentiment(seen, seen_before, zone)

    def add_up_next(self) -> bool:
        """Add up the incidents of one past day, so that figures of many need not look at each; return whether it did.

        Today and yesterday are left out: most of what happens to incidents happens soon.
        """
        with self.unit_of_work() as work:
            is_added = work.incidents.add_up_next(self.clock.now() - timedelta(days=1))
            work.commit()
        return is_added

    def day_to_open(self, today: date, zone: ZoneInfo) -> date:
        """Return the day that a summary begins with: yesterday, or where nothing happened the last day with something.

        Args:
            today: in the reader's time zone; it is taken where nothing happened yesterday and something has since.
            zone: that time zone.
        """
        yesterday, midnight = today - timedelta(days=1), begin_of(today, zone)
        with self.unit_of_work.reading() as work:
            before = work.incidents.search(IncidentFilter(opened_before=midnight, with_tests=False), limit=1)
            since = work.incidents.search(IncidentFilter(opened_from=midnight, with_tests=False), limit=1)
        days = [one.opened_at.astimezone(zone).date() for one in before]
        if yesterday in days or not (days or since):
            return yesterday
        return today if since else days[0]

    def of_day(self, day: date, zone: ZoneInfo) -> DaySummary:
        """Summarise one day."""
        begin, end = begin_of(day, zone), begin_of(day + timedelta(days=1), zone)
        before = IncidentFilter(
            opened_from=begin_of(day - timedelta(days=_DAYS_COMPARED), zone), opened_before=begin, with_tests=False
        )
        wanted = IncidentFilter(opened_from=begin, opened_before=end, with_tests=False)
        with self.unit_of_work.reading() as work:
            earlier = work.incidents.count(before)
            incidents = work.incidents.search(wanted, limit=10_000)
        insights, sentiment = self.with_sentiment(day, day, zone)
        by_hour = [sum(weekday[hour] for weekday in insights.by_weekday_and_hour) for hour in range(24)]
        return DaySummary(
            day=day,
            insights=insights,
            usual=earlier / _DAYS_COMPARED if earlier else None,
            busiest_hour=by_hour.index(max(by_hour)) if insights.total else None,
            open=[one for one in incidents if one.state is not IncidentState.RESOLVED][:_MOST_OPEN],
            longest_wait=longest_wait(incidents, min(end, self.clock.now())),
            sentiment=sentiment,
        )


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins in a time zone, as UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _parts(wanted: IncidentFilter, begin: datetime, end: datetime) -> Iterator[IncidentFilter]:
    """Yield filters of stretches of a time; they meet between days in UTC, which are added up."""
    while begin < end:
        part_end = min(end, datetime.combine((begin + _DAYS_AT_ONCE).astimezone(UTC).date(), time(), UTC))
        yield replace(wanted, opened_from=begin, opened_before=part_end)
        begin = part_end
