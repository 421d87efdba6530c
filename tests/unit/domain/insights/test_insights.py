"""Figures of some days, counted in the reader's own time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from webapp.domain.alerts.incidents import Outcome
from webapp.domain.insights.insights import IncidentFigures, count_insights, waiting
from webapp.domain.insights.scores import SeenQuarter
from webapp.domain.vision.emotions import EMOTIONS, Emotion

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
# 23:30 UTC on a Sunday: in Berlin it is Monday already.
SUNDAY_NIGHT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 3)


def incident(at=SUNDAY_NIGHT, camera="Desk", taken_s=None, resolved_s=None, outcome=None):
    after = lambda seconds: None if seconds is None else at + timedelta(seconds=seconds)  # noqa: E731
    return IncidentFigures(camera, at, after(taken_s), after(resolved_s), outcome)


def counted(*figures, seen=(), zone=BERLIN):
    return count_insights(figures, seen, zone, FIRST, LAST)


def test_an_incident_counts_for_the_readers_own_hour_and_day():
    insights = counted(incident())
    assert insights.by_weekday_and_hour[0][0] == 1
    assert insights.by_day == [(FIRST, 0), (date(2026, 3, 2), 1), (LAST, 0)]
    in_utc = counted(incident(), zone=ZoneInfo("UTC"))
    assert in_utc.by_weekday_and_hour[6][23] == 1
    assert in_utc.by_day[0] == (FIRST, 1)


def test_the_hour_of_a_spring_morning_that_does_not_exist_stays_empty():
    night = datetime(2026, 3, 29, tzinfo=UTC)
    insights = counted(*(incident(night + timedelta(minutes=30 * step)) for step in range(6)))
    assert insights.by_weekday_and_hour[6][:5] == [0, 2, 0, 2, 2]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [([], (0, None, None)), ([7.0], (1, 7, 7)), ([None, 10.0, 20.0], (2, 15, 19.5)), (range(101), (101, 50, 95))],
)
def test_waiting_is_told_as_median_and_95th_of_100(seconds, expected):
    told = waiting(seconds)
    assert (told.count, told.p50_s, told.p95_s) == expected


def test_cameras_come_by_their_number_of_incidents_with_their_false_alarms():
    insights = counted(
        incident(camera="Bar", outcome=Outcome.FALSE_ALARM, taken_s=4, resolved_s=60),
        incident(camera="Bar", outcome=Outcome.RECOVERED),
        incident(camera="Bar"),
        incident(camera="Attic"),
    )
    bar, attic = insights.by_camera
    assert (bar.name, bar.incidents, bar.judged, bar.false_alarm_rate) == ("Bar", 3, 2, 0.5)
    assert (bar.acknowledged.count, bar.acknowledged.p50_s, bar.resolved.p50_s) == (1, 4, 60)
    assert attic.false_alarm_rate is None
    assert insights.by_outcome == {Outcome.FALSE_ALARM: 1, Outcome.RECOVERED: 1, None: 2}


def test_faces_are_told_in_minutes_by_the_readers_hour_also_where_zones_are_half_hours_apart():
    counts = [0] * len(EMOTIONS)
    counts[EMOTIONS.index(Emotion.HAPPY)] = 240
    quarter = SeenQuarter(datetime(2026, 3, 2, 3, 30, tzinfo=UTC), tuple(counts), camera_id=1)
    insights = counted(seen=[quarter], zone=KOLKATA)
    assert insights.seen_minutes_by_hour[9][EMOTIONS.index(Emotion.HAPPY)] == 2
    assert insights.seen_minutes == 2


def test_nothing_gives_empty_figures_and_no_error():
    insights = counted()
    assert (insights.total, insights.by_camera, insights.by_outcome, insights.seen_minutes) == (0, [], {}, 0)


def test_what_nobody_took_is_counted_apart_from_what_still_waits():
    figures = [
        incident(taken_s=10, resolved_s=60, outcome=Outcome.RECOVERED),
        incident(resolved_s=60, outcome=Outcome.NO_ACTION),
        incident(taken_s=20),
        incident(),
        incident(camera="Bar"),
    ]
    insights = counted(*figures)
    assert (insights.never_acknowledged, insights.waiting) == (1, 2)
    assert [(one.name, one.never_acknowledged, one.waiting) for one in insights.by_camera] == [
        ("Desk", 1, 1), ("Bar", 0, 1),
    ]  # fmt: skip
    assert (insights.acknowledged.count, insights.acknowledged.p50_s) == (2, 15)
