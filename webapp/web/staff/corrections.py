"""How a resolved incident ended, said anew by who resolved it or by a manager."""

from flask import Blueprint, Flask, Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.people.roles import Role
from webapp.errors import IncidentConflict, PermissionDenied
from webapp.services.alerts.incidents import incident_payload
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import error_words

corrections = Blueprint("corrections", __name__)


def init_app(app: Flask) -> None:
    """Add the views."""
    app.register_blueprint(corrections)


@corrections.post("/incidents/<int:incident_id>/correct")
@requires(Role.STAFF)
def correct(incident_id: int) -> Response:
    """Give a resolved incident another outcome or note."""
    outcome, note = sent_outcome()
    return jsonify(incident_payload(app_services().corrections.correct(incident_id, current_person(), outcome, note)))


@corrections.post("/incidents/<int:incident_id>/reopen")
@requires(Role.STAFF)
def reopen(incident_id: int) -> AnyResponse:
    """Open a resolved incident again."""
    try:
        app_services().corrections.reopen(incident_id, current_person())
    except (IncidentConflict, PermissionDenied) as error:
        flash(error_words(error))
    else:
        flash(_("The incident is open again, and on everybody’s dashboard."))
    return redirect(url_for("manager.incident", incident_id=incident_id))


def sent_outcome() -> tuple[str, str]:
    """Return the outcome and the note that a page sent."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not all(isinstance(value, str) for value in sent.values()):
        raise BadRequest('Expected JSON such as {"outcome": "recovered", "note": "…"}.')
    return sent.get("outcome", ""), sent.get("note", "")
