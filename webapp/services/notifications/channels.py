"""Channels: added, changed, tried and removed. Where one leads is stored encrypted, and shown to nobody again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from webapp.domain.events import Event, EventKind
from webapp.domain.notifications.channel_configs import checked_config, unconfirmed_code
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.deliveries import PlannedStep, StepState
from webapp.domain.notifications.outcomes import Outcome
from webapp.domain.notifications.routes import Notice, NoticeKind, Recipient, RecipientKind
from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role
from webapp.errors import AmendsError, InputInvalid, NotFound, PermissionDenied
from webapp.services.notifications.fan_out import new_delivery
from webapp.services.ports import Clock, ReadUnitOfWork, SecretCipher, UnitOfWork, UnitOfWorkFactory

MAX_OWN_CHANNELS = 10
MAX_SHARED_CHANNELS = 50


@dataclass(frozen=True)
class ChannelService:
    """The use cases around channels. A person sees to the own ones, an admin to the shared ones too.

    Attributes:
        unit_of_work: opens transactions.
        cipher: keeps where they lead.
        clock: the time.
    """

    unit_of_work: UnitOfWorkFactory
    cipher: SecretCipher
    clock: Clock

    def shared(self) -> Sequence[NotificationChannel]:
        """Return the channels that belong to nobody in particular, by name."""
        with self.unit_of_work.reading() as work:
            return [channel for channel in work.notifications.channels.list() if channel.is_shared]

    def of(self, user_id: int) -> Sequence[NotificationChannel]:
        """Return one person's channels."""
        with self.unit_of_work.reading() as work:
            return work.notifications.channels.of_people([user_id])

    def failing(self) -> Sequence[NotificationChannel]:
        """Return the channels over which nothing arrives, shared and own ones, by name."""
        with self.unit_of_work.reading() as work:
            return [channel for channel in work.notifications.channels.list() if channel.is_failing]

    def get(self, channel_id: int, by: User) -> NotificationChannel:
        """Return a channel that somebody may see to; without where it leads.

        Raises:
            NotFound: there is none that is theirs.
        """
        with self.unit_of_work.reading() as work:
            return _existing(work, channel_id, by)

    def add(
        self, channel: NotificationChannel, by: User, *, beside: Mapping[str, Any] = MappingProxyType({})
    ) -> NotificationChannel:
        """Add a channel, with its `config`. From the first one on people are told of what happens then.

        Args:
            channel: to be added.
            by: who adds it.
            beside: what is kept with its `config` and not entered by anybody, such as a code.

        Raises:
            InputInvalid: where it leads cannot be used, or there are too many.
            PermissionDenied: it is not theirs.
        """
        checked = replace(channel, config=checked_config(channel.kind, channel.config), created_at=self.clock.now())
        _check_owner(checked, by)
        with self.unit_of_work() as work:
            stored = self.add_within(work, replace(checked, config={**checked.config, **beside}), by)
            work.commit()
        return stored

    def add_within(self, work: UnitOfWork, checked: NotificationChannel, by: User) -> NotificationChannel:
        """Add a channel whose config is checked, within a transaction.

        Raises:
            InputInvalid: there are too many.
        """
        _check_count(work, checked)
        self._begin_with_the_first(work)
        stored = work.notifications.channels.add(checked, sealed_config(self.cipher, checked.config))
        self.note(work, EventKind.NOTIFICATION_CHANNEL_ADDED, stored, by)
        return stored

    def change(
        self,
        channel_id: int,
        by: User,
        *,
        name: str | None = None,
        enabled: bool | None = None,
        language: str | None = None,
        names_place: bool | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> NotificationChannel:
        """Change what is given; what is None stays.

        Raises:
            NotFound: there is none that is theirs.
            InputInvalid: something of it cannot be used.
        """
        given: dict[str, Any] = {"name": name, "enabled": enabled, "language": language, "names_place": names_place}
        with self.unit_of_work() as work:
            before = _existing(work, channel_id, by)
            if enabled and unconfirmed_code(opened_config(work, self.cipher, channel_id)):
                raise InputInvalid("Confirm the address first, with the code that was sent there.", field="code")
            after = replace(before, **{key: value for key, value in given.items() if value is not None})
            sealed = None
            if config is not None:
                # Another address begins with a clean sheet.
                after = replace(after, failures=0, last_failure=None)
                sealed = sealed_config(self.cipher, checked_config(before.kind, config))
            work.notifications.channels.update(after, sealed)
            self.note(work, EventKind.NOTIFICATION_CHANNEL_CHANGED, after, by, config_changed=config is not None)
            work.commit()
        return after

    def remove(self, channel_id: int, by: User) -> None:
        """Remove a channel; its deliveries stay in the log.

        Raises:
            NotFound: there is none that is theirs.
        """
        with self.unit_of_work() as work:
            channel = _existing(work, channel_id, by)
            work.notifications.channels.remove(channel_id)
            self.note(work, EventKind.NOTIFICATION_CHANNEL_REMOVED, channel, by)
            work.commit()

    def test(self, channel_id: int, by: User) -> str:
        """Have a test sent soon, also where the channel is off; return its key, by which the log shows it.

        Raises:
            NotFound: there is none that is theirs.
        """
        at = self.clock.now()
        with self.unit_of_work() as work:
            channel = _existing(work, channel_id, by)
            event = self.note(work, EventKind.NOTIFICATION_CHANNEL_TESTED, channel, by)
            notice = Notice(event.event_id, NoticeKind.CHANNEL_TEST, at, about=channel.name, is_test=True)
            recipients = (Recipient(RecipientKind.CHANNEL, channel_id),)
            step = work.notifications.steps.add(PlannedStep(notice, 0, recipients, at, StepState.DONE))
            assert step is not None  # noqa: S101 - its event is new.
            delivery = new_delivery(step, channel, at, user_id=channel.owner_id)
            work.notifications.deliveries.add(step, delivery)
            work.commit()
        return delivery.key

    def _begin_with_the_first(self, work: UnitOfWork) -> None:
        """Tell of what happens from now on: nobody wants to hear of what was before there was a channel."""
        if not work.notifications.channels.list():
            work.notifications.queue.set_cursor(work.events.last_id())

    def note(self, work: UnitOfWork, kind: EventKind, channel: NotificationChannel, by: User, **said: Any) -> Event:
        """Put down what somebody did with a channel, within a transaction."""
        payload = {
            "channel_id": channel.channel_id,
            "channel": channel.name,
            "kind": channel.kind.value,
            "shared": channel.is_shared,
            "enabled": channel.enabled,
            **said,
        }
        return work.events.append(Event(kind, self.clock.now(), payload, by.name))


def sealed_config(cipher: SecretCipher, config: Mapping[str, Any]) -> bytes:
    """Return where a channel leads as it is stored."""
    return cipher.encrypt(json.dumps(dict(config)))


def opened_config(work: ReadUnitOfWork, cipher: SecretCipher, channel_id: int) -> Mapping[str, Any]:
    """Return where a channel leads; nothing where that was encrypted with another key, as on another machine."""
    sealed = work.notifications.channels.encrypted_config(channel_id)
    try:
        opened: Mapping[str, Any] = json.loads(cipher.decrypt(sealed)) if sealed else {}
    except AmendsError:
        return {}
    return opened


def noted_outcome(work: UnitOfWork, channel_id: int, outcome: Outcome, at: datetime) -> bool:
    """Store at a channel what became of a message, and say so where admins are to be told; return whether it is there.

    The caller commits.
    """
    channel = work.notifications.channels.get(channel_id)
    if channel is None:
        return False
    after = channel.after(outcome, at)
    work.notifications.channels.update(after)
    # Of one that is off, such as an address that is not confirmed, whoever tests it sees it.
    if outcome.failure and channel.enabled and after.has_just_failed(outcome):
        payload = {"channel_id": channel_id, "channel": channel.name, "cause": outcome.failure.value}
        work.events.append(Event(EventKind.NOTIFICATION_CHANNEL_FAILED, at, payload))
    return True


def _existing(work: ReadUnitOfWork, channel_id: int, by: User) -> NotificationChannel:
    channel = work.notifications.channels.get(channel_id)
    if channel is None or not _may(channel, by):
        raise NotFound("There is no channel %(channel)s.", channel=channel_id)
    return channel


def _may(channel: NotificationChannel, by: User) -> bool:
    return channel.owner_id == by.user_id or (channel.is_shared and by.may(Role.ADMIN))


def _check_owner(channel: NotificationChannel, by: User) -> None:
    if channel.kind is ChannelKind.MQTT and not channel.is_shared:
        raise InputInvalid("An MQTT channel is a shared one.", field="kind")
    if not _may(channel, by):
        raise PermissionDenied("Only admins add shared channels, and each person the own ones.")


def _check_count(work: ReadUnitOfWork, channel: NotificationChannel) -> None:
    own = [one for one in work.notifications.channels.list() if one.owner_id == channel.owner_id]
    most = MAX_SHARED_CHANNELS if channel.is_shared else MAX_OWN_CHANNELS
    if len(own) >= most:
        raise InputInvalid("Expected at most %(most)s channels: remove one first.", most=most, field="kind")
