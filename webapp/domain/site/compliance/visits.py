"""A visitor's request: what is kept of a camera and a time, since nobody is identified and nothing else finds them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from webapp.domain.events import Event
from webapp.errors import InputInvalid

# A day on which the clocks are set back has so many.
MOST_SPAN = timedelta(hours=25)
# Ten seconds of a face's scores are stored together, a few seconds later, and an alert after its dwell time.
SETTLED_AFTER = timedelta(minutes=2)
_FIRST_YEAR = 2000


@dataclass(frozen=True)
class Place:
    """Whose pictures: a camera, or one that was removed.

    Attributes:
        name: of the camera; of a removed one, as its alerts keep it.
        camera_id: its id; None for a removed one, of which there are alerts alone.
    """

    name: str
    camera_id: int | None = None

    @property
    def key(self) -> str:
        """How a form names it."""
        return str(self.camera_id) if self.camera_id is not None else f"removed:{self.name}"


@dataclass(frozen=True)
class Visit:
    """A place and a time.

    Attributes:
        place: whose pictures.
        begin: from when on (aware UTC).
        end: until when, not included (aware UTC).
    """

    place: Place
    begin: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Check the time.

        Raises:
            InputInvalid: it ends before it begins, or is longer than a day.
        """
        if self.end <= self.begin:
            raise InputInvalid("Expected an end that is later than the beginning.", field="end")
        if self.end - self.begin > MOST_SPAN:
            raise InputInvalid(
                "Expected a day at most: a longer time is about everybody, and not about a visitor.", field="end"
            )

    def check_over(self, now: datetime) -> None:
        """Check that all that is kept of it is stored by now.

        Raises:
            InputInvalid: it is not over, or hardly.
        """
        if self.end > now - SETTLED_AFTER:
            raise InputInvalid(
                "Expected an end at least %(minutes)s minutes ago: what the camera sees now is still being stored.",
                minutes=SETTLED_AFTER // timedelta(minutes=1),
                field="end",
            )

    def as_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "camera": self.place.name,
            "camera_id": self.place.camera_id,
            "from": self.begin.isoformat(),
            "to": self.end.isoformat(),
        }


def moment_of(text: str, zone: tzinfo, field: str) -> datetime:
    """Read a time as people write it, on the clocks of a time zone unless it names its own; aware UTC.

    Of a time that comes twice, when the clocks are set back, a span's end is the second and its beginning the first; of
    one that is skipped, when they are set forward, what the clocks said before and behind: more is found, never less.

    Raises:
        InputInvalid: it is no time.
    """
    try:
        read = datetime.fromisoformat(text.strip())
        if not _FIRST_YEAR <= read.year < 9000:
            raise ValueError("far from any visit")
        meant = [(read if read.tzinfo else read.replace(tzinfo=zone, fold=fold)).astimezone(UTC) for fold in (0, 1)]
        return max(meant) if field == "end" else min(meant)
    except (ValueError, OverflowError):
        raise InputInvalid("Expected a day and a time such as 2026-11-21 14:30.", field=field) from None


@dataclass(frozen=True)
class KeptOfVisit:
    """How much is kept of a visit.

    Attributes:
        incidents: alerts that reach into its time, with notes, scores and history.
        snapshots: their pictures and clips.
        scores: stretches of scores, each some seconds of one face, with a moment in its time.
        files: pictures and clips on disk, taken in its time, that no alert knows of; of which camera, nobody knows.
    """

    incidents: int = 0
    snapshots: int = 0
    scores: int = 0
    files: int = 0

    def __add__(self, other: "KeptOfVisit") -> "KeptOfVisit":
        """Return both together."""
        return KeptOfVisit(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is kept."""
        return self == KeptOfVisit()

    def as_json(self) -> dict[str, int]:
        """Return it ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class BackupCopy:
    """A backup that may hold what was deleted.

    Attributes:
        name: of its file.
        until: when it is deleted (aware UTC).
    """

    name: str
    until: datetime


@dataclass(frozen=True)
class DeletionProof:
    """What a deletion did, as it stands in the audit trail.

    Attributes:
        visit: of which place and time.
        deleted: what went.
        left: what was found afterwards; nothing, unless something went wrong.
        copies: backups that may hold it, at that moment.
        at: when (aware UTC).
        by: who did it.
        proof_id: the line's number in the audit trail; 0 until stored.
    """

    visit: Visit
    deleted: KeptOfVisit
    left: KeptOfVisit
    copies: tuple[BackupCopy, ...]
    at: datetime
    by: str
    proof_id: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return what the audit trail keeps of it."""
        copies = [{"backup": one.name, "until": one.until.isoformat()} for one in self.copies]
        kept = {"deleted": self.deleted.as_json(), "left": self.left.as_json(), "copies": copies}
        return {**self.visit.as_json(), **kept}

    @classmethod
    def from_event(cls, event: Event) -> "DeletionProof":
        """Read what `as_json` wrote."""
        kept = event.payload
        place = Place(kept["camera"], kept["camera_id"])
        visit = Visit(place, datetime.fromisoformat(kept["from"]), datetime.fromisoformat(kept["to"]))
        copies = tuple(BackupCopy(one["backup"], datetime.fromisoformat(one["until"])) for one in kept["copies"])
        deleted, left = _counts(kept["deleted"]), _counts(kept["left"])
        return cls(visit, deleted, left, copies, event.at, event.actor or "", event.event_id)


def _counts(stored: Mapping[str, int]) -> KeptOfVisit:
    return KeptOfVisit(**stored)
