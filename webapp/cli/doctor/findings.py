"""What a check found: how bad it is, what is, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is, the worst last."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


# What ends a script: notes are no reason.
EXIT_CODES = {Level.OK: 0, Level.NOTE: 0, Level.WARNING: 1, Level.ERROR: 2}


@dataclass(frozen=True)
class Finding:
    """One line of the report; it never holds a secret or an address with a password in it.

    Attributes:
        check: what was looked at, such as `database`.
        level: how bad it is.
        found: what is.
        advice: what to do; empty where nothing is to do.
    """

    check: str
    level: Level
    found: str
    advice: str = ""

    def as_line(self) -> str:
        """Return it for people."""
        return f"{self.level:<8} {self.check:<13} {self.found}" + (f" {self.advice}" if self.advice else "")


def is_below(check: str, amount: float, least: float, found: str, advice: str, bad: Level = Level.WARNING) -> Finding:
    """Return a finding that is bad where an amount is below the least that is wanted.

    Args:
        check: what was looked at.
        amount: what there is.
        least: what is wanted.
        found: what is said in both cases.
        advice: what to do where it is too little.
        bad: how bad that is.
    """
    return Finding(check, bad, found, advice) if amount < least else Finding(check, Level.OK, found)


def in_gib(count_bytes: float) -> str:
    """Return bytes as people read them."""
    return f"{count_bytes / 2**30:.1f} GiB" if count_bytes >= 2**30 else f"{count_bytes / 2**20:.0f} MiB"
