"""The screen that is a camera: paired by a link, and then a page that says what happens here and sends pictures.

The code of the link follows its #, which browsers never send; the page's script puts it into the form. What the
screen gets for it is a cookie of its own: it opens this page and the socket `/kiosk`, and nothing else.
"""

from flask import Blueprint, Request, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.cameras.kiosks import FRAMES_PER_S, MAX_FRAME_BYTES
from webapp.errors import NotFound
from webapp.services.cameras.kiosks import KioskCamera
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.devices import device_words
from webapp.web.core.guards import public
from webapp.web.core.logins import current_session, end_session
from webapp.web.core.page_facts import page_facts
from webapp.web.core.safe_redirects import cookie_path
from webapp.web.core.security import limiter, login_limit, talisman, unstored, without_stored
from webapp.web.core.template_filters import error_words
from webapp.web.kiosk.kiosk_socket import KIOSK_COOKIE
from webapp.web.live.connections import end_connections_of

kiosk = Blueprint("kiosk", __name__)

_OWN_CAMERA = {"camera": "(self)", "microphone": "()", "geolocation": "()"}
# As long as browsers keep a cookie at most; the pairing itself is looked at with every use.
_COOKIE_S = 400 * 24 * 3600


@kiosk.get("/kiosk")
@public
@talisman(permissions_policy=_OWN_CAMERA)
def screen() -> AnyResponse:
    """The notice, and the camera of this device where staff start it."""
    found = _paired(request)
    if found is None:
        return redirect(url_for("kiosk.pair", over="1" if KIOSK_COOKIE in request.cookies else None))
    return unstored(
        render_template(
            "kiosk/screen.html",
            camera=found.camera,
            shows_self=found.kiosk.shows_self,
            site=page_facts().site,
            rule=app_services().retention.rule(),
            frames_per_s=FRAMES_PER_S,
            max_frame_bytes=MAX_FRAME_BYTES,
        )
    )


@kiosk.get("/kiosk/pair")
@public
def pair() -> AnyResponse:
    """Ask for the code; the script sends it on by itself."""
    return unstored(render_template("kiosk/pair.html", problem=""))


@kiosk.post("/kiosk/pair")
@limiter.limit(login_limit)
@public
def take_pairing() -> AnyResponse:
    """Pair this browser, and sign out who is signed in on it: anyone may stand before a kiosk."""
    try:
        device = device_words(request.user_agent.string)
        secret = app_services().kiosks.pair(request.form.get("code", "").strip(), device)
    except NotFound as error:
        return make_response(render_template("kiosk/pair.html", problem=error_words(error)), 404)
    _sign_out()
    response = redirect(url_for("kiosk.screen"), 303)
    response.set_cookie(
        KIOSK_COOKIE,
        secret,
        max_age=_COOKIE_S,
        path=cookie_path(),
        httponly=True,
        samesite="Lax",
        secure=app_settings().https_only,
    )
    return without_stored(response)


def _paired(screen_request: Request) -> KioskCamera | None:
    return app_services().kiosks.find(screen_request.cookies.get(KIOSK_COOKIE, ""))


def _sign_out() -> None:
    standing = current_session()
    if standing is not None:
        end_session()
        end_connections_of(standing.session_id)
