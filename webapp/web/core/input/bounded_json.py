"""JSON as strangers send it: not nested without end, and with texts that can be stored."""

import json
from collections.abc import Iterable
from typing import Any

from flask import Flask, Request, current_app
from flask.json.provider import DefaultJSONProvider
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request

MAX_DEPTH = 16
"""What the API and the pages send is five deep at most: zones of settings, with points."""


class BoundedJSON(DefaultJSONProvider):
    """Reads JSON within bounds; writing is as in Flask."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read JSON.

        Raises:
            ValueError: it is none, it is nested too deeply, or a text or number in it can be no text or number.
        """
        try:
            value = super().loads(s, **kwargs)
        except RecursionError:
            raise _too_deep() from None
        _check(value)
        return value


class BoundedParser(FlaskParser):
    """Reads the API's arguments with the JSON of the app; Webargs would read it with Python's own."""

    def _raw_load_json(self, req: Request) -> Any:
        sent = req.get_data(cache=True)
        if not sent or not is_json_request(req):
            return missing
        try:
            return current_app.json.loads(sent)
        except ValueError as error:
            # What was sent is left out; without any text Webargs would take it for a request without a body.
            raise json.JSONDecodeError(type(error).__name__, "JSON", 0) from None


def init_app(app: Flask) -> None:
    """Read all JSON so."""
    app.json = BoundedJSON(app)


def _check(value: object) -> None:
    level = [value]
    for _depth in range(MAX_DEPTH + 1):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise _too_deep()


def _children(node: object) -> Iterable[object]:
    if isinstance(node, str):
        _check_text(node)
    if isinstance(node, dict):
        return [*node, *node.values()]
    return node if isinstance(node, list) else ()


def _check_text(text: str) -> None:
    """Refuse halves of characters, which no file and no database takes, and the zero that ends a text in C."""
    text.encode()
    if "\0" in text:
        raise ValueError("expected a text without NUL")


def _too_deep() -> ValueError:
    return ValueError(f"expected JSON of at most {MAX_DEPTH} levels")
