"""How a site's line to its central instance is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CentralFault(StrEnum):
    """Why the central instance has not taken what was sent."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    UNTRUSTED = "untrusted"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - what happened, not a token.
    REFUSED = "refused"
    MOVED = "moved"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True)
class CentralState:
    """What a site knows of its line. Times are aware UTC.

    Attributes:
        fault: why it fails; None where it works.
        since: since when that is so.
        contact_at: when the central instance last took something; None before the first time.
    """

    fault: CentralFault | None = None
    since: datetime | None = None
    contact_at: datetime | None = None
