"""The site's logo, in place of Amends' icon: open to everybody, because it is on the log-in page and the notice."""

from flask import Blueprint, Flask, Response, request, url_for
from werkzeug.exceptions import NotFound

from webapp.services.site.logos import LOGO_MIME_TYPE, Logo
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import public
from webapp.web.core.page_facts import page_facts

logo = Blueprint("logo", __name__)
LOGO_ENDPOINT = "logo.picture"
_YEAR_S = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Let every template show the logo."""
    app.register_blueprint(logo)
    app.jinja_env.globals.update(site_logo=site_logo, logo_url=logo_url)


@logo.get("/logo.webp")
@public
def picture() -> Response:
    """The picture; its address names its version, so that a browser asks once."""
    service = app_services().logos
    shown, webp = service.get(), service.picture()
    if shown is None or webp is None:
        raise NotFound
    response = Response(webp, mimetype=LOGO_MIME_TYPE)
    response.set_etag(shown.version)
    response.cache_control.public = True
    if request.args.get("v") == shown.version:
        response.cache_control.max_age = _YEAR_S
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def site_logo() -> Logo | None:
    """Return the logo; None where there is none, and after a failure: the database may be what failed."""
    return page_facts().logo


def logo_url(shown: Logo) -> str:
    """Return the picture's address with its version."""
    return url_for(LOGO_ENDPOINT, v=shown.version)
