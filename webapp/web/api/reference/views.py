"""The page of the API's reference."""

import re
from typing import Any

from flask import Blueprint, current_app, render_template, request
from markupsafe import Markup, escape

from webapp.domain.people.roles import Role
from webapp.web.api.late_api import openapi_document
from webapp.web.api.reference.document import Node, Operation, operations, schema_fields
from webapp.web.api.reference.examples import curl, in_json
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import access_of, requires

api_reference = Blueprint("api_reference", __name__)
_CODE = re.compile(r"`([^`]+)`")
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@api_reference.get("/api-reference")
@requires(Role.STAFF)
def page() -> str:
    """Every call of the API, with its fields, its errors and an example."""
    document = openapi_document(current_app)
    server, roles = _server(), _roles()
    calls = [(one, roles.get((one.method, one.path)), _examples(document, one, server)) for one in operations(document)]
    return render_template(
        "help/api_reference.html",
        document=document,
        groups=[(tag, [call for call in calls if call[0].tag == tag["name"]]) for tag in document["tags"]],
        schemas=[(name, schema_fields(one)) for name, one in sorted(document["components"]["schemas"].items())],
        in_code=in_code,
        server=server,
    )


def in_code(text: str) -> Markup:
    """Return a text of the document with what stands in backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704


def _examples(document: Node, operation: Operation, server: str) -> dict[str, Any]:
    success = next(one for one in operation.answers if one.status.startswith("2"))
    answer = in_json(document, success.schema) if success.schema else ""
    return {"curl": curl(document, operation, server), "status": success.status, "answer": answer}


def _server() -> str:
    public_url = app_services().site.get().public_url
    return f"{public_url or request.host_url.rstrip('/')}{request.script_root}"


def _roles() -> dict[tuple[str, str], Role]:
    """Return who may make each call: the lowest role. What a site sends, by its own token, is no person's."""
    found = {}
    for rule in current_app.url_map.iter_rules():
        access = access_of(current_app.view_functions[rule.endpoint])
        if access and access.role:
            path = _ARGUMENT.sub(r"{\1}", rule.rule)
            found.update({(method, path): access.role for method in rule.methods or ()})
    return found
