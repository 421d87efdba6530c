"""Which passwords are guessed first: a word that everybody takes with a number behind it, a key pattern, a repetition.

Eight of ten guessed passwords are of these kinds, and so are the first guesses of every tool (NIST SP 800-63B, section
5.1.1.2: compare with those that are commonly used, and with the person's and the service's own name).
"""

import re
from collections.abc import Iterable
from enum import StrEnum

# What the lists of leaked passwords begin with, English and German, and what a house like ours thinks of first.
_WORDS = """
password passwort passwd kennwort pass word admin administrator root user guest gast test demo login welcome
willkommen hello hallo letmein changeme change me secret geheim default standard master super server manager staff
team office monkey dragon shadow sunshine princess football baseball soccer fussball hockey superman batman starwars
pokemon iloveyou loveyou love liebe schatz engel baby michael daniel jessica thomas charlie jordan ashley andrea
summer winter spring autumn sommer herbst fruehling january january februar april august oktober december dezember
monday sunday montag sonntag today heute berlin hamburg muenchen wien zuerich london paris deutschland germany austria
hotel hotels reception rezeption frontdesk desk lobby camera kamera kiosk shop service security sicherheit hospitality
access zugang trustno trust freedom computer internet windows samsung apple google mercedes porsche ferrari whatever
qwerty qwertz asdf abc abcd pw the my mein meine dein your our das der die ist is it one two new neu a i
"""
_COMMON_WORDS = frozenset(_WORDS.split())
_ROWS = (
    "1234567890", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn",
)  # fmt: skip
_RUNS = (*_ROWS, *(row[::-1] for row in _ROWS))
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
_MIN_DIFFERENT = 5
_MIN_RUN = 3
_MOST_BESIDE_RUNS = 3
_MOST_WORDS = 2


class Weakness(StrEnum):
    """Why a password would be guessed."""

    REPEATED = "repeated"
    PATTERN = "pattern"
    WORD = "word"
    NAME = "name"


def weakness_of(password: str, names: Iterable[str] = ()) -> Weakness | None:
    """Return why a password is among the first that are guessed; None where it is not.

    Args:
        password: as it was typed.
        names: of the person and of the house, which are tried as well.
    """
    lower = password.casefold()
    if len(set(lower)) < _MIN_DIFFERENT or re.fullmatch(r"(.{1,6}?)\1+.{0,3}", lower):
        return Weakness.REPEATED
    if len(lower) - _in_runs(lower) <= _MOST_BESIDE_RUNS:
        return Weakness.PATTERN
    own = {_letters(part) for name in names for part in (name, *name.split())}
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lower)
    for letters in {_letters(lower), _letters(core.translate(_LOOKALIKES))}:
        if any(
            len(name) > 2 and name in letters and letters.replace(name, "", 1) in ("", *_COMMON_WORDS) for name in own
        ):
            return Weakness.NAME
        if _is_made_of(letters, _MOST_WORDS):
            return Weakness.WORD
    return None


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]", "", text.casefold())


def _in_runs(text: str) -> int:
    """Return how many characters stand in runs along a row of keys or of the alphabet."""
    covered = place = 0
    while place < len(text):
        sizes = range(len(text) - place, _MIN_RUN - 1, -1)
        run = next((size for size in sizes if any(text[place : place + size] in row for row in _RUNS)), 0)
        covered, place = covered + run, place + (run or 1)
    return covered


def _is_made_of(letters: str, most: int) -> bool:
    """Return whether these letters are a few common words in a row; no letters at all are."""
    if not letters:
        return True
    begins = (word for word in _COMMON_WORDS if letters.startswith(word))
    return most > 0 and any(_is_made_of(letters[len(word) :], most - 1) for word in begins)
