"""Incidents over the API."""

from typing import Any

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.people.roles import Role
from webapp.services.alerts.incidents import incident_payload
from webapp.services.ports import IncidentFilter
from webapp.web.api.blueprint import APIBlueprint
from webapp.web.api.incident_schemas import IncidentFilterSchema, IncidentPageSchema, IncidentSchema, ResolutionSchema
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import Credentials, current_person, requires

api_incidents = APIBlueprint("api_incidents", __name__, description="Alerts and what became of them.")


@api_incidents.get("")
@api_incidents.arguments(IncidentFilterSchema, location="query")
@api_incidents.response(200, IncidentPageSchema)
@requires(Role.MANAGER, Credentials.TOKEN)
def list_incidents(sent: dict[str, Any]) -> dict[str, Any]:
    """List the log, newest first (managers)."""
    wanted = IncidentFilter(
        camera_id=sent["camera_id"],
        group=sent["group"],
        states=(IncidentState(sent["state"]),) if sent["state"] else (),
        outcome=Outcome(sent["outcome"]) if sent["outcome"] else None,
        opened_from=sent["opened_from"],
        opened_before=sent["opened_before"],
    )
    found = app_services().incidents.search(wanted, page=sent["page"], page_size=sent["page_size"])
    shown = [incident_payload(incident) for incident in found.incidents]
    return {"incidents": shown, "total": found.total, "page": found.page, "pages": found.pages}


@api_incidents.get("/open")
@api_incidents.response(200, IncidentSchema(many=True))
@requires(Role.STAFF, Credentials.TOKEN)
def open_incidents() -> list[dict[str, object]]:
    """List what is not resolved, newest first (staff)."""
    return [incident_payload(incident) for incident in app_services().incidents.open_incidents()]


@api_incidents.get("/<int:incident_id>")
@api_incidents.response(200, IncidentSchema)
@requires(Role.MANAGER, Credentials.TOKEN)
def one_incident(incident_id: int) -> dict[str, object]:
    """Return one incident (managers)."""
    return incident_payload(app_services().incidents.get(incident_id))


@api_incidents.post("/<int:incident_id>/acknowledge")
@api_incidents.response(200, IncidentSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def acknowledge(incident_id: int) -> dict[str, object]:
    """Take an incident; 409 where somebody was first."""
    return incident_payload(app_services().incidents.acknowledge(incident_id, by=current_person().name))


@api_incidents.post("/<int:incident_id>/resolve")
@api_incidents.arguments(ResolutionSchema)
@api_incidents.response(200, IncidentSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def resolve(sent: dict[str, Any], incident_id: int) -> dict[str, object]:
    """Settle an incident; 409 where it is settled already."""
    resolved = app_services().incidents.resolve(incident_id, current_person().name, sent["outcome"], sent["note"])
    return incident_payload(resolved)


@api_incidents.post("/<int:incident_id>/correct")
@api_incidents.arguments(ResolutionSchema)
@api_incidents.response(200, IncidentSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def correct(sent: dict[str, Any], incident_id: int) -> dict[str, object]:
    """Say otherwise how a resolved incident ended (who resolved it, and managers); 409 where it is open."""
    corrected = app_services().corrections.correct(incident_id, current_person(), sent["outcome"], sent["note"])
    return incident_payload(corrected)


@api_incidents.post("/<int:incident_id>/reopen")
@api_incidents.response(200, IncidentSchema)
@requires(Role.STAFF, Credentials.TOKEN)
def reopen(incident_id: int) -> dict[str, object]:
    """Open a resolved incident again (who resolved it, and managers); 409 where it is open."""
    return incident_payload(app_services().corrections.reopen(incident_id, current_person()))
