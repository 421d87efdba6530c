"""Whom an incident was brought to, line by line: managers read over which channel, staff how far it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp.domain.notifications.deliveries import Delivery, PlannedStep, StepState
from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role
from webapp.web.core.app_context import app_services
from webapp.web.notifications import words
from webapp.web.notifications.names import Names, read_names


@dataclass(frozen=True)
class NotifiedLine:
    """One notification, or a step of which none was made yet.

    Attributes:
        whom: who is notified, or who is to be; empty for a shared channel.
        channel: over which channel; empty for who may not read that.
        step: after how long, in words.
        delivery: how far it is; None for a step that waits or was left out.
        why: why it is so; may be empty.
        at: when it came to its end, is tried next, or falls due.
        is_waiting: whether `at` is to come.
    """

    whom: str
    channel: str
    step: str
    delivery: Delivery | None
    why: str
    at: datetime | None
    is_waiting: bool = False


def notified_lines(incident_id: int, me: User) -> Sequence[NotifiedLine]:
    """Return what was and what will be sent of an incident, step by step."""
    found = app_services().notifications.deliveries.of_incident(incident_id)
    if not found.steps:
        return ()
    names = read_names()
    sent = [_sent(one, names, is_manager=me.may(Role.MANAGER)) for one in found.deliveries]
    planned = [line for step in found.steps if step.state is not StepState.DONE for line in _planned(step, names)]
    return [*sent, *planned]


def _sent(delivery: Delivery, names: Names, *, is_manager: bool) -> NotifiedLine:
    whom = names.person(delivery.user_id) if delivery.user_id else ""
    kind = str(words.KIND_WORDS[delivery.channel_kind]) if delivery.channel_kind else ""
    # A channel of one's own is its owner's affair and the managers'; that somebody was reached is everybody's.
    channel = f"{kind}, {delivery.channel_name}" if kind and is_manager else ""
    why = words.why(delivery) if is_manager or delivery.reason else ""
    return NotifiedLine(
        whom,
        channel,
        words.minutes_words(delivery.after_min),
        delivery,
        why,
        delivery.ended_at or delivery.next_attempt_at,
        is_waiting=delivery.ended_at is None,
    )


def _planned(step: PlannedStep, names: Names) -> Iterator[NotifiedLine]:
    whom = ", ".join(names.recipient(one) for one in step.recipients)
    why = str(words.REASON_WORDS[step.reason]) if step.reason else ""
    is_waiting = step.state is StepState.WAITING
    yield NotifiedLine(whom, "", words.minutes_words(step.after_min), None, why, step.due_at, is_waiting=is_waiting)
