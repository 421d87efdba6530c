"""What every page of a manager shows: alerts that nobody has taken in time."""

from typing import Any

from flask import Response, jsonify

from webapp.domain.people.roles import Role
from webapp.services.alerts.incidents import incident_payload
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import requires
from webapp.web.manager.area import manager


@manager.get("/with-managers.json")
@requires(Role.MANAGER)
def with_managers() -> Response:
    """The alerts that went to the managers, for a page that has missed too much."""
    return jsonify(with_managers_state())


@manager.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"with_managers_state": with_managers_state}


def with_managers_state() -> dict[str, Any]:
    """Return the alerts that went to the managers and still wait, and where in the event log that was."""
    services = app_services()
    escalated = services.dashboard.escalated()
    return {
        "now": services.clock.now().isoformat(),
        "last_event_id": escalated.last_event_id,
        "incidents": [incident_payload(incident) for incident in escalated.incidents],
    }
