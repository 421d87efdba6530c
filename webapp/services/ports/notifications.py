"""What the use cases need of the database about who is told of what, and of the ways by which they are told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from webapp.domain.notifications.channels import NotificationChannel
from webapp.domain.notifications.deliveries import Delivery, DeliveryState, PlannedStep
from webapp.domain.notifications.messages import Message, MessageWords
from webapp.domain.notifications.on_call import OnCallSchedule
from webapp.domain.notifications.outcomes import Outcome
from webapp.domain.notifications.quiet_hours import NotificationPreferences
from webapp.domain.notifications.routes import Notice, Route
from webapp.domain.notifications.summaries import DailySummary, SummaryWish


class Sender(Protocol):
    """Speaks one kind of channel. It may block: each message has a thread of its own, in a short-lived process."""

    def send(self, message: Message, channel: NotificationChannel) -> Outcome:
        """Send one message; whoever knows how passes its key on, so that a second one is known as such.

        Args:
            message: what.
            channel: where to, with its `config`.

        Returns:
            What became of it. What is raised instead counts as a fault of ours, and is tried again.
        """


class MessageWriter(Protocol):
    """Finds the words of a message."""

    def words_of(self, notice: Notice, *, language: str, names_place: bool) -> MessageWords:
        """Return what is said of something in a language, with the camera's name or without it."""

    def summary_words(self, summary: DailySummary, *, language: str, names_place: bool) -> MessageWords:
        """Return a daily summary in a language, with the names of cameras or without them."""


class ChannelRepository(Protocol):
    """The channels. `config` is stored encrypted, beside the channel, and read only to be sent to."""

    def list(self) -> Sequence[NotificationChannel]:
        """Return all by name."""

    def get(self, channel_id: int) -> NotificationChannel | None:
        """Return one."""

    def of_people(self, user_ids: Collection[int]) -> Sequence[NotificationChannel]:
        """Return those that belong to some people, by their ids."""

    def add(self, channel: NotificationChannel, encrypted_config: bytes) -> NotificationChannel:
        """Store a new one and return it with its id."""

    def update(self, channel: NotificationChannel, encrypted_config: bytes | None = None) -> None:
        """Store its changed fields, and another `config` where there is one."""

    def encrypted_config(self, channel_id: int) -> bytes | None:
        """Return where it leads, as it is stored."""

    def remove(self, channel_id: int) -> None:
        """Delete one; its deliveries stay in the log."""


class RouteRepository(Protocol):
    """The routes."""

    def list(self) -> Sequence[Route]:
        """Return all, oldest first."""

    def get(self, route_id: int) -> Route | None:
        """Return one."""

    def put(self, route: Route) -> Route:
        """Store a new one, or a changed one, and return it with its id."""

    def remove(self, route_id: int) -> None:
        """Delete one; what is planned already stays."""


class OnCallRepository(Protocol):
    """The schedules of who is on call."""

    def list(self) -> Sequence[OnCallSchedule]:
        """Return all, oldest first."""

    def get(self, schedule_id: int) -> OnCallSchedule | None:
        """Return one."""

    def put(self, schedule: OnCallSchedule) -> OnCallSchedule:
        """Store a new one, or a changed one, and return it with its id."""

    def remove(self, schedule_id: int) -> None:
        """Delete one."""


class NotificationPreferenceRepository(Protocol):
    """What people want."""

    def get(self, user_id: int) -> NotificationPreferences:
        """Return what one person wants; the usual where they have said nothing."""

    def put(self, user_id: int, preferences: NotificationPreferences) -> None:
        """Store what one person wants."""

    def summary_hour(self, user_id: int) -> int | None:
        """Return from which hour on a person wants the summary of the day before; None for never."""

    def set_summary_hour(self, user_id: int, hour: int | None) -> None:
        """Store from which hour on a person wants it."""

    def summary_wishes(self) -> Sequence[SummaryWish]:
        """Return who wants the summary of each day."""

    def plan_summary(self, user_id: int, day: date) -> bool:
        """Store that a person's summary is planned on a day; return whether it was not yet, and is still wanted."""


