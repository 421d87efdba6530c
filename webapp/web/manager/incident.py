"""One incident: its picture, its score over time, and who did what.

Managers open every incident; staff what is open or recent, without what only managers read.
"""

from dataclasses import fields
from typing import Any

from flask import render_template

from webapp.domain.alerts.incidents import Incident
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.insights.insights import IncidentFigures
from webapp.domain.people.roles import Role
from webapp.errors import ModelUnavailable
from webapp.services.alerts.incidents import IncidentHistory, incident_payload
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.manager.area import manager
from webapp.web.manager.notified import notified_lines
from webapp.web.manager.score_chart import ScoreChart, score_chart
from webapp.web.notifications import words


@manager.get("/incidents/<int:incident_id>")
@requires(Role.STAFF)
def incident(incident_id: int) -> str:
    """One incident with what can be done about it, fit to be printed."""
    services, me = app_services(), current_person()
    # Read first: what happens between the two is told to the page twice, and not never.
    last_event_id = services.dashboard.last_event_id()
    history = services.incidents.history(incident_id, me)
    shown = history.incident
    return render_template(
        "manager/incident.html",
        incident=shown,
        figures=_figures(shown),
        timeline=history.timeline,
        chart=_chart(history) if me.may(Role.MANAGER) else None,
        printed_at=services.clock.now(),
        picture_version=int(shown.snapshot_at.timestamp() * 1000) if shown.snapshot_at else None,
        notified=notified_lines(incident_id, me),
        notification_words=words,
        may_correct=shown.may_be_corrected_by(me.name, is_manager=me.may(Role.MANAGER)),
        state=_state(shown, last_event_id),
    )


def _state(shown: Incident, last_event_id: int) -> dict[str, Any]:
    me = current_person()
    return {
        "now": app_services().clock.now().isoformat(),
        "last_event_id": last_event_id,
        "me": me.name,
        "may_read_log": me.may(Role.MANAGER),
        "incident": incident_payload(shown),
    }


def _figures(shown: Incident) -> IncidentFigures:
    """Return what the insights count of it, so that the page says the same."""
    names = (field.name for field in fields(IncidentFigures))
    return IncidentFigures(**{name: getattr(shown, name) for name in names})


def _chart(history: IncidentHistory) -> ScoreChart | None:
    return score_chart(history.incident, history.moments, _rule_now(history.incident.camera_id))


def _rule_now(camera_id: int | None) -> AlertRule | None:
    """Return the camera's rule; None while there is no AI model, whose thresholds it begins with."""
    try:
        return app_services().rules.effective(camera_id)
    except ModelUnavailable:
        return None
