"""How long to wait before the next try of a password: a little longer after each wrong one, never longer than a minute.

Wrong tries count for the name, wherever they come from, and for the address, whatever names it tries. An address from
which someone lately signed in under a name is counted by itself for that name: strangers who guess cannot keep the
right person out. Unknown names are counted like all others, so that the answer does not tell which exist.
"""

import ipaddress
import math
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from webapp.domain.cameras.names import name_key
from webapp.domain.people.accounts import MAX_USER_NAME

FREE_PER_NAME, FREE_PER_ADDRESS = 5, 20
LONGEST_WAIT_S = 60
FORGOTTEN_AFTER = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=30)
MOST_REMEMBERED = 10_000
# Whoever has one address of version 6 has all that share this many bits.
_NETWORK_BITS = 64
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Counted:
    """What wrong tries are counted for, and how many of them cost no wait."""

    kind: str
    name: str
    free: int
    address: str = ""


@dataclass(frozen=True)
class WrongTries:
    """How many tries in a row were wrong, and when the last one was."""

    count: int
    last_at: datetime


@dataclass(frozen=True)
class GuessBrake:
    """Decides by the wrong tries that it remembers: of them the oldest go beyond `most_remembered`.

    Attributes:
        most_remembered: how many of each kind.
        wrong: wrong tries by what they count for.
        signed_in_at: when someone signed in last, by name and address.
    """

    most_remembered: int = MOST_REMEMBERED
    wrong: OrderedDict[Counted, WrongTries] = field(default_factory=OrderedDict)
    signed_in_at: OrderedDict[Counted, datetime] = field(default_factory=OrderedDict)

    def of_login(self, name: str, address: str, now: datetime) -> tuple[Counted, ...]:
        """Return what a log-in counts for."""
        known = known_place(name, address)
        signed_in_at = self.signed_in_at.get(known)
        if signed_in_at is not None and now - signed_in_at < KNOWN_FOR:
            return (known,)
        return Counted("name", known.name, FREE_PER_NAME), Counted("address", "", FREE_PER_ADDRESS, known.address)

    def begin(self, tried: tuple[Counted, ...], now: datetime) -> int:
        """Count a try as wrong before it is checked, so that many at once gain nothing.

        Returns:
            0, or the seconds to wait: the try is then not to be checked, and was not counted.
        """
        wait_s = max(self._wait_s(counted, now) for counted in tried)
        if not wait_s:
            for counted in tried:
                self._put(counted, self._count(counted, now) + 1, now)
        return wait_s

    def undo(self, tried: tuple[Counted, ...], now: datetime) -> None:
        """Take back a try that was not wrong, or that nobody could check."""
        for counted in tried:
            self._put(counted, max(self._count(counted, now) - 1, 0), now)

    def note_login(self, name: str, address: str, now: datetime) -> None:
        """Remember that someone signed in under this name from this address."""
        known = known_place(name, address)
        self.wrong.pop(known, None)
        self._keep(self.signed_in_at, known, now)

    def _wait_s(self, counted: Counted, now: datetime) -> int:
        over = self._count(counted, now) - counted.free
        if over < 0:
            return 0
        delay_s = min(LONGEST_WAIT_S, 1 << min(over, 6))
        passed_s = (now - self.wrong[counted].last_at).total_seconds()
        # A clock that was set back makes nobody wait for longer.
        return min(delay_s, max(0, math.ceil(delay_s - passed_s)))

    def _count(self, counted: Counted, now: datetime) -> int:
        wrong = self.wrong.get(counted)
        return wrong.count if wrong and now - wrong.last_at < FORGOTTEN_AFTER else 0

    def _put(self, counted: Counted, count: int, now: datetime) -> None:
        self._keep(self.wrong, counted, WrongTries(count, now))

    def _keep(self, kept: OrderedDict[Counted, _Value], key: Counted, value: _Value) -> None:
        kept[key] = value
        kept.move_to_end(key)
        if len(kept) > self.most_remembered:
            kept.popitem(last=False)


def of_person(user_id: int) -> tuple[Counted, ...]:
    """Return what the password of somebody who is signed in counts for when it is asked again."""
    return (Counted("person", str(user_id), FREE_PER_NAME),)


def known_place(name: str, address: str) -> Counted:
    """Return what the wrong tries under a name from one address count for where someone signed in so before."""
    # All spellings that find the same person, see `name_key`, are one name.
    key = name_key(name)[:MAX_USER_NAME]
    return Counted("known", key, FREE_PER_NAME, _network(address))


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network((address, _NETWORK_BITS), strict=False))
