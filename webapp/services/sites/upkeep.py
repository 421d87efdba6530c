"""What a central instance does by itself: it notes which sites are silent, and deletes what they have deleted."""

from dataclasses import dataclass
from datetime import timedelta

from webapp.domain.events import Event, EventKind
from webapp.domain.sites.sites import RegisteredSite
from webapp.services.ports import Clock, UnitOfWorkFactory
from webapp.services.sites.feed_intake import forget_old


@dataclass(frozen=True)
class SiteUpkeep:
    """The use cases of housekeeping.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time of day.
        silent_after: a site that has not spoken for so long is called silent.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    silent_after: timedelta

    def note_silent(self) -> int:
        """Put on record, once, which sites have fallen silent; return how many."""
        now = self.clock.now()
        with self.unit_of_work.reading() as work:
            late = [site.site_id for site in work.sites.list() if site.silent_since is None and self._is_late(site)]
        if not late:
            return 0
        noted = 0
        with self.unit_of_work() as work:
            for site in filter(None, map(work.sites.get, late)):
                if site.silent_since is not None or not self._is_late(site):
                    continue  # It has spoken meanwhile.
                work.sites.set_silent(site.site_id, site.seen_at)
                payload = {"site": site.name, "site_id": site.site_id, "since": str(site.seen_at)}
                work.events.append(Event(EventKind.SITE_FELL_SILENT, now, payload))
                noted += 1
            work.commit()
        return noted

    def forget_old(self) -> int:
        """Delete what the sites have deleted by now, by their own days; return how much."""
        with self.unit_of_work.reading() as work:
            site_ids = [site.site_id for site in work.sites.list()]
        return sum(map(self._forget_old_of, site_ids))

    def _forget_old_of(self, site_id: int) -> int:
        with self.unit_of_work() as work:
            site = work.sites.get(site_id)
            gone = forget_old(work, site, self.clock.now()) if site else 0
            work.commit()
        return gone

    def _is_late(self, site: RegisteredSite) -> bool:
        return site.has_token and site.is_late(self.clock.now(), self.silent_after)
