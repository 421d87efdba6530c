"""The incident log: searched, read, exported."""

from collections.abc import Callable, Iterator
from itertools import islice

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest

from webapp.domain.incidents import IncidentState, Outcome
from webapp.domain.roles import Role
from webapp.services.reports import incidents_csv
from webapp.web.guards import requires
from webapp.web.incident_query import IncidentQuery
from webapp.web.wiring import app_services, app_socketio
from webapp.web.words import word

manager = Blueprint("manager", __name__)
_CSV_LINES_AT_ONCE = 100


@manager.get("/incidents")
@requires(Role.MANAGER)
def incidents() -> str | tuple[str, int]:
    """The log, newest first."""
    services, query = app_services(), IncidentQuery(request.args)
    page = None if query.errors else services.incidents.search(query.wanted, page=query.page)
    shown = render_template(
        "manager/incidents.html",
        query=query,
        page=page,
        camera_choices=[(camera.camera_id, camera.name) for camera in services.cameras.list()],
        state_choices=[(state.value, word(state)) for state in IncidentState],
        outcome_choices=[(outcome.value, word(outcome)) for outcome in Outcome],
    )
    return (shown, 400) if query.errors else shown


@manager.get("/incidents/<int:incident_id>")
@requires(Role.MANAGER)
def incident(incident_id: int) -> str:
    """One incident: who did what, and when."""
    services = app_services()
    shown = services.incidents.get(incident_id)
    return render_template("manager/incident.html", incident=shown, timeline=services.incidents.timeline(incident_id))


@manager.get("/incidents.csv")
@requires(Role.MANAGER)
def incidents_file() -> Response:
    """The log as the filter shows it, for a spreadsheet."""
    query = IncidentQuery(request.args)
    if query.errors:
        raise BadRequest(" ".join(query.errors.values()))
    lines = incidents_csv(app_services().unit_of_work, query.wanted)
    response = Response(_in_pieces(lines, app_socketio().sleep), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="incidents.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _in_pieces(lines: Iterator[str], sleep: Callable[[float], None]) -> Iterator[str]:
    """Join lines to larger pieces, and let alerts go out between them."""
    yield "\ufeff"  # The byte-order mark tells a spreadsheet that this is UTF-8.
    while piece := "".join(islice(lines, _CSV_LINES_AT_ONCE)):
        yield piece
        sleep(0)
