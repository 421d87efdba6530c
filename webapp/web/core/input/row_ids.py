"""Ids in addresses and messages: positive, and no larger than every database can hold."""

from typing import TypeGuard

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

# PostgreSQL's are 32 bits wide.
MAX_ROW_ID = 2**31 - 1


class RowIdConverter(IntegerConverter):
    """`<int:...>` in a route: what cannot be the id of a row is a page that is not there."""

    # Ten digits are enough, and Python refuses to read thousands of them.
    regex = "[0-9]{1,10}"

    def __init__(self, url_map: Map) -> None:
        """Keep the bounds, which the OpenAPI document shows."""
        super().__init__(url_map, min=1, max=MAX_ROW_ID)


def is_row_id(value: object, *, least: int = 1) -> TypeGuard[int]:
    """Return whether a value that was sent can be an id; in Python true is a number, here it is none."""
    return type(value) is int and least <= value <= MAX_ROW_ID


def init_app(app: Flask) -> None:
    """Let every route use it. Stands before the first route is added."""
    app.url_map.converters["int"] = RowIdConverter
