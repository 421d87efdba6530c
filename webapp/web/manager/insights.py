"""Insights: the incidents of some days as charts and as figures; and one day in a minute."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from webapp.domain.alerts.incidents import Outcome
from webapp.domain.cameras.groups import group_names
from webapp.domain.insights.sentiment import SentimentFigures
from webapp.domain.people.roles import Role
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.guards import requires
from webapp.web.manager.area import manager
from webapp.web.manager.charts import chart_cards
from webapp.web.manager.incident_query import IncidentQuery
from webapp.web.manager.sentiment import SENTIMENT_WORDS, days_before_words, sentiment_card, sentiment_rows

_DAYS_SHOWN = 30
_MOST_DAYS = 366


@manager.get("/insights")
@requires(Role.MANAGER)
def insights() -> str | tuple[str, int]:
    """The charts; thirty days, unless the address says otherwise."""
    query = IncidentQuery(request.args)
    last = query.last_day or _today(query)
    first = query.first_day or last - timedelta(days=_DAYS_SHOWN - 1)
    if first > last or (last - first).days >= _MOST_DAYS:
        query.errors.setdefault(
            "to", _("Expected 1 to %(most)s days, the last one not before the first.", most=_MOST_DAYS)
        )
    cameras = app_services().cameras.list()
    choices = [(camera.camera_id, camera.name) for camera in cameras]
    shown = {} if query.errors else _of_days(query, first, last, dict(choices))
    page = render_template(
        "manager/insights.html",
        query=query,
        first=first,
        last=last,
        camera_choices=choices,
        group_choices=[(name, name) for name in group_names(cameras)],
        **shown,
    )
    return page if shown else (page, 400)


def _of_days(query: IncidentQuery, first: date, last: date, names: Mapping[int, str]) -> dict[str, Any]:
    """Return what the page shows of some days."""
    service, keeps_faces = app_services().insights, app_settings().score_track_days > 0
    days = (first, last, query.zone, query.wanted.camera_id, query.wanted.group)
    counted, sentiment = service.with_sentiment(*days)
    charts = [*chart_cards(counted, keeps_faces=keeps_faces), sentiment_card(sentiment, keeps_faces=keeps_faces)]
    return {"insights": counted, "charts": charts, **_compared(sentiment, first, last, names)}


def _compared(sentiment: SentimentFigures, first: date, last: date, names: Mapping[int, str]) -> dict[str, Any]:
    """Return the table of expressions beside the days before; nothing where nobody was seen."""
    if not sentiment.now.total:
        return {}
    return {
        "sentiment_rows": sentiment_rows(sentiment, names),
        "sentiment_words": SENTIMENT_WORDS,
        "days_before": days_before_words(first, last),
    }


@manager.get("/summary")
@requires(Role.MANAGER)
def summary() -> str | tuple[str, int]:
    """One day in a minute: yesterday or the last one with something in it, unless the address says otherwise."""
    query = IncidentQuery(request.args)
    today = _today(query)
    day = query.first_day or app_services().insights.day_to_open(today, query.zone)
    if query.errors:
        return render_template("manager/summary.html", query=query, day=day, summary=None), 400
    shown = app_services().insights.of_day(day, query.zone)
    names = {camera.camera_id: camera.name for camera in app_services().cameras.list()}
    return render_template(
        "manager/summary.html",
        query=query,
        day=day,
        summary=shown,
        **_compared(shown.sentiment, day, day, names),
        today=today,
        is_last_with_something=query.first_day is None and day != today - timedelta(days=1),
        day_before=day - timedelta(days=1),
        day_after=day + timedelta(days=1),
        Outcome=Outcome,
    )


def _today(query: IncidentQuery) -> date:
    return app_services().clock.now().astimezone(query.zone).date()
