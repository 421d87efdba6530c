"""Names that people give: one spelling for one name, and nothing in it that nobody sees."""

import unicodedata

from webapp.errors import InputInvalid

# Printable for Unicode, and nothing on a screen: fillers, an empty letter of Braille, a joiner.
_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_MOST_NAMED = 3


def tidy_name(name: str) -> str:
    """Return a name in Unicode's composed form, in which the same letters are the same text, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_key(name: str) -> str:
    """Return a name as it is compared: without regard to case, to how its letters are composed, and to spaces."""
    return unicodedata.normalize("NFC", tidy_name(name).casefold())


def check_visible(name: str, field: str = "name") -> None:
    """Refuse a name that holds what nobody sees: it looks like another one, or turns what stands beside it round.

    Raises:
        InputInvalid: it does, and which characters they are.
    """
    unseen = [character for character in name if not character.isprintable() or character in _NOTHING]
    if unseen:
        raise InputInvalid(
            "Expected a text without characters that nobody sees (%(characters)s): type it again.",
            characters=", ".join(f"U+{ord(character):04X}" for character in dict.fromkeys(unseen[:_MOST_NAMED])),
            field=field,
        )
