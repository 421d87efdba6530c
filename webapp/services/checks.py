"""Checks of what people and clients send, for more than one use case."""

from enum import StrEnum
from typing import TypeVar

from webapp.domain.cameras.names import check_visible, tidy_name
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
    """Return a name without needless spaces, in the one spelling that its letters have.

    Raises:
        InputInvalid: it is empty, too long, or not fit to be printed.
    """
    checked = tidy_name(name)
    check_visible(checked)
    if not 1 <= len(checked) <= max_length:
        raise InputInvalid(
            "Expected a name of 1 to %(max_length)s printable characters, got %(count)s.",
            max_length=max_length,
            count=len(checked),
            field="name",
        )
    return checked


def checked_note(note: str, max_length: int) -> str:
    """Return a note without the spaces around it.

    Raises:
        InputInvalid: it is too long.
    """
    if len(note) > max_length:
        raise InputInvalid(
            "Expected a note of at most %(max_note_length)s characters, got %(count)s.",
            max_note_length=max_length,
            count=len(note),
            field="note",
        )
    return note.strip()
