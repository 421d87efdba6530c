"""The charts of the insights: for each its drawing, its figures as a table, and in words what it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext

from webapp.domain.insights.insights import Insights, Waiting
from webapp.domain.vision.emotions import EMOTIONS
from webapp.web.core.template_filters import OUTCOME_WORDS, WEEKDAY_NAMES, duration, number, percent, short_day, word

_NO_INCIDENTS = lazy("No incident was raised in these days. Widen the dates, or look at all cameras.")
HOURS = tuple(f"{hour:02}:00" for hour in range(24))


@dataclass(frozen=True)
class ChartCard:
    """One chart.

    Attributes:
        key: names it, in the page and for its script.
        title: what it shows.
        words: the chart in a sentence, for who cannot see it.
        headers: of the table.
        rows: of the table; the first cell heads its row.
        data: JSON-ready, for the script.
        empty: why there is nothing to be drawn; empty where there is something.
        is_wide: whether it takes the whole width.
    """

    key: str
    title: str
    words: str
    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    data: dict[str, Any]
    empty: str = ""
    is_wide: bool = False


def chart_cards(insights: Insights, *, keeps_faces: bool) -> list[ChartCard]:
    """Return all charts.

    Args:
        insights: the figures.
        keeps_faces: whether this installation stores what faces look like.
    """
    return [
        _by_day(insights),
        _by_hour(insights),
        _by_camera(insights),
        _outcomes(insights),
        _waiting(insights),
        _false_alarms(insights),
        _seen(insights, keeps_faces=keeps_faces),
    ]


def _by_day(insights: Insights) -> ChartCard:
    busiest = max(insights.by_day, key=lambda day: day[1])
    return ChartCard(
        key="by-day",
        title=_("Incidents by day"),
        words=_(
            "%(incidents)s %(in_days)s; most on %(day)s: %(most)s.",
            incidents=ngettext("%(num)s incident", "%(num)s incidents", insights.total),
            in_days=ngettext("in %(num)s day", "in %(num)s days", len(insights.by_day)),
            day=short_day(busiest[0]),
            most=busiest[1],
        ),
        headers=(_("Day"), _("Incidents")),
        rows=[(short_day(day), count) for day, count in insights.by_day],
        data={
            "names": [short_day(day) for day, _count in insights.by_day],
            "values": [count for _day, count in insights.by_day],
        },
        empty="" if insights.total else str(_NO_INCIDENTS),
        is_wide=True,
    )


def _by_hour(insights: Insights) -> ChartCard:
    counts = insights.by_weekday_and_hour
    most = max(max(hours) for hours in counts)
    weekday = next(day for day, hours in enumerate(counts) if most in hours)
    return ChartCard(
        key="by-hour",
        title=_("Incidents by weekday and hour"),
        words=_(
            "Most in one hour of the week: %(most)s, %(weekday)s at %(hour)s.",
            most=most,
            weekday=WEEKDAY_NAMES[weekday],
            hour=HOURS[counts[weekday].index(most)],
        ),
        headers=(_("Hour"), *WEEKDAY_NAMES),
        rows=[(HOURS[hour], *(counts[day][hour] for day in range(7))) for hour in range(24)],
        data={
            "hours": HOURS,
            "days": [str(name) for name in WEEKDAY_NAMES],
            "cells": [[hour, day, counts[day][hour]] for day in range(7) for hour in range(24)],
            "most": most,
        },
        empty="" if insights.total else str(_NO_INCIDENTS),
        is_wide=True,
    )


def _by_camera(insights: Insights) -> ChartCard:
    cameras = insights.by_camera
    return ChartCard(
        key="by-camera",
        title=_("Incidents by camera"),
        words=ngettext(
            "%(num)s camera raised incidents; most: %(name)s, %(incidents)s.",
            "%(num)s cameras raised incidents; most: %(name)s, %(incidents)s.",
            len(cameras),
            name=cameras[0].name,
            incidents=cameras[0].incidents,
        )
        if cameras
        else "",
        headers=(_("Camera"), _("Incidents")),
        rows=[(camera.name, camera.incidents) for camera in cameras],
        data={"names": [camera.name for camera in cameras], "values": [camera.incidents for camera in cameras]},
        empty="" if cameras else str(_NO_INCIDENTS),
    )


def _outcomes(insights: Insights) -> ChartCard:
    rows = [(str(words), insights.by_outcome.get(outcome, 0)) for outcome, words in OUTCOME_WORDS.items()]
    rows.append((_("Not resolved"), insights.by_outcome.get(None, 0)))
    return ChartCard(
        key="outcomes",
        title=_("How they ended"),
        words="; ".join(f"{name}: {count}" for name, count in rows) + ".",
        headers=(_("Outcome"), _("Incidents")),
        rows=rows,
        data={"names": [name for name, _count in rows], "values": [count for _name, count in rows]},
        empty="" if insights.total else str(_NO_INCIDENTS),
    )


def _waiting(insights: Insights) -> ChartCard:
    taken, settled = insights.acknowledged, insights.resolved
    every = [
        (camera.name, camera.acknowledged, camera.resolved, camera.never_acknowledged, camera.waiting)
        for camera in insights.by_camera
    ]
    summed = (_("All"), taken, settled, insights.never_acknowledged, insights.waiting)
    return ChartCard(
        key="waiting",
        title=_("Time to acknowledge and to resolve"),
        words=_waiting_words(insights),
        headers=(
            _("Camera"),
            _("Acknowledged, median"),
            _("95th percentile"),
            _("Resolved, median"),
            _("95th percentile"),
            _("Never acknowledged"),
            _("Waiting"),
        ),
        rows=[(name, *_cells(first), *_cells(last), *counts) for name, first, last, *counts in [summed, *every]],
        data={
            "names": [_("Acknowledged"), _("Resolved")],
            "p50": [taken.p50_s, settled.p50_s],
            "p95": [taken.p95_s, settled.p95_s],
        },
        empty="" if taken.count or settled.count else _nobody_words(insights),
    )


def _waiting_words(insights: Insights) -> str:
    taken, settled = insights.acknowledged, insights.resolved
    times = _(
        "Acknowledged: median %(taken_p50)s, 95th percentile %(taken_p95)s. "
        "Resolved: median %(settled_p50)s, 95th percentile %(settled_p95)s.",
        taken_p50=_of(taken.p50_s),
        taken_p95=_of(taken.p95_s),
        settled_p50=_of(settled.p50_s),
        settled_p95=_of(settled.p95_s),
    )
    return f"{times} {_untaken_words(insights)}"


def _untaken_words(insights: Insights) -> str:
    return _(
        "Never acknowledged before they were resolved: %(never)s; waiting for someone: %(waiting)s.",
        never=insights.never_acknowledged,
        waiting=insights.waiting,
    )


def _nobody_words(insights: Insights) -> str:
    nobody = _("Nobody has acknowledged an incident of these days yet.")
    return f"{nobody} {_untaken_words(insights)}" if insights.total else nobody


def _false_alarms(insights: Insights) -> ChartCard:
    judged = [camera for camera in insights.by_camera if camera.judged]
    ordered = sorted(judged, key=lambda camera: (-(camera.false_alarm_rate or 0), camera.name))
    rates = [camera.false_alarm_rate or 0.0 for camera in ordered]
    return ChartCard(
        key="false-alarms",
        title=_("False alarms by camera"),
        words=_(
            "Highest: %(name)s, %(rate)s of %(judged)s resolved.",
            name=ordered[0].name,
            rate=percent(rates[0]),
            judged=ordered[0].judged,
        )
        if ordered
        else "",
        headers=(_("Camera"), _("False alarms"), _("Resolved"), _("Share")),
        rows=[
            (camera.name, camera.false_alarms, camera.judged, percent(rate))
            for camera, rate in zip(ordered, rates, strict=True)
        ],
        data={"names": [camera.name for camera in ordered], "values": rates},
        empty=""
        if ordered
        else _("No incident of these days has an outcome yet. Resolve some, and say how they ended."),
    )


def _seen(insights: Insights, *, keeps_faces: bool) -> ChartCard:
    hours = insights.seen_minutes_by_hour
    kept = _("No face was readable in these days.")
    why = kept if keeps_faces else _("This installation does not keep what faces show.")
    names = [word(emotion) for emotion in EMOTIONS]
    return ChartCard(
        key="seen",
        title=_("Expressions seen over the day"),
        words=_(
            "%(minutes)s minutes of faces, by the hour of the day and by expression.",
            minutes=number(insights.seen_minutes, 0),
        ),
        headers=(_("Hour"), *names),
        rows=[(HOURS[hour], *(number(minutes, 1) for minutes in hours[hour])) for hour in range(24)],
        data={
            "hours": HOURS,
            "names": names,
            "series": [[round(hours[hour][index], 2) for hour in range(24)] for index in range(len(EMOTIONS))],
        },
        empty="" if insights.seen_minutes else why,
        is_wide=True,
    )


def _cells(waited: Waiting) -> tuple[str, str]:
    return _of(waited.p50_s), _of(waited.p95_s)


def _of(seconds: float | None) -> str:
    return "–" if seconds is None else duration(seconds)