class PlannedStepRepository(Protocol):
    """The steps that alerts have begun."""

    def add(self, step: PlannedStep) -> PlannedStep | None:
        """Store a new one and return it with its id; None where that step of that route is planned already."""

    def due(self, now: datetime, *, limit: int) -> Sequence[PlannedStep]:
        """Return those that wait and have fallen due, the longest first."""

    def of_incident(self, incident_id: int) -> Sequence[PlannedStep]:
        """Return all of one incident, in the order in which they fall due."""

    def of_open_incidents(self) -> Sequence[PlannedStep]:
        """Return all of the incidents that are not resolved."""

    def waiting_of_camera(self, camera_id: int) -> Sequence[PlannedStep]:
        """Return those that wait to tell that a camera is away."""

    def update(self, step: PlannedStep) -> None:
        """Store how far it is."""


class DeliveryRepository(Protocol):
    """The messages on their way, and those that have come to their end."""

    def add(self, step: PlannedStep, delivery: Delivery) -> Delivery | None:
        """Store a new one and return it with its id; None where that channel is told of that step already."""

    def get(self, delivery_id: int, *, for_update: bool = False) -> Delivery | None:
        """Return one; with `for_update` nobody else changes it before this unit of work ends."""

    def due(self, now: datetime, *, limit: int, without: Collection[int] = ()) -> Sequence[Delivery]:
        """Return those whose time has come, the longest first.

        Args:
            now: the present.
            limit: at most so many, and of each channel one.
            without: channels that are busy.
        """

    def of_incident(self, incident_id: int) -> Sequence[Delivery]:
        """Return all of one incident, oldest first."""

    def of_open_incidents(self) -> Sequence[Delivery]:
        """Return all of the incidents that are not resolved, oldest first."""

    def latest(
        self,
        *,
        limit: int,
        channel_id: int | None = None,
        states: Collection[DeliveryState] = (),
        before_id: int | None = None,
    ) -> Sequence[Delivery]:
        """Return the newest of all, newest first.

        Args:
            limit: at most so many.
            channel_id: of one channel alone.
            states: those in these states alone; all where none is given.
            before_id: those that are older than this one alone.
        """

    def on_the_way(self, camera_id: int) -> Sequence[Delivery]:
        """Return those of a camera that is away which have not come to their end."""

    def update(self, delivery: Delivery) -> None:
        """Store how far it is."""

    def remove_before(self, at: datetime) -> int:
        """Delete what belongs to no incident and is older, with its steps; return how many steps that were."""


@dataclass(frozen=True)
class QueueState:
    """Whether there is anything to do.

    Attributes:
        has_channels: whether anybody can be told at all.
        cursor: up to which event people were told; None before the first channel.
        last_event_id: the newest event.
        next_due_at: when the next step falls due or the next delivery is tried; None where there is none.
    """

    has_channels: bool
    cursor: int | None
    last_event_id: int
    next_due_at: datetime | None

    def has_due(self, now: datetime) -> bool:
        """Return whether something has to be done now that is planned already."""
        return self.next_due_at is not None and self.next_due_at <= now


class QueueRepository(Protocol):
    """The queue as a whole."""

    def state(self) -> QueueState:
        """Return whether there is anything to do: one statement, however long log and queue are."""

    def set_cursor(self, event_id: int) -> None:
        """Store up to which event people were told."""


class NotificationRepositories(Protocol):
    """All of them, within one transaction."""

    channels: ChannelRepository
    routes: RouteRepository
    on_call: OnCallRepository
    preferences: NotificationPreferenceRepository
    steps: PlannedStepRepository
    deliveries: DeliveryRepository
    queue: QueueRepository
