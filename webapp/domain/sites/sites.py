"""The sites that a central instance knows, and who may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role

MAX_SITE_NAME = 60
# So many are kept of each, whatever it sends: the oldest go first.
MOST_INCIDENTS = 200_000
MOST_PICTURES = 5_000
# More makes a day's figures of a site that has been open for longer than the law lets alerts be kept.
MOST_DAYS = 800


class SiteState(StrEnum):
    """What the central instance knows of a site's line."""

    WAITING = "waiting"
    ONLINE = "online"
    SILENT = "silent"
    REVOKED = "revoked"


@dataclass(frozen=True)
class FeedPosition:
    """How far the central instance has followed a site's event log.

    Attributes:
        event_id: the newest event that it has taken; 0 before the first.
        event_at: when that event happened: together they tell whether the site's log is still the same one, or was
            put back from a backup.
        fill_after: while what a site kept before is still being taken: the incident that it has come to.
    """

    event_id: int = 0
    event_at: datetime | None = None
    fill_after: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether nothing of the site has been taken yet."""
        return self.event_id == 0 and self.fill_after is None


@dataclass(frozen=True)
class RegisteredSite:
    """A site that sends what happens there. All times are aware UTC.

    Attributes:
        site_id: row id; 0 until it is stored.
        name: what the central instance calls it.
        created_at: when it was registered.
        takes_pictures: whether pictures are taken from it.
        has_token: whether its token opens the feed; False where it was revoked.
        seen_at: when it last spoke; None before the first time.
        silent_since: since when it is known not to speak; None while it does.
        version: of Amends there.
        time_zone: whose clocks its days mean; empty before it has said so.
        newest_frame_at: when its newest picture was analysed.
        sends_pictures: whether its own admin lets pictures out.
        keep_incidents_days: after so many days its alerts go, there and here.
        keep_pictures_days: the same of pictures.
        position: how far its log has been followed.
    """

    name: str
    created_at: datetime
    site_id: int = 0
    takes_pictures: bool = False
    has_token: bool = True
    seen_at: datetime | None = None
    silent_since: datetime | None = None
    version: str = ""
    time_zone: str = ""
    newest_frame_at: datetime | None = None
    sends_pictures: bool = False
    keep_incidents_days: int | None = None
    keep_pictures_days: int | None = None
    position: FeedPosition = FeedPosition()

    @property
    def shows_pictures(self) -> bool:
        """Whether both sides let pictures go over."""
        return self.takes_pictures and self.sends_pictures

    def state(self, now: datetime, silent_after: timedelta) -> SiteState:
        """Return what is known of its line."""
        if not self.has_token:
            return SiteState.REVOKED
        if self.seen_at is None:
            return SiteState.WAITING
        return SiteState.SILENT if self.is_late(now, silent_after) else SiteState.ONLINE

    def is_late(self, now: datetime, silent_after: timedelta) -> bool:
        """Return whether it has not spoken for so long."""
        return self.seen_at is not None and now - self.seen_at > silent_after


@dataclass(frozen=True)
class SiteAccess:
    """Which sites a person sees.

    Attributes:
        all_sites: every one, also those that come.
        site_ids: else these.
    """

    all_sites: bool = False
    site_ids: frozenset[int] = frozenset()

    def includes(self, site_id: int) -> bool:
        """Return whether a site is among them."""
        return self.all_sites or site_id in self.site_ids

    @property
    def is_none(self) -> bool:
        """Whether there is no site to see."""
        return not self.all_sites and not self.site_ids


def access_of(user: User, given: SiteAccess) -> SiteAccess:
    """Return which sites a person sees: admins all of them, others what they were given."""
    return SiteAccess(all_sites=True) if user.may(Role.ADMIN) else given


def sites_seen(sites: Collection[RegisteredSite], access: SiteAccess) -> list[RegisteredSite]:
    """Return those of some sites that somebody sees."""
    return [site for site in sites if access.includes(site.site_id)]
