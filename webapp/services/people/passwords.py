"""What a password has to be."""

from webapp.domain.people.accounts import MIN_PASSWORD_LENGTH
from webapp.domain.people.password_strength import Weakness, weakness_of
from webapp.errors import InputInvalid

MAX_PASSWORD_LENGTH = 256
_OURS = "Amends"


def checked_password(password: str, name: str) -> str:
    """Return a new password of the person of that name, if it can be used.

    Raises:
        InputInvalid: too short, too long, or among the first that are guessed.
    """
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        limits = f"{MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH}"
        raise InputInvalid(
            "Expected a password of %(limits)s characters, got %(count)s.",
            limits=limits,
            count=len(password),
            field="password",
        )
    weakness = weakness_of(password, (name, _OURS))
    if weakness is not None:
        raise _too_easy(weakness)
    return password


def _too_easy(weakness: Weakness) -> InputInvalid:
    if weakness is Weakness.NAME:
        return InputInvalid(
            "That is a name with little added, which is tried first. Take a short sentence.", field="password"
        )
    if weakness is Weakness.WORD:
        return InputInvalid("That is a word that many people take. Take a short sentence.", field="password")
    return InputInvalid("That repeats itself or follows the keys. Take a short sentence.", field="password")
