"""Phones and browsers that are told by push: each is a channel of its person, and of one person alone."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from webapp.domain.events import EventKind
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.outcomes import SendFailure
from webapp.domain.notifications.push_subscriptions import PushKeys, checked_subscription, fingerprint_of
from webapp.domain.people.accounts import User
from webapp.errors import AmendsError
from webapp.services.notifications.channels import ChannelService, opened_config, sealed_config
from webapp.services.ports import Clock, ReadUnitOfWork, SecretCipher, UnitOfWork, UnitOfWorkFactory

_KEYS_SETTING = "push_keys"


@dataclass(frozen=True)
class PushDevice:
    """One device of a person.

    Attributes:
        channel: as everything that tells somebody.
        fingerprint: by which the device's own browser knows itself; empty where its config cannot be read.
    """

    channel: NotificationChannel
    fingerprint: str

    @property
    def is_gone(self) -> bool:
        """Return whether its push service says that it is there no more."""
        return not self.channel.enabled and self.channel.last_failure is SendFailure.GONE


@dataclass(frozen=True)
class PushDeviceService:
    """The use cases around devices.

    Attributes:
        unit_of_work: opens transactions.
        cipher: keeps how devices are reached, and the keys that speak for us.
        clock: the time.
        channels: all ways by which people are told.
    """

    unit_of_work: UnitOfWorkFactory
    cipher: SecretCipher
    clock: Clock
    channels: ChannelService

    def public_key(self, make: Callable[[], PushKeys]) -> str:
        """Return to what browsers bind a subscription; the pair is made when it is first needed, and once.

        Args:
            make: makes a pair.
        """
        if kept := self.keys():
            return kept.public
        with self.unit_of_work() as work:
            kept = self._kept_keys(work)
            if kept is None:
                kept = make()
                sealed = self.cipher.encrypt(json.dumps(asdict(kept)))
                work.settings.put(_KEYS_SETTING, base64.b64encode(sealed).decode())
                work.commit()
        return kept.public

    def keys(self) -> PushKeys | None:
        """Return the pair that signs what is sent; None where there is none yet, or another machine's."""
        with self.unit_of_work.reading() as work:
            return self._kept_keys(work)

    def of(self, user_id: int) -> Sequence[PushDevice]:
        """Return one person's devices, oldest first."""
        with self.unit_of_work.reading() as work:
            own = work.notifications.channels.of_people([user_id])
            return [self._device(work, one) for one in own if one.kind is ChannelKind.WEB_PUSH]

    def subscribe(
        self, subscription: Mapping[str, Any], by: User, *, name: str, language: str, replaces: str = ""
    ) -> NotificationChannel:
        """Tell a person on the device that says so, and nobody else there: browsers are lent.

        Args:
            subscription: see `checked_subscription`.
            by: whose device it is from now on.
            name: what it is called.
            language: of its messages.
            replaces: the endpoint that the browser had before, where it has changed it by itself.

        Raises:
            InputInvalid: the subscription cannot be used, or the person has too many channels.
        """
        config = checked_subscription(subscription)
        with self.unit_of_work() as work:
            known = list(self._at(work, (str(config["endpoint"]), replaces)))
            own = next((channel for channel in known if channel.owner_id == by.user_id), None)
            for channel in (*known, *_gone(work, by, name)):
                if own is None or channel.channel_id != own.channel_id:
                    self._remove(work, channel, by)
            kept = self._renew(work, own, config, by) if own else self._add(work, config, by, name, language)
            work.commit()
        return kept

    def _add(
        self, work: UnitOfWork, config: Mapping[str, Any], by: User, name: str, language: str
    ) -> NotificationChannel:
        taken = {one.name for one in work.notifications.channels.of_people([by.user_id])}
        names = (name, *(f"{name} ({number})" for number in range(2, len(taken) + 3)))
        free = next(one for one in names if one not in taken)
        now = self.clock.now()
        channel = NotificationChannel(ChannelKind.WEB_PUSH, free, by.user_id, config, language=language, created_at=now)
        return self.channels.add_within(work, channel, by)

    def _renew(
        self, work: UnitOfWork, own: NotificationChannel, config: Mapping[str, Any], by: User
    ) -> NotificationChannel:
        is_same = opened_config(work, self.cipher, own.channel_id) == config
        if is_same and own.enabled and own.last_failure is None:
            return own
        after = replace(own, enabled=True, failures=0, last_failure=None)
        work.notifications.channels.update(after, sealed_config(self.cipher, config))
        self.channels.note(work, EventKind.NOTIFICATION_CHANNEL_CHANGED, after, by, config_changed=not is_same)
        return after

    def _remove(self, work: UnitOfWork, channel: NotificationChannel, by: User) -> None:
        work.notifications.channels.remove(channel.channel_id)
        self.channels.note(work, EventKind.NOTIFICATION_CHANNEL_REMOVED, channel, by)

    def _at(self, work: ReadUnitOfWork, endpoints: tuple[str, ...]) -> Iterator[NotificationChannel]:
        """Yield the devices, whosever they are, that are reached at one of some endpoints."""
        for channel in work.notifications.channels.list():
            if channel.kind is ChannelKind.WEB_PUSH:
                endpoint = opened_config(work, self.cipher, channel.channel_id).get("endpoint")
                if endpoint and endpoint in endpoints:
                    yield channel

    def _device(self, work: ReadUnitOfWork, channel: NotificationChannel) -> PushDevice:
        endpoint = opened_config(work, self.cipher, channel.channel_id).get("endpoint")
        return PushDevice(channel, fingerprint_of(endpoint) if endpoint else "")

    def _kept_keys(self, work: ReadUnitOfWork) -> PushKeys | None:
        stored = work.settings.get(_KEYS_SETTING)
        try:
            return PushKeys(**json.loads(self.cipher.decrypt(base64.b64decode(stored)))) if stored else None
        except AmendsError:  # Encrypted on another machine: what devices are bound to is lost with it.
            return None


def _gone(work: ReadUnitOfWork, by: User, name: str) -> Iterator[NotificationChannel]:
    """Yield a person's devices of a name that are there no more: this one is the same, subscribed anew."""
    for channel in work.notifications.channels.of_people([by.user_id]):
        is_gone = not channel.enabled and channel.last_failure is SendFailure.GONE
        if channel.kind is ChannelKind.WEB_PUSH and is_gone and channel.name.partition(" (")[0] == name:
            yield channel
