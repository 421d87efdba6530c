"""flask-smorest's API, described when somebody asks for the description and not at each start."""

import threading
from functools import cached_property
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint
from werkzeug.exceptions import HTTPException

from webapp.web.api.schemas import ErrorSchema
from webapp.web.core.error_pages import show_http_error


class LateApi(Api):
    """The views of `/api/v1`, with the errors of the whole app."""

    ERROR_SCHEMA = ErrorSchema

    def __init__(self, app: Flask) -> None:
        self._blueprints: list[Blueprint] = []
        self._lock = threading.Lock()
        super().__init__(app)

    def handle_http_exception(self, error: HTTPException) -> object:
        """Answer as everywhere."""
        return show_http_error(error)

    def register_blueprint(self, blueprint: Blueprint, *, url_prefix: str) -> None:
        """Add the views of a blueprint."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint, url_prefix=url_prefix)
        self._blueprints.append(blueprint)

    @property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document; not to be changed."""
        with self._lock:
            return self._document

    @cached_property
    def _document(self) -> dict[str, Any]:
        super()._register_responses()
        for blueprint in self._blueprints:
            blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
            self.spec.tag({"name": blueprint.name, "description": blueprint.description})
        document: dict[str, Any] = self.spec.to_dict()
        schemas = document["components"]["schemas"]
        # What Marshmallow checks, and apispec does not say.
        for changes in ("CameraChange", "CameraSettings", "SiteChange", "Snooze"):
            schemas[changes]["minProperties"] = 1
        schemas["Snooze"]["maxProperties"] = 1
        return document

    def _register_responses(self) -> None:
        """Add an answer for each status that HTTP knows: not yet."""


def openapi_document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document of an application; not to be changed."""
    document: dict[str, Any] = app.extensions["amends_api"].document
    return document
