"""The JSON API `/api/v1`: bearer tokens, described by an OpenAPI document."""

from flask import Flask, Response, jsonify, request

from webapp.web.api import cluster, incidents, notifications, site, sites, snoozes
from webapp.web.api.late_api import LateApi, openapi_document
from webapp.web.api.reference.views import api_reference
from webapp.web.core.guards import public
from webapp.web.core.security import csrf

API_PREFIX = "/api/v1"
_DESCRIPTION = """Send `Authorization: Bearer TOKEN` with each call; `python run.py user token NAME` makes a token.
A token may do what its person's role may do. Times are ISO 8601 in UTC, scores are in [0, 1]."""


def register_api(app: Flask) -> None:
    """Add the API and its description."""
    app.config.update(
        API_TITLE="Amends",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        API_SPEC_OPTIONS={
            "info": {"description": _DESCRIPTION},
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
            "security": [{"bearer": []}],
        },
    )
    api = LateApi(app)
    of_installation = (site.api_site, sites.api_sites, notifications.api_notifications, cluster.api_cluster)
    for blueprint in (snoozes.api_cameras, incidents.api_incidents, *of_installation):
        csrf.exempt(blueprint)
        api.register_blueprint(blueprint, url_prefix=f"{API_PREFIX}/{blueprint.name.removeprefix('api_')}")
    app.extensions["amends_api"] = api
    app.register_blueprint(api_reference)

    @app.get(f"{API_PREFIX}/openapi.json")
    @public
    def openapi() -> Response:
        """What the API can do, for programs that write clients."""
        document = openapi_document(app)
        return jsonify({**document, "servers": [{"url": request.script_root}]} if request.script_root else document)
