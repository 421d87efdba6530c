"""Texts as all databases can keep them."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Engine, event

from webapp.domain.site.storage_faults import nul_refused


def refuse_nul(engine: Engine) -> None:
    """Refuse the zero that ends a text in C in whatever is asked or stored: PostgreSQL knows no such texts.

    Args:
        engine: whose statements raise `InputInvalid`, and are not sent, where one has such a text.
    """
    if not event.contains(engine, "before_cursor_execute", _check):
        event.listen(engine, "before_cursor_execute", _check)


def _check(_connection: Any, _cursor: Any, _statement: str, parameters: Any, _context: Any, _is_many: bool) -> None:
    if any("\0" in text for text in _texts(parameters)):
        raise nul_refused()


def _texts(parameters: Any) -> Iterator[str]:
    """Yield the texts of one row of parameters, or of many."""
    for one in parameters.values() if isinstance(parameters, Mapping) else parameters:
        if isinstance(one, str):
            yield one
        elif isinstance(one, tuple | list | Mapping):
            yield from _texts(one)
