"""Examples of calls, made of the schemas, so that they cannot be older than the document."""

import json
from typing import Any

from webapp.web.api.reference.document import Node, Operation, alternatives, resolved

_DATE = "2026-11-29T09:30:00+00:00"
# Made-up values that say more than "text".
_TEXTS = {
    "name": "Front desk",
    "camera": "Front desk",
    "url": "rtsp://192.0.2.10/stream1",
    "username": "viewer",
    "password": "secret",
    "note": "Offered a quieter table.",
    "message": "Please send assistance",
    "acknowledged_by": "dana",
    "resolved_by": "dana",
    "outcome": "recovered",
    "until": "18:30",
    "time_zone": "Europe/Berlin",
    "hangs_since": "2026-01-05",
}
_HOURS = "07:00-22:00"
_TRIANGLE = [[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]]
_BOX = [412.0, 180.0, 508.0, 276.0]


def value_of(document: Node, schema: Node, name: str = "") -> Any:
    """Return an example of a schema.

    Args:
        document: what references of the schema lead into.
        schema: any schema of the document.
        name: of the field that has it; chooses likely values.
    """
    schema = resolved(document, schema)
    if pieces := alternatives(schema):
        return value_of(document, pieces[0], name)
    if schema.get("enum"):
        return schema["enum"][0]
    if name in ("points", "box_xyxy"):
        return _TRIANGLE if name == "points" else _BOX
    if schema.get("type") == "array":
        return [value_of(document, schema["items"], name)]
    if schema.get("type") == "object":
        shown = {key: one for key, one in schema.get("properties", {}).items() if not one.get("x-instead")}
        return {key: value_of(document, one, key) for key, one in shown.items()}
    return _plain(schema, name)


def _plain(schema: Node, name: str) -> Any:
    kind = schema.get("type")
    if kind == "integer":
        return max(1, int(schema.get("minimum", 1)))
    if kind == "number":
        return 5.0 if name == "analysis_fps" else 0.82
    if kind == "boolean":
        return True
    if schema.get("format") == "date-time" or name.endswith("_at"):
        return _DATE
    return _HOURS if name.endswith("day") else _TEXTS.get(name, "text")


def in_json(document: Node, schema: Node) -> str:
    """Return an example of a schema as it is sent."""
    return json.dumps(value_of(document, schema), indent=2, ensure_ascii=False)


def curl(document: Node, operation: Operation, server: str) -> str:
    """Return a command that makes the call; the token is read from a variable, so that no shell remembers it.

    Args:
        server: the address before the path, such as `https://amends.example`.
    """
    path = operation.path
    for one in operation.parameters:
        path = path.replace("{" + one.name + "}", "1")
    method = "" if operation.method == "GET" else f" -X {operation.method}"
    lines = [f"curl{method} '{server}{path}'", '  -H "Authorization: Bearer $TOKEN"']
    if operation.body is not None:
        sent = json.dumps(value_of(document, operation.body), ensure_ascii=False)
        lines += ["  -H 'Content-Type: application/json'", f"  -d '{sent}'"]
    return " \\\n".join(lines)
