"""Since the last visit: what the dashboard shows who comes back to it."""

from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from webapp.domain.alerts.incidents import Outcome
from webapp.domain.people.handover import CameraNews, IncidentNews
from webapp.domain.people.roles import Role
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.core.input.row_ids import is_row_id
from webapp.web.core.template_filters import error_words, word

looks = Blueprint("looks", __name__)


def init_app(app: Flask) -> None:
    """Add the views."""
    app.register_blueprint(looks)


@looks.get("/handover.json")
@requires(Role.STAFF)
def handover() -> Response:
    """What happened since one looked."""
    missed = app_services().handovers.missed(current_person())
    return jsonify(
        since=missed.since_at.isoformat() if missed.since_at else None,
        last_event_id=missed.last_event_id,
        incidents=[_incident(one) for one in missed.news.incidents],
        cameras=[_camera(one) for one in missed.news.cameras],
    )


@looks.post("/handover/seen")
@requires(Role.STAFF)
def seen() -> tuple[str, int]:
    """Keep how far one has seen."""
    sent = request.get_json(silent=True)
    event_id = sent.get("last_event_id") if isinstance(sent, dict) else None
    if not is_row_id(event_id, least=0):  # 0: nothing has happened yet.
        raise BadRequest('Expected JSON such as {"last_event_id": 41}.')
    app_services().handovers.look(current_person(), event_id)
    return "", 204


def _incident(news: IncidentNews) -> dict[str, Any]:
    return {
        "incident_id": news.incident_id,
        "camera": news.camera,
        "opened_at": news.opened_at,
        "is_new": news.is_new,
        "state": news.state,
        "taken_by": news.taken_by,
        "outcome": word(Outcome(news.outcome)) if news.outcome else None,
        "never_acknowledged": news.is_never_acknowledged,
        "is_with_managers": news.is_with_managers,
    }


def _camera(news: CameraNews) -> dict[str, Any]:
    return {
        "camera_id": news.camera_id,
        "camera": news.camera,
        "offline_at": news.offline_at.isoformat(),
        "reason": error_words(news.reason) if news.reason else "",
        "times": news.times,
        "minutes": news.minutes,
        "unstable_at": news.unstable_at.isoformat() if news.unstable_at else None,
        "back_at": news.back_at.isoformat() if news.back_at else None,
    }
