"""The ways by which people and programs are told: each belongs to one person, or is shared."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from webapp.domain.notifications.outcomes import Outcome, SendFailure
from webapp.errors import InputInvalid

MAX_CHANNEL_NAME = 60
# Two may be a server that restarts; of the third one admins are told.
FAILURES_UNTIL_TOLD = 3


class ChannelKind(StrEnum):
    """What a channel speaks."""

    WEB_PUSH = "web_push"
    EMAIL = "email"
    APPRISE = "apprise"
    WEBHOOK = "webhook"
    MQTT = "mqtt"


@dataclass(frozen=True)
class NotificationChannel:
    """One way.

    Attributes:
        kind: what it speaks.
        name: how its owner calls it.
        owner_id: the person whose it is; None for one that is shared.
        config: where it leads and with which secrets, by the fields of its kind; encrypted where it is stored, shown
            in no representation, and empty wherever nothing is about to be sent.
        enabled: whether anything is sent there.
        language: in which its messages are written, by its code.
        names_place: whether messages name the camera; without it they name nothing and lead to a page with a log-in.
        created_at: when it was added; None until stored.
        last_sent_at: when something was last sent or refused there; None where nothing was.
        last_failure: why the last one was refused; None where it was taken.
        failures: how many were refused one after another.
        channel_id: row id; 0 until stored.
    """

    kind: ChannelKind
    name: str
    owner_id: int | None = None
    config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    enabled: bool = True
    language: str = "en"
    names_place: bool = False
    created_at: datetime | None = None
    last_sent_at: datetime | None = None
    last_failure: SendFailure | None = None
    failures: int = 0
    channel_id: int = 0

    def __post_init__(self) -> None:
        """Check the name.

        Raises:
            InputInvalid: it is empty, too long, or holds what nobody sees.
        """
        if not 0 < len(self.name.strip()) <= MAX_CHANNEL_NAME or not self.name.isprintable():
            raise InputInvalid(
                "Expected a name of 1 to %(most)s characters for the channel.", most=MAX_CHANNEL_NAME, field="name"
            )

    @property
    def is_shared(self) -> bool:
        """Return whether it belongs to nobody in particular."""
        return self.owner_id is None

    @property
    def is_failing(self) -> bool:
        """Return whether nothing arrives there, so that admins are to see it among what is wrong."""
        is_switched_off_by_itself = not self.enabled and self.last_failure is SendFailure.GONE
        return is_switched_off_by_itself or (self.enabled and self.failures >= FAILURES_UNTIL_TOLD)

    def after(self, outcome: Outcome, at: datetime) -> "NotificationChannel":
        """Return the channel with what became of the last message; what says to be gone is switched off."""
        failures = self.failures + 1 if outcome.failure else 0
        is_on = self.enabled and outcome.failure is not SendFailure.GONE
        return replace(self, enabled=is_on, last_sent_at=at, last_failure=outcome.failure, failures=failures)

    def has_just_failed(self, outcome: Outcome) -> bool:
        """Return whether admins are to be told now, not at each of many failures: `self` is as `after` returned it."""
        return self.failures == FAILURES_UNTIL_TOLD or (outcome.is_final and self.failures == 1)
