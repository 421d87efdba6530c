"""Wrong codes of second factors, counted over all web processes."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.people.second_factor import WrongCodes
from webapp.services.ports import SharedState

_AREA = "wrong_codes"
# Nobody waits longer than minutes; who comes back on another day begins anew.
_KEPT = timedelta(days=1)
_MOST_KEPT = 20


@dataclass(frozen=True)
class WrongCodeCounter:
    """When each person's wrong codes came; only who has the password can add to it."""

    shared: SharedState

    def of(self, user_id: int) -> WrongCodes:
        """Return a person's wrong codes."""
        return self._changed(user_id, lambda known: known)

    def begin(self, user_id: int, now: datetime) -> datetime | None:
        """Count a code as wrong until it is shown right, so that many at once are not all looked at.

        Returns:
            None, or until when no code is looked at: then it was not counted.
        """
        known = self._changed(
            user_id, lambda known: known if _waits(known, now) else WrongCodes((*known.at, now)[-_MOST_KEPT:])
        )
        return known.wait_ends_at if _waits(known, now) else None

    def forget(self, user_id: int) -> None:
        """Begin anew."""
        self._changed(user_id, lambda _known: WrongCodes())

    def _changed(self, user_id: int, change: Callable[[WrongCodes], WrongCodes]) -> WrongCodes:
        """Change a person's wrong codes, and return what they were before."""
        before: list[WrongCodes] = []

        def to(stored: Sequence[str | None]) -> Sequence[str | None]:
            before[:] = [_read(stored[0])]
            return [_written(change(before[0]))]

        self.shared.change(_AREA, [str(user_id)], to, _KEPT)
        return before[0]


def _waits(known: WrongCodes, now: datetime) -> bool:
    return known.wait_ends_at is not None and now < known.wait_ends_at


def _read(text: str | None) -> WrongCodes:
    return WrongCodes(tuple(map(datetime.fromisoformat, json.loads(text)))) if text else WrongCodes()


def _written(codes: WrongCodes) -> str | None:
    return json.dumps([at.isoformat() for at in codes.at]) if codes.at else None
