"""Wrong passwords, counted over all web processes: `GuessBrake` decides, on what `SharedState` remembers."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import TypeVar

from webapp.domain.people.guessing import FORGOTTEN_AFTER, KNOWN_FOR, Counted, GuessBrake, WrongTries, known_place
from webapp.services.ports import SharedState

_WRONG, _SIGNED_IN = "wrong_passwords", "signed_in"
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class GuessService:
    """The use cases around wrong passwords; each method is that of `GuessBrake`."""

    shared: SharedState

    def of_login(self, name: str, address: str, now: datetime) -> tuple[Counted, ...]:
        """Return what a log-in counts for."""
        place, found = known_place(name, address), [""]

        def look(stored: Sequence[str | None]) -> Sequence[str | None]:
            found[0] = stored[0] or ""
            return stored

        self.shared.change(_SIGNED_IN, [_key(place)], look, KNOWN_FOR)
        brake = GuessBrake()
        if found[0]:
            brake.signed_in_at[place] = datetime.fromisoformat(found[0])
        return brake.of_login(name, address, now)

    def begin(self, tried: tuple[Counted, ...], now: datetime) -> int:
        """Count a try as wrong before it is checked; return 0, or the seconds to wait."""
        return self._changed(tried, lambda brake: brake.begin(tried, now))

    def undo(self, tried: tuple[Counted, ...], now: datetime) -> None:
        """Take back a try that was not wrong, or that nobody could check."""
        self._changed(tried, lambda brake: brake.undo(tried, now))

    def note_login(self, name: str, address: str, now: datetime) -> None:
        """Remember that someone signed in under this name from this address."""
        place = known_place(name, address)
        self.shared.change(_WRONG, [_key(place)], lambda _stored: [None], FORGOTTEN_AFTER)
        self.shared.change(_SIGNED_IN, [_key(place)], lambda _stored: [now.isoformat()], KNOWN_FOR)

    def _changed(self, tried: tuple[Counted, ...], change: Callable[[GuessBrake], _Answer]) -> _Answer:
        answers: list[_Answer] = []

        def to(stored: Sequence[str | None]) -> Sequence[str | None]:
            brake = GuessBrake()
            brake.wrong.update({one: _read(text) for one, text in zip(tried, stored, strict=True) if text})
            answers[:] = [change(brake)]
            return [_written(brake.wrong[one]) if one in brake.wrong else None for one in tried]

        self.shared.change(_WRONG, [_key(one) for one in tried], to, FORGOTTEN_AFTER)
        return answers[0]


def _key(counted: Counted) -> str:
    """Return a key that says nothing of names and addresses to who looks into what is shared."""
    return hashlib.sha256(json.dumps(astuple(counted)).encode()).hexdigest()


def _read(text: str) -> WrongTries:
    count, last_at = json.loads(text)
    return WrongTries(count, datetime.fromisoformat(last_at))


def _written(tries: WrongTries) -> str:
    return json.dumps([tries.count, tries.last_at.isoformat()])
