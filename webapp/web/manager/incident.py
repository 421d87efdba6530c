"""One incident: its picture, its score over time, and who did what."""

from flask import render_template

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.people.roles import Role
from webapp.errors import ModelUnavailable
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import requires
from webapp.web.manager.area import manager
from webapp.web.manager.score_chart import score_chart


@manager.get("/incidents/<int:incident_id>")
@requires(Role.MANAGER)
def incident(incident_id: int) -> str:
    """One incident, fit to be printed."""
    services = app_services()
    history = services.incidents.history(incident_id)
    shown = history.incident
    return render_template(
        "manager/incident.html",
        incident=shown,
        timeline=history.timeline,
        chart=score_chart(shown, history.moments, _rule_now(shown.camera_id)),
        printed_at=services.clock.now(),
        picture_version=int(shown.snapshot_at.timestamp() * 1000) if shown.snapshot_at else None,
    )


def _rule_now(camera_id: int | None) -> AlertRule | None:
    """Return the camera's rule; None while there is no AI model, whose thresholds it begins with."""
    try:
        return app_services().rules.effective(camera_id)
    except ModelUnavailable:
        return None
