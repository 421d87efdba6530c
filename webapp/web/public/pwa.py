"""What makes the pages an app on a phone: the manifest, the service worker, and the page for when nothing answers.

The worker keeps the shell and nothing else: the page `/offline` and static files whose address names their version.
Pages, pictures, streams and the API hold what only who is signed in may see, so they are never kept in a browser.
"""

import hashlib
import json

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for

from webapp.web.core.assets import STATIC_DIR, asset_url
from webapp.web.core.guards import public
from webapp.web.core.logo import logo_url, site_logo
from webapp.web.core.page_facts import page_facts

pwa = Blueprint("pwa", __name__)

THEME_COLOUR = "#1f5fbf"
_BACKGROUND_COLOUR = "#ffffff"
# What a phone shows below an icon before it cuts the name off.
_SHORT_NAME_LENGTH = 12
_SHORT_NAME = "Amends"
_SHELL = (
    "vendor/tabler.min.css", "css/amends.css", "js/theme.js", "js/offline.js", "img/amends.svg", "img/icons.svg",
)  # fmt: skip
_ICONS = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable-512.png", "512x512", "maskable"),
    ("img/amends.svg", "any", "any"),
)


@pwa.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """What the site's app is called and how it looks on a phone."""
    name = page_facts().site.product_name
    answer = jsonify(
        id=f"{request.script_root}/",
        name=name,
        short_name=name if len(name) <= _SHORT_NAME_LENGTH else _SHORT_NAME,
        start_url=url_for("staff.dashboard"),
        scope=f"{request.script_root}/",
        display="standalone",
        theme_color=THEME_COLOUR,
        background_color=_BACKGROUND_COLOUR,
        icons=[{"src": asset_url(file), "sizes": sizes, "purpose": purpose} for file, sizes, purpose in _ICONS],
    )
    answer.mimetype = "application/manifest+json"
    return _always_asked_for(answer)


@pwa.get("/service-worker.js")
@public
def service_worker() -> Response:
    """The worker, with the shell that belongs to this version of the product."""
    page, addresses = url_for("pwa.offline"), _shell_addresses()
    version = hashlib.sha256((offline_page() + " ".join(addresses)).encode()).hexdigest()[:12]
    shell = json.dumps({"version": version, "root": request.script_root, "page": page, "assets": addresses})
    script = (STATIC_DIR / "js" / "service-worker.js").read_text(encoding="utf-8")
    return _always_asked_for(Response(f"const SHELL = {shell};\n{script}", mimetype="text/javascript"))


@pwa.get("/offline")
@public
def offline() -> Response:
    """What the worker shows while the server does not answer; the same for everybody."""
    return _always_asked_for(make_response(offline_page()))


def offline_page() -> str:
    """Return the page's text."""
    return render_template("public/offline.html")


def _shell_addresses() -> list[str]:
    shown = site_logo()
    return [*(asset_url(file) for file in _SHELL), *([logo_url(shown)] if shown else [])]


def _always_asked_for(answer: Response) -> Response:
    answer.cache_control.no_cache = True
    return answer
