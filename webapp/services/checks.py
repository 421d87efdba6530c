"""Checks of what people and clients send, for more than one use case."""

from enum import StrEnum
from typing import TypeVar

from webapp.errors import InputInvalid

_Choice = TypeVar("_Choice", bound=StrEnum)


def parse_choice(choices: type[_Choice], text: str, field: str) -> _Choice:
    """Read one of an enumeration's values that was sent in a field.

    Raises:
        InputInvalid: it is none of them.
    """
    try:
        return choices(text)
    except ValueError:
        raise InputInvalid(
            "Expected one of %(choices)s; got '%(given)s'.", choices=", ".join(choices), given=text, field=field
        ) from None


def checked_name(name: str, max_length: int) -> str:
    """Return a name without needless spaces.

    Raises:
        InputInvalid: it is empty, too long, or not fit to be printed.
    """
    checked = " ".join(name.split())
    if not 1 <= len(checked) <= max_length or not checked.isprintable():
        raise InputInvalid(
            "Expected a name of 1 to %(max_length)s printable characters, got %(count)s.",
            max_length=max_length,
            count=len(checked),
            field="name",
        )
    return checked
