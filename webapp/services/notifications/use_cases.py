"""All use cases of notifications over one database."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from webapp.services.notifications.brokers import BrokerService
from webapp.services.notifications.channels import ChannelService
from webapp.services.notifications.deliveries import DeliveryService
from webapp.services.notifications.fan_out import StepFanOut
from webapp.services.notifications.hand_overs import HandOverService
from webapp.services.notifications.own_mail import OwnMailService
from webapp.services.notifications.planner import NotificationPlanner
from webapp.services.notifications.preview import NotificationPreview
from webapp.services.notifications.push_devices import PushDeviceService
from webapp.services.notifications.reach import ReachService
from webapp.services.notifications.reasons import ReasonService
from webapp.services.notifications.routes import RouteService
from webapp.services.notifications.summaries import SummaryService
from webapp.services.ports import Clock, SecretCipher, UnitOfWorkFactory


@dataclass(frozen=True)
class NotificationUseCases:
    """Each made when it is first asked for, and once.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        cipher: keeps where channels lead.
        zone: returns whose clocks all hours mean.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    cipher: SecretCipher
    zone: Callable[[], ZoneInfo]

    @cached_property
    def channels(self) -> ChannelService:
        """The ways by which people and programs are told."""
        return ChannelService(self.unit_of_work, self.cipher, self.clock)

    @cached_property
    def push_devices(self) -> PushDeviceService:
        """The phones and browsers that push services wake."""
        return PushDeviceService(self.unit_of_work, self.cipher, self.clock, self.channels)

    @cached_property
    def routes(self) -> RouteService:
        """Who is told of what, who is on call, and what each person wants."""
        return RouteService(self.unit_of_work, self.clock, self.zone)

    @cached_property
    def planner(self) -> NotificationPlanner:
        """What has happened, planned as steps; it remembers, and one process has it."""
        return NotificationPlanner(self.unit_of_work, self.clock, self.zone)

    @cached_property
    def fan_out(self) -> StepFanOut:
        """Steps that fall due."""
        return StepFanOut(self.unit_of_work, self.clock, self.zone)

    @cached_property
    def hand_overs(self) -> HandOverService:
        """Who is on call from now on; it remembers, and one process has it."""
        return HandOverService(self.unit_of_work, self.clock, self.zone)

    @cached_property
    def preview(self) -> NotificationPreview:
        """Who would be told."""
        return NotificationPreview(self.unit_of_work, self.clock, self.zone)

    @cached_property
    def deliveries(self) -> DeliveryService:
        """What is sent, and what became of it."""
        return DeliveryService(self.unit_of_work, self.cipher, self.clock)

    @cached_property
    def brokers(self) -> BrokerService:
        """What stands at MQTT brokers."""
        return BrokerService(self.unit_of_work, self.cipher, self.clock, self.zone)

    @cached_property
    def summaries(self) -> SummaryService:
        """The summary of the day before."""
        return SummaryService(self.unit_of_work, self.clock, self.zone)

    @cached_property
    def reach(self) -> ReachService:
        """Whom open alerts have reached."""
        return ReachService(self.unit_of_work)

    @cached_property
    def own_mail(self) -> OwnMailService:
        """People's own mail addresses, each confirmed before anything is sent there."""
        return OwnMailService(self.unit_of_work, self.cipher, self.clock)

    @cached_property
    def reasons(self) -> ReasonService:
        """Why somebody is notified, and when they are on call."""
        return ReasonService(self.unit_of_work, self.clock, self.zone)
