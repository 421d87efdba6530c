"""A wall screen: a screen on a wall that shows cameras and alerts, paired by a link; nobody is signed in on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LINK_WORKS_FOR = timedelta(minutes=30)
# A screen that was put away and found again opens nothing.
FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class WallScreen:
    """One screen on a wall.

    Attributes:
        name: what admins call it, such as Staff room.
        group: whose cameras and alerts it shows; empty for all.
        screen_id: row id; 0 until it is stored.
        link_ends_at: until when a pairing link can be used; None where there is none.
        device: browser and system of the paired screen, in a few words.
        paired_at: when it was paired; None while it is not.
        seen_at: when it last asked for something, to the minute.
    """

    name: str
    group: str = ""
    screen_id: int = 0
    link_ends_at: datetime | None = None
    device: str = ""
    paired_at: datetime | None = None
    seen_at: datetime | None = None

    def has_link(self, now: datetime) -> bool:
        """Return whether there is a pairing link that can be used."""
        return self.link_ends_at is not None and now < self.link_ends_at

    def is_paired(self, now: datetime) -> bool:
        """Return whether a screen may show something now: paired, and seen within the last 30 days."""
        seen_at = self.seen_at or self.paired_at
        return self.paired_at is not None and seen_at is not None and now - seen_at < FORGOTTEN_AFTER
