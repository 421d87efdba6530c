"""The wall of a screen on the wall: no menu, nothing to press, for whoever walks by.

A screen is paired by a one-time link, as a kiosk is: its cookie opens this wall and nothing else, and does not end with
a shift. Who is signed in may open it too, for as long as their session lasts. Nothing here sends anyone to a log-in
page: the page stays and says what it lacks.
"""

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.alerts.incidents import Incident
from webapp.domain.cameras.cameras import Camera
from webapp.domain.people.roles import Role
from webapp.domain.site.wall_screens import WallScreen
from webapp.errors import NotFound
from webapp.services.alerts.incidents import incident_payload
from webapp.services.dashboard.live_frames import PictureUse
from webapp.services.dashboard.not_stored import storage_payload
from webapp.web.audit.audited_views import showed_live
from webapp.web.core.access.wall_screens import WALL_COOKIE, paired_screen
from webapp.web.core.app_context import app_services, app_settings, app_socketio
from webapp.web.core.assets import asset_version
from webapp.web.core.devices import device_words
from webapp.web.core.guards import first_step_due, public, requires, signed_in_user
from webapp.web.core.languages import page_language
from webapp.web.core.logins import current_session, end_session
from webapp.web.core.page_facts import page_facts
from webapp.web.core.safe_redirects import cookie_path
from webapp.web.core.security import limiter, login_limit, unstored, without_stored
from webapp.web.core.template_filters import error_words, state_reason_message
from webapp.web.live.awaited_pictures import ask_for_pictures
from webapp.web.live.connections import end_connections_of
from webapp.web.staff.picture_sheet import MIME_TYPE, picture_sheet, read_wanted

wall_screen = Blueprint("wall_screen", __name__)

# As long as browsers keep a cookie at most, and given anew with every visit; the pairing is looked at with every use.
_COOKIE_S = 400 * 24 * 3600
_MAX_GROUP = 200
# What of an alert is shown: neither its picture nor a note are for those who walk by.
_SHOWN = (
    "incident_id",
    "camera_id",
    "camera",
    "emotion",
    "state",
    "opened_at",
    "started_at",
    "acknowledged_by",
    "is_test",
)


@dataclass(frozen=True)
class WallView:
    """What the caller may see: `screen` is None for a person, who chooses the group in the address."""

    group: str
    screen: WallScreen | None = None


@wall_screen.get("/wall")
@public
def show() -> AnyResponse:
    """The wall; where nobody is signed in and no screen is paired, how that is done."""
    view = _view()
    if view.screen is None and not _is_signed_in():
        return redirect(url_for("wall_screen.pair", over="1" if WALL_COOKIE in request.cookies else None))
    page = render_template("staff/wall_screen.html", state=_state(view), site=page_facts().site)
    response = unstored(page)
    if view.screen is not None:
        _keep(response, request.cookies[WALL_COOKIE])
    return response


@wall_screen.get("/wall.json")
@requires(Role.STAFF, for_screens=True)
def state() -> Response:
    """What the wall shows now: asked for every second, so that nothing has to be followed."""
    return jsonify(_state(_view()))


@wall_screen.get("/wall/pictures")
@requires(Role.STAFF, for_screens=True)
def pictures() -> Response:
    """The newest pictures of the cameras in `have` that are on this wall; `size=large` at full size."""
    services, view = app_services(), _view()
    shown = {one.camera_id for one in services.dashboard.of_group(view.group).cameras if one.enabled}
    there = [one for one in read_wanted(request.args.get("have", "")) if one.camera_id in shown]
    use = PictureUse.LARGE if request.args.get("size") == "large" else PictureUse.TILE
    if there:
        showed_live(*(one.camera_id for one in there))
    ask_for_pictures(services.live, [one.camera_id for one in there], use, app_socketio().sleep)
    return Response(picture_sheet(services.live, there, services.clock.now(), use), mimetype=MIME_TYPE)


@wall_screen.get("/wall/pair")
@public
def pair() -> AnyResponse:
    """Ask for the code; the script sends it on by itself."""
    return unstored(render_template("staff/wall_pair.html", problem=""))


@wall_screen.post("/wall/pair")
@limiter.limit(login_limit)
@public
def take_pairing() -> AnyResponse:
    """Pair this browser, and sign out who is signed in on it: anyone may stand before a wall."""
    try:
        device = device_words(request.user_agent.string)
        secret = app_services().wall_screens.pair(request.form.get("code", "").strip(), device)
    except NotFound as error:
        return make_response(render_template("staff/wall_pair.html", problem=error_words(error)), 404)
    standing = current_session()
    if standing is not None:
        end_session()
        end_connections_of(standing.session_id)
    response = redirect(url_for("wall_screen.show"), 303)
    _keep(response, secret)
    return without_stored(response)


def _keep(response: AnyResponse, secret: str) -> None:
    response.set_cookie(
        WALL_COOKIE,
        secret,
        max_age=_COOKIE_S,
        path=cookie_path(),
        httponly=True,
        samesite="Lax",
        secure=app_settings().https_only,
    )


def _view() -> WallView:
    """Return what this browser sees: a paired screen its own group, a person any."""
    screen = paired_screen()
    group = screen.group if screen else request.args.get("group", "").strip()[:_MAX_GROUP]
    return WallView(group, screen)


def _is_signed_in() -> bool:
    user = signed_in_user()
    return user is not None and user.may(Role.STAFF) and first_step_due() is None


def _state(view: WallView) -> dict[str, Any]:
    services = app_services()
    shown, storage = services.dashboard.of_group(view.group), services.storage.state()
    there = {camera.camera_id for camera in shown.cameras}
    waiting = cast(list[dict[str, Any]], storage_payload(storage)["alerts"])
    unstored_alerts = [
        {**alert, "incident_id": None, "state": "new", "acknowledged_by": None, "is_test": False}
        for alert in waiting
        if not view.group or alert["camera_id"] in there
    ]
    return {
        "now": services.clock.now().isoformat(),
        "version": asset_version(),
        "group": view.group,
        "screen": view.screen.name if view.screen else "",
        "is_analysing": services.model_cards.problem() is None,
        "cameras": [_camera(camera) for camera in shown.cameras if camera.enabled],
        "alerts": [*unstored_alerts, *(_alert(incident) for incident in shown.incidents)],
    }


def _camera(camera: Camera) -> dict[str, Any]:
    return {
        "camera_id": camera.camera_id,
        "camera": camera.name,
        "place": camera.place,
        "state": camera.state.value,
        **state_reason_message(camera.state_reason, page_language()),
        "opens_at": camera.opens_at.isoformat() if camera.opens_at else None,
        "since": camera.state_since.isoformat() if camera.state_since else None,
    }


def _alert(incident: Incident) -> dict[str, Any]:
    payload = incident_payload(incident)
    return {name: payload[name] for name in _SHOWN}
