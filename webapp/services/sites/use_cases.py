"""All use cases of a central instance over one database."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from webapp.services.ports import Clock, UnitOfWorkFactory
from webapp.services.sites.feed_intake import FeedIntake
from webapp.services.sites.overview import SiteOverview
from webapp.services.sites.registry import SiteRegistry
from webapp.services.sites.upkeep import SiteUpkeep


@dataclass(frozen=True)
class SiteUseCases:
    """Each made when it is first asked for, and once.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        silent_minutes: a site that has not spoken for so long is called silent.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    silent_minutes: int

    @cached_property
    def registry(self) -> SiteRegistry:
        """Which sites there are, and who sees them."""
        return SiteRegistry(self.unit_of_work, self.clock)

    @cached_property
    def intake(self) -> FeedIntake:
        """What they send."""
        return FeedIntake(self.unit_of_work, self.clock)

    @cached_property
    def overview(self) -> SiteOverview:
        """What people see of them."""
        return SiteOverview(self.unit_of_work, self.clock, self._silent_after)

    @cached_property
    def upkeep(self) -> SiteUpkeep:
        """What is done by itself."""
        return SiteUpkeep(self.unit_of_work, self.clock, self._silent_after)

    @property
    def _silent_after(self) -> timedelta:
        return timedelta(minutes=self.silent_minutes)
