"""What the site says of itself: the product's name, the notice to people in front of the cameras, its time zone."""

import json
from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo

from webapp.domain.cameras.names import check_visible
from webapp.domain.events import Event, EventKind, changed
from webapp.domain.site.site import Site
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory

SITE_SETTING = "house"


@dataclass(frozen=True)
class SiteService:
    """The use cases around the site's own words; `machine_zone` is the time zone where none is set."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    machine_zone: str = "UTC"

    def get(self) -> Site:
        """Return what holds."""
        with self.unit_of_work.reading() as work:
            return house_of(work)

    def zone(self) -> ZoneInfo:
        """Return whose clocks the opening hours mean."""
        return self.zone_of(self.get())

    def zone_of(self, site: Site) -> ZoneInfo:
        """Return the same for a site that is read already."""
        return ZoneInfo(site.time_zone or self.machine_zone)

    def change(self, site: Site, actor: str) -> None:
        """Let other words hold from now on.

        Raises:
            InputInvalid: one of those that are new holds characters that nobody sees.
        """
        with self.unit_of_work() as work:
            self.change_within(work, site, actor)
            work.commit()

    def change_within(self, work: UnitOfWork, site: Site, actor: str) -> None:
        """Do what `change` does, within a transaction that is committed later."""
        before, after = asdict(house_of(work)), asdict(site)
        for field in (field for field in after if after[field] != before[field]):
            check_visible("".join(after[field].splitlines()).replace("\t", " "), field)
        payload = {"setting": "name and notice", **changed(before, after)}
        work.settings.put(SITE_SETTING, json.dumps(asdict(site)))
        work.events.append(Event(EventKind.SETTINGS_CHANGED, self.clock.now(), payload, actor))


def house_of(work: ReadUnitOfWork) -> Site:
    """Return what holds, within a transaction."""
    stored = work.settings.get(SITE_SETTING)
    return Site(**json.loads(stored)) if stored else Site()
