"""What is known of a backup that is to be put back, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# So long what was checked waits for somebody to say yes; then it is unpacked no more.
CHECKED_FOR = timedelta(minutes=30)


class RestoreRefusal(StrEnum):
    """Why a backup is not put back; nothing was changed then."""

    NO_BACKUP = "no_backup"
    CHANGED = "changed"
    PASSPHRASE = "passphrase"  # noqa: S105 - what is wrong, not a passphrase.
    FOREIGN = "foreign"
    NEWER = "newer"
    TOO_LARGE = "too_large"
    DISK = "disk"
    BUSY = "busy"
    NOT_CHECKED = "not_checked"
    NO_SAFETY_BACKUP = "no_safety_backup"
    UNFINISHED = "unfinished"


@dataclass(frozen=True)
class BackupContents:
    """What a backup holds, as a check has found it.

    Attributes:
        made_at: when it was made; None where it does not say.
        is_whole: whether it holds keys and pictures beside the database.
        schema: the number of the database's tables, by which versions are told apart.
        incidents: how many alerts.
        users: how many people.
        cameras: how many.
        pictures: how many.
    """

    made_at: datetime | None
    is_whole: bool
    schema: str
    incidents: int
    users: int
    cameras: int
    pictures: int


@dataclass(frozen=True)
class RestorePlan:
    """A backup that is checked and unpacked, and waits for somebody to say yes.

    Attributes:
        plan_id: tells it from every other one.
        name: of the backup's file, for people.
        contents: what it holds.
        checked_at: when.
    """

    plan_id: str
    name: str
    contents: BackupContents
    checked_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Return whether it has waited for too long; a clock that was set back makes nobody check again."""
        return now - self.checked_at > CHECKED_FOR


@dataclass(frozen=True)
class RestoreOrder:
    """Somebody's yes: what the supervisor looks for."""

    plan_id: str
    by: str


@dataclass(frozen=True)
class RestoreOutcome:
    """What became of the last one.

    Attributes:
        name: of the backup's file.
        by: who wanted it.
        at: when.
        refusal: why it was not put back; None where it was.
        detail: what exactly went wrong, in English.
        aside: the folder that holds what was there before; empty where nothing was changed.
        safety_backup: the backup that was made of what was there.
    """

    name: str
    by: str
    at: datetime
    refusal: RestoreRefusal | None = None
    detail: str = ""
    aside: str = ""
    safety_backup: str = ""
