"""Cameras that staff leave alone for a while."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.snoozes import MAX_SNOOZE_MINUTES, SNOOZE_MINUTES
from webapp.domain.people.roles import Role
from webapp.services.cameras.snoozes import snooze_payload
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.core.page_facts import page_facts

snoozes = Blueprint("snoozes", __name__)


def init_app(app: Flask) -> None:
    """Add the views, and what the dialog of any page offers."""
    app.jinja_env.globals.update(
        SNOOZE_MINUTES=SNOOZE_MINUTES, MAX_SNOOZE_MINUTES=MAX_SNOOZE_MINUTES, snooze_zone=_zone
    )
    app.register_blueprint(snoozes)


@snoozes.post("/cameras/<int:camera_id>/snooze")
@requires(Role.STAFF)
def snooze(camera_id: int) -> Response:
    """Raise no new alert at a camera for some minutes, or until a time of the site's clocks."""
    sent = request.get_json(silent=True)
    return jsonify(snooze_payload(_snoozed(camera_id, sent if isinstance(sent, dict) else {})))


@snoozes.post("/cameras/<int:camera_id>/snooze/end")
@requires(Role.STAFF)
def end_snooze(camera_id: int) -> Response:
    """Raise alerts at a camera again."""
    return jsonify(snooze_payload(app_services().snoozes.end(camera_id, current_person().name)))


def _zone() -> ZoneInfo:
    """Return whose clocks a page means, of the site that it has read already."""
    return app_services().site.zone_of(page_facts().site)


def _snoozed(camera_id: int, asked: dict[str, Any]) -> Camera:
    services, by = app_services(), current_person().name
    minutes, until = asked.get("minutes"), asked.get("until")
    if type(minutes) is int and until is None:  # In Python true is a number, here it is none.
        return services.snoozes.snooze(camera_id, minutes, by)
    if isinstance(until, str) and minutes is None:
        return services.snoozes.snooze_until(camera_id, until, services.site.zone(), by)
    raise BadRequest('Expected JSON such as {"minutes": 15} or {"until": "18:30"}.')
