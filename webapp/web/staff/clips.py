"""The clip of an alert: the seconds around it, and the score along them."""

from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from webapp.domain.alerts.clips import KeptClip
from webapp.domain.people.roles import Role
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.guards import current_person, requires

clips = Blueprint("clips", __name__)


def init_app(app: Flask) -> None:
    """Add the views, and for all pages that say what is kept: how many seconds clips have, 0 where none are; where."""
    settings = app_settings(app)
    seconds = round(settings.clip_before_s + settings.clip_after_s) if settings.clip_fps else 0
    app.jinja_env.globals.update(clip_seconds=seconds, snapshot_store=settings.snapshot_store)
    app.register_blueprint(clips)


@clips.get("/incidents/<int:incident_id>/clip.webm")
@requires(Role.STAFF)
def clip(incident_id: int) -> Response:
    """The clip of an alert, also in parts: browsers ask for videos so."""
    _kept, webm = _existing(incident_id)
    response = Response(webm, mimetype="video/webm")
    response.make_conditional(request, accept_ranges=True, complete_length=len(webm))
    return response


@clips.get("/incidents/<int:incident_id>/clip.json")
@requires(Role.STAFF)
def clip_scores(incident_id: int) -> Response:
    """When a clip began, in seconds from its alert, and the score along it."""
    kept, _webm = _existing(incident_id)
    opened_at = app_services().incidents.get(incident_id).opened_at
    scores: list[Any] = [list(point) for point in kept.scores]
    return jsonify({"began_s": round((kept.began_at - opened_at).total_seconds(), 2), "scores": scores})


def _existing(incident_id: int) -> tuple[KeptClip, bytes]:
    found = app_services().incidents.clip_for(current_person(), incident_id)
    if found is None:
        raise NotFound(_("This alert has no clip, or it has been deleted."))
    return found
