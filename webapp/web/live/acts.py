"""What staff do to an alert over the socket.

Pages ask over HTTP. A browser whose connections are all in use, six to a server without HTTP/2, cannot; its socket is
not one of them.
"""

from typing import Any

from werkzeug.exceptions import BadRequest

from webapp.domain.alerts.incidents import Incident, IncidentState
from webapp.errors import AmendsError, IncidentConflict
from webapp.services.alerts.incidents import incident_payload
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person
from webapp.web.core.input.row_ids import is_row_id
from webapp.web.core.template_filters import error_words


def acted(message: object) -> dict[str, Any]:
    """Do what a message asks for; return the incident as it is then, or why it was refused."""
    try:
        return {"incident": incident_payload(_acted(message))}
    except AmendsError as error:
        return {"error": error.code, "message": error_words(error)}
    except BadRequest as error:
        return {"error": "input_invalid", "message": error.description}


def _acted(message: object) -> Incident:
    asked = message if isinstance(message, dict) else {}
    incident_id, outcome, note = asked.get("incident_id"), asked.get("outcome", ""), asked.get("note", "")
    if not is_row_id(incident_id) or not isinstance(outcome, str) or not isinstance(note, str):
        raise BadRequest('Expected a message such as {"incident_id": 7, "act": "acknowledge"}.')
    incidents, by = app_services().incidents, current_person().name
    try:
        match asked.get("act"):
            case "acknowledge":
                return incidents.acknowledge(incident_id, by)
            case "resolve":
                return incidents.resolve(incident_id, by, outcome, note)
            case "undo":
                # Where the first request came through after all, another undo would take back one thing more.
                standing = incidents.get(incident_id)
                is_as_seen = asked.get("state") in (None, standing.state.value)
                return incidents.undo(incident_id, by) if is_as_seen else standing
        raise BadRequest("Expected one of the acts acknowledge, resolve and undo.")
    except IncidentConflict:
        standing = incidents.get(incident_id)
        if not _is_done(standing, asked, by):
            raise
        return standing


def _is_done(incident: Incident, asked: dict[str, Any], by: str) -> bool:
    """Return whether the request over HTTP, of which the page heard nothing, came through after all."""
    if asked["act"] == "acknowledge":
        return incident.state is IncidentState.ACKNOWLEDGED and incident.acknowledged_by == by
    return asked["act"] == "resolve" and incident.resolved_by == by and incident.outcome == asked.get("outcome")
