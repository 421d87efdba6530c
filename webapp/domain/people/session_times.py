"""For how long somebody stays signed in."""

from dataclasses import dataclass

from webapp.errors import InputInvalid

MAX_HOURS = 720
MAX_IDLE_MINUTES = 43_200


@dataclass(frozen=True)
class SessionTimes:
    """How long sessions last, for everybody.

    Attributes:
        hours: after which a person has to sign in again; more hours spare log-ins, and leave a lost cookie good for
            longer.
        idle_minutes: without use, after which too; 0: never.
    """

    hours: int = 12
    idle_minutes: int = 60

    def __post_init__(self) -> None:
        """Check the bounds.

        Raises:
            InputInvalid: a number is out of range.
        """
        _check("hours", self.hours, 1, MAX_HOURS)
        _check("idle_minutes", self.idle_minutes, 0, MAX_IDLE_MINUTES)


def _check(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InputInvalid(
            "Expected %(least)s to %(most)s, got %(value)s.", least=least, most=most, value=value, field=field
        )
