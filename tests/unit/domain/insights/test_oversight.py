from datetime import timedelta

from tests.support.clocks import START
from webapp.domain.alerts.incidents import Outcome
from webapp.domain.insights.insights import IncidentFigures
from webapp.domain.insights.oversight import count_oversight


def alert(taken_s=None, resolved_s=None, outcome=None):
    after = [START + timedelta(seconds=s) if s is not None else None for s in (taken_s, resolved_s)]
    return IncidentFigures("Desk", START, *after, outcome)


def test_an_alert_that_was_only_resolved_was_never_acknowledged():
    seen = count_oversight([
        alert(10, 60, Outcome.RECOVERED), alert(30), alert(600, 600, Outcome.FALSE_ALARM), alert(),
    ])  # fmt: skip
    assert (seen.alerts, seen.never_acknowledged, seen.still_open) == (4, 2, 2)
    assert (seen.acknowledged.p50_s, seen.acknowledged.count) == (20, 2)
    assert (seen.judged, seen.false_alarms, seen.never_share) == (2, 1, 0.5)


def test_without_alerts_there_is_no_share():
    seen = count_oversight([])
    assert (seen.alerts, seen.never_share, seen.acknowledged.p50_s) == (0, None, None)
