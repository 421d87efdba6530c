"""The last step: how alerts reach people, and a test alert that arrives."""

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.people.roles import Role
from webapp.domain.site.first_day import FirstDayStep, StepState
from webapp.services.alerts.incidents import incident_payload
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.welcome.area import step_page, welcome


@welcome.get("/alerts")
@requires(Role.ADMIN)
def alerts() -> str:
    """What there is, and the test."""
    services = app_services()
    tests = [incident for incident in services.incidents.open_incidents() if incident.is_test]
    return step_page(FirstDayStep.ALERTS, rule=services.reminders.rule(), tests=tests)


@welcome.post("/alerts/test")
@requires(Role.ADMIN)
def test_alert() -> Response | AnyResponse:
    """Raise a test alert; a page without scripts is told to look at the dashboard."""
    raised = app_services().alert_test.raise_alert(current_person().name)
    if request.is_json:
        return jsonify(incident_payload(raised))
    app_services().first_day.note(FirstDayStep.ALERTS, StepState.DONE)
    flash(_("The test alert is raised: open the dashboard to see it, acknowledge it and resolve it."))
    return redirect(url_for("welcome.alerts"))


@welcome.post("/alerts/arrived")
@requires(Role.ADMIN)
def test_arrived() -> tuple[str, int]:
    """Remember that a test alert has arrived in a browser."""
    app_services().first_day.note(FirstDayStep.ALERTS, StepState.DONE)
    return "", 204
