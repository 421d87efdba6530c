"""The score of one incident as a chart and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from webapp.domain.alerts.incidents import Incident
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.insights.scores import ScoreMoment
from webapp.web.core.template_filters import number, percent

_MOST_POINTS = 2000


@dataclass(frozen=True)
class ScoreChart:
    """What the page draws and says.

    Attributes:
        state: JSON-ready, for the chart.
        seconds: whole second from the opening on (negative before it) → the highest score in it, for the table.
        words: the chart in a sentence.
    """

    state: dict[str, Any]
    seconds: Sequence[tuple[int, float]]
    words: str


def score_chart(incident: Incident, moments: Sequence[ScoreMoment], rule: AlertRule | None) -> ScoreChart | None:
    """Return the chart of an incident, or None where no score was kept.

    Args:
        incident: the incident.
        moments: its score, oldest first.
        rule: the camera's rule as it is now; the thresholds may have been others then. None: it is not known.
    """
    if not moments:
        return None
    points = [[_after(incident, moment.at), round(moment.score, 4)] for moment in _thinned(moments)]
    state = {
        "points": points,
        "enter": rule.enter_threshold if rule else None,
        "exit": rule.exit_threshold if rule else None,
        "started_s": _after(incident, incident.started_at),
        "ended_s": _after(incident, incident.ended_at) if incident.ended_at else None,
    }
    return ScoreChart(state, _highest_by_second(points), _words(points))


def _thinned(moments: Sequence[ScoreMoment]) -> Sequence[ScoreMoment]:
    """Keep the peaks of a very long incident: the highest moment of each stretch."""
    step = -(-len(moments) // _MOST_POINTS)
    stretches = (moments[begin : begin + step] for begin in range(0, len(moments), step))
    return [max(stretch, key=lambda moment: moment.score) for stretch in stretches]


def _after(incident: Incident, at: datetime) -> float:
    return round((at - incident.opened_at).total_seconds(), 2) + 0.0  # No zero has a sign then.


def _highest_by_second(points: Sequence[Sequence[float]]) -> list[tuple[int, float]]:
    highest: dict[int, float] = {}
    for seconds, score in points:
        second = int(seconds // 1)
        highest[second] = max(highest.get(second, 0.0), score)
    return sorted(highest.items())


def _words(points: Sequence[Sequence[float]]) -> str:
    peak_s, peak = max(points, key=lambda point: point[1])
    began, ended = max(0.0, -points[0][0]), max(0.0, points[-1][0])
    return _(
        "The score from %(began)s seconds before the alert to %(ended)s seconds after it; "
        "highest %(peak)s at %(peak_s)s seconds.",
        began=number(began, 0),
        ended=number(ended, 0),
        peak=percent(peak),
        peak_s=number(peak_s, 0),
    )
