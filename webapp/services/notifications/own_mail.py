"""A person's own mail addresses: each gets a code first, and nothing else before that was entered.

The code lies with the address, encrypted, and goes with it when it was entered: there is nothing else to keep or to
forget. The mail with it is a delivery like any other: tried again, and shown with its state.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from webapp.domain.events import Event, EventKind
from webapp.domain.notifications.channel_configs import unconfirmed_code
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.deliveries import PlannedStep, StepState
from webapp.domain.notifications.routes import Notice, NoticeKind, Recipient, RecipientKind
from webapp.domain.people.accounts import User
from webapp.errors import InputInvalid, NotFound
from webapp.services.notifications.channels import ChannelService, opened_config
from webapp.services.notifications.fan_out import new_delivery
from webapp.services.ports import Clock, ReadUnitOfWork, SecretCipher, UnitOfWork, UnitOfWorkFactory

CODE_HOLDS_FOR = timedelta(days=1)
MOST_WRONG = 5
_DIGITS = 8


@dataclass(frozen=True)
class OwnMailService:
    """The use cases around people's own mail addresses.

    Attributes:
        unit_of_work: opens transactions.
        cipher: keeps addresses and codes.
        clock: the time.
    """

    unit_of_work: UnitOfWorkFactory
    cipher: SecretCipher
    clock: Clock

    def add(self, channel: NotificationChannel, by: User) -> NotificationChannel:
        """Add an address of one's own, and send a code there; until that is entered the channel is off.

        Raises:
            InputInvalid: it is no address, or there are too many channels.
        """
        own = replace(channel, kind=ChannelKind.EMAIL, owner_id=by.user_id, enabled=False)
        # It has a code from the first moment on: whatever is killed in between, it cannot be switched on without one.
        beside = _new_code(self.clock.now())
        added = ChannelService(self.unit_of_work, self.cipher, self.clock).add(own, by, beside=beside)
        self.send_code(added.channel_id, by)
        return added

    def send_code(self, channel_id: int, by: User) -> None:
        """Send a new code; the one before counts no more.

        Raises:
            NotFound: there is none of theirs that waits for its code.
        """
        now = self.clock.now()
        with self.unit_of_work() as work:
            channel, config = self._waiting(work, channel_id, by)
            work.notifications.channels.update(channel, self._sealed({**config, **_new_code(now)}))
            event = self._log(work, EventKind.NOTIFICATION_CHANNEL_TESTED, channel, by)
            notice = Notice(event.event_id, NoticeKind.CHANNEL_CONFIRM, now, about=channel.name)
            recipients = (Recipient(RecipientKind.CHANNEL, channel_id),)
            step = work.notifications.steps.add(PlannedStep(notice, 0, recipients, now, StepState.DONE))
            assert step is not None  # noqa: S101 - its event is new.
            work.notifications.deliveries.add(step, new_delivery(step, channel, now, user_id=by.user_id))
            work.commit()

    def confirm(self, channel_id: int, code: str, by: User) -> NotificationChannel:
        """Switch an address on by the code that was sent there.

        Raises:
            NotFound: there is none of theirs that waits for its code.
            InputInvalid: it is another code, or counts no more.
        """
        with self.unit_of_work() as work:
            channel, config = self._waiting(work, channel_id, by)
            problem = _problem_of(config, code, self.clock)
            if problem is None:
                confirmed = replace(channel, enabled=True, failures=0, last_failure=None)
                work.notifications.channels.update(confirmed, self._sealed({"address": config["address"]}))
                self._log(work, EventKind.NOTIFICATION_CHANNEL_CHANGED, confirmed, by)
            else:
                work.notifications.channels.update(channel, self._sealed({**config, "wrong": config["wrong"] + 1}))
            work.commit()
        if problem is not None:
            raise problem
        return confirmed

    def waiting(self, user_id: int) -> frozenset[int]:
        """Return which of somebody's channels wait for their code."""
        with self.unit_of_work.reading() as work:
            own = work.notifications.channels.of_people([user_id])
            mails = [one.channel_id for one in own if one.kind is ChannelKind.EMAIL and not one.enabled]
            return frozenset(one for one in mails if unconfirmed_code(opened_config(work, self.cipher, one)))

    def _waiting(
        self, work: ReadUnitOfWork, channel_id: int, by: User
    ) -> tuple[NotificationChannel, Mapping[str, Any]]:
        channel = work.notifications.channels.get(channel_id)
        is_own = channel is not None and channel.owner_id == by.user_id and channel.kind is ChannelKind.EMAIL
        config = opened_config(work, self.cipher, channel_id) if is_own else {}
        if channel is None or not is_own or not unconfirmed_code(config):
            raise NotFound("There is no channel %(channel)s that waits for a code.", channel=channel_id)
        return channel, config

    def _sealed(self, config: Mapping[str, Any]) -> bytes:
        return self.cipher.encrypt(json.dumps(dict(config)))

    def _log(self, work: UnitOfWork, kind: EventKind, channel: NotificationChannel, by: User) -> Event:
        payload = {"channel_id": channel.channel_id, "channel": channel.name, "kind": channel.kind.value}
        payload |= {"shared": False, "enabled": channel.enabled}
        return work.events.append(Event(kind, self.clock.now(), payload, by.name))


def _new_code(at: datetime) -> dict[str, Any]:
    code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
    return {"code": code, "code_at": at.isoformat(), "wrong": 0}


def _problem_of(config: Mapping[str, Any], code: str, clock: Clock) -> InputInvalid | None:
    """Return why a code does not count; None where it does."""
    is_over = clock.now() - datetime.fromisoformat(config["code_at"]) > CODE_HOLDS_FOR
    if is_over or config["wrong"] >= MOST_WRONG:
        return InputInvalid("This code counts no more. Have a new one sent.", field="code")
    if not secrets.compare_digest(unconfirmed_code(config).encode(), "".join(code.split()).encode()):
        return InputInvalid("That is another code than the one in the newest mail.", field="code")
    return None
