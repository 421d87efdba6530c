"""Links by which people choose another password themselves: who gets one, how often, for how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.people.accounts import User

VALID_FOR = timedelta(minutes=30)
COUNTED_FOR = timedelta(hours=1)
MOST_IN_AN_HOUR = 3
# So many may wait to be seen to; more are a flood, and are dropped.
MOST_WAITING = 200
MOST_TRIES = 3
# A server that is away, or takes no stranger's mail at once, may take it a little later.
TRIED_AGAIN_AFTER = timedelta(minutes=2)
# Stands in a mail's text where the link comes; only the process that sends it ever knows that.
LINK = "{link}"


@dataclass(frozen=True)
class PasswordReset:
    """What somebody asked for who has forgotten a password; the name may be nobody's.

    Attributes:
        name: as it was entered.
        page: address of the page that the link leads to.
        subject: of the mail, in the language of who asked.
        text: likewise, with `LINK` where the link comes.
        asked_at: when.
        is_waiting: whether it is still to be seen to.
        tries: how often the mail could not be sent.
        user_id: whose password may be chosen; None before that is known, and where it is nobody's.
        expires_at: until when the link works; None while there is none, or it was used.
        reset_id: row id; 0 until stored.
    """

    name: str
    page: str
    subject: str
    text: str
    asked_at: datetime
    is_waiting: bool = True
    tries: int = 0
    user_id: int | None = None
    expires_at: datetime | None = None
    reset_id: int = 0

    def is_due(self, now: datetime) -> bool:
        """Return whether it is to be seen to now; after a failure it waits."""
        return now >= self.asked_at + self.tries * TRIED_AGAIN_AFTER

    def works(self, now: datetime) -> bool:
        """Return whether the link may be used."""
        return self.expires_at is not None and now < self.expires_at


def may_get_link(user: User | None, sent: Sequence[PasswordReset], now: datetime, *, is_single_sign_on: bool) -> bool:
    """Return whether a link is sent.

    Not to who comes in through an identity provider: that one would be passed by. And few in an hour, so that nobody
    fills a mailbox.

    Args:
        user: whose name was entered; None where it is nobody's.
        sent: the links that were sent to this person lately.
        now: the time.
        is_single_sign_on: whether the person comes in through the identity provider.
    """
    if user is None or not user.enabled or not user.mail or is_single_sign_on:
        return False
    return sum(one.asked_at > now - COUNTED_FOR for one in sent) < MOST_IN_AN_HOUR
