"""Checks of what people and clients send, for more than one use case."""

from enum import StrEnum
from typing import TypeVar

from webapp.domain.cameras.names import check_visible, name_key, tidy_name
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
    # Compared, some letters are two, as "ss" for "ß": that form is stored as well, and has to be as short.
    count = max(len(checked), len(name_key(checked)))
    if not 1 <= count <= max_length:
        raise InputInvalid(
            "Expected a name of 1 to %(max_length)s printable characters, got %(count)s.",
            max_length=max_length,
            count=count,
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
