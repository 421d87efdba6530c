"""The queue: what is due is claimed, sent by somebody else, and what became of it is stored.

A claim is a lease. Whoever is killed in the midst of sending leaves it to run out, and the message is sent once more,
with the same key: at least once, and twice only then.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webapp.domain.alerts.incidents import IncidentState
from webapp.domain.events import Event, EventKind
from webapp.domain.notifications.channels import NotificationChannel
from webapp.domain.notifications.deliveries import (
    ENDED_FOR,
    LEASE,
    CancelReason,
    Delivery,
    DeliveryState,
    PlannedStep,
)
from webapp.domain.notifications.messages import Message, MessageWords, message_of
from webapp.domain.notifications.outcomes import Outcome
from webapp.domain.notifications.quiet_hours import is_urgent
from webapp.domain.notifications.routes import ASKED_FOR_KINDS, Notice, NoticeKind
from webapp.errors import InputInvalid, NotFound
from webapp.services.notifications.channels import noted_outcome, opened_config
from webapp.services.notifications.fan_out import no_need
from webapp.services.notifications.summaries import read_summary
from webapp.services.ports import Clock, IncidentFilter, ReadUnitOfWork, SecretCipher, UnitOfWork, UnitOfWorkFactory
from webapp.services.ports.notifications import MessageWriter, QueueState
from webapp.services.site.site import house_of


@dataclass(frozen=True)
class Claim:
    """One message that the caller sends now, and nobody else.

    Attributes:
        delivery: as it was claimed.
        channel: where to, with its `config`.
        message: what.
    """

    delivery: Delivery
    channel: NotificationChannel
    message: Message


@dataclass(frozen=True)
class DeliveryOverview:
    """What the page of an incident shows.

    Attributes:
        steps: what is planned, in order.
        deliveries: what was or will be sent, oldest first.
    """

    steps: Sequence[PlannedStep]
    deliveries: Sequence[Delivery]


@dataclass(frozen=True)
class DeliveryService:
    """The use cases around deliveries.

    Attributes:
        unit_of_work: opens transactions.
        cipher: opens where channels lead.
        clock: the time.
        lease: for how long a claim holds.
    """

    unit_of_work: UnitOfWorkFactory
    cipher: SecretCipher
    clock: Clock
    lease: timedelta = LEASE

    def state(self) -> QueueState:
        """Return whether there is anything to do."""
        with self.unit_of_work.reading() as work:
            return work.notifications.queue.state()

    def of_incident(self, incident_id: int) -> DeliveryOverview:
        """Return what is planned and sent of an incident."""
        with self.unit_of_work.reading() as work:
            told = work.notifications
            return DeliveryOverview(told.steps.of_incident(incident_id), told.deliveries.of_incident(incident_id))

    def latest(
        self,
        *,
        limit: int = 50,
        channel_id: int | None = None,
        states: Collection[DeliveryState] = (),
        before_id: int | None = None,
    ) -> Sequence[Delivery]:
        """Return the log of deliveries, newest first; see `DeliveryRepository.latest`."""
        with self.unit_of_work.reading() as work:
            return work.notifications.deliveries.latest(
                limit=limit, channel_id=channel_id, states=states, before_id=before_id
            )

    def retry(self, delivery_id: int, actor: str) -> Delivery:
        """Have what failed tried once more, with the same key.

        Raises:
            NotFound: there is no such delivery.
            InputInvalid: it did not fail, its channel is gone, or it is too long ago to be news.
        """
        now = self.clock.now()
        with self.unit_of_work() as work:
            delivery = work.notifications.deliveries.get(delivery_id, for_update=True)
            if delivery is None:
                raise NotFound("There is no notification %(delivery)s.", delivery=delivery_id)
            if not delivery.may_be_retried(now):
                raise InputInvalid("This one cannot be sent again: it did not fail, or it is no news any more.")
            waiting = delivery.retried(now)
            work.notifications.deliveries.update(waiting)
            payload = {"delivery": delivery_id, "channel": delivery.channel_name}
            work.events.append(Event(EventKind.DELIVERY_RETRIED, now, payload, actor))
            work.commit()
        return waiting

    def claim(self, writer: MessageWriter, *, limit: int, busy: Collection[int] = ()) -> Sequence[Claim]:
        """Take what is due, of each channel one; what need not be sent any more is cancelled by the way.

        Args:
            writer: finds the words.
            limit: at most so many.
            busy: channels to which the caller is sending already.
        """
        now = self.clock.now()
        claims: list[Claim] = []
        with self.unit_of_work() as work:
            for delivery in work.notifications.deliveries.due(now, limit=limit, without=busy):
                seen = self._seen_to(work, delivery, now)
                work.notifications.deliveries.update(seen)
                if seen.state is DeliveryState.SENDING:
                    claims.append(self._claim(work, seen, writer))
            work.commit()
        return claims

    def finish(self, claim: Claim, outcome: Outcome) -> None:
        """Store what became of a message; after the claim has run out only that it was taken still counts."""
        now = self.clock.now()
        with self.unit_of_work() as work:
            held = work.notifications.deliveries.get(claim.delivery.delivery_id, for_update=True)
            is_ours = held is not None and held.state is DeliveryState.SENDING
            is_ours = is_ours and held is not None and held.attempts == claim.delivery.attempts
            if held is None or not (is_ours or outcome.failure is None):
                return
            work.notifications.deliveries.update(held.after(outcome, now))
            noted_outcome(work, claim.channel.channel_id, outcome, now)
            work.commit()

    def expire(self, before: datetime) -> int:
        """Delete what belongs to no incident and is older; what belongs to one goes with it."""
        with self.unit_of_work() as work:
            removed = work.notifications.deliveries.remove_before(before)
            work.commit()
        return removed

    def _seen_to(self, work: UnitOfWork, delivery: Delivery, now: datetime) -> Delivery:
        """Return a delivery that is due as it is to be from now on."""
        channel = work.notifications.channels.get(delivery.channel_id) if delivery.channel_id else None
        is_asked_for = delivery.notice.kind in ASKED_FOR_KINDS
        if channel is None or not (channel.enabled or is_asked_for) or not _is_owned(work, channel):
            return delivery.cancelled(CancelReason.CHANNEL_OFF, now)
        if reason := no_need(work, delivery.notice, now):
            return delivery.cancelled(reason, now)
        if delivery.is_too_old(now) or _is_over(work, delivery, now):
            return delivery.given_up(now)
        return delivery.claimed(now, self.lease)

    def _claim(self, work: UnitOfWork, delivery: Delivery, writer: MessageWriter) -> Claim:
        channel_id = delivery.channel_id or 0
        channel = work.notifications.channels.get(channel_id)
        assert channel is not None  # noqa: S101 - `_seen_to` has just found it.
        channel = replace(channel, config=opened_config(work, self.cipher, channel_id))
        words = _words(work, delivery.notice, channel, writer)
        urgent = is_urgent(delivery.notice.level, delivery.after_min)
        return Claim(delivery, channel, message_of(delivery, words, house_of(work).public_url, is_urgent=urgent))


def _completed(work: ReadUnitOfWork, notice: Notice) -> Notice:
    """Return a notice with what is true only when it is sent."""
    if notice.kind is not NoticeKind.ON_CALL_BEGAN:
        return notice
    return replace(notice, open_alerts=work.incidents.count(IncidentFilter(states=(IncidentState.NEW,))))


def _is_owned(work: ReadUnitOfWork, channel: NotificationChannel) -> bool:
    """Return whether a channel is shared or of somebody who still works here."""
    owner = work.users.get(channel.owner_id) if channel.owner_id else None
    return channel.is_shared or (owner is not None and owner.enabled)


def _words(work: ReadUnitOfWork, notice: Notice, channel: NotificationChannel, writer: MessageWriter) -> MessageWords:
    language, names_place = channel.language, channel.names_place
    if notice.kind is NoticeKind.DAILY_SUMMARY:
        summary = read_summary(work, notice.about)
        return writer.summary_words(summary, language=language, names_place=names_place)
    return writer.words_of(_completed(work, notice), language=language, names_place=names_place)


def _is_over(work: ReadUnitOfWork, delivery: Delivery, now: datetime) -> bool:
    """Return whether an alert ended so long ago that it is no news; tries begin no earlier than it was planned."""
    incident = work.incidents.get(delivery.notice.incident_id or 0)
    if incident is None or incident.ended_at is None:
        return False
    return now - max(incident.ended_at, delivery.created_at) > ENDED_FOR
