"""`SharedState` where there is one web process: in its memory."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from webapp.services.ports import Change

MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class LocalState:
    """Keeps the values that were changed last: of each area the oldest go beyond `most_remembered`.

    Attributes:
        most_remembered: how many of one area.
    """

    most_remembered: int = MOST_REMEMBERED
    is_away: bool = field(default=False, init=False)
    _areas: dict[str, OrderedDict[str, str]] = field(default_factory=dict)

    def change(self, area: str, keys: Sequence[str], to: Change, keep: timedelta) -> None:
        """Replace values; see `SharedState.change`."""
        values = self._areas.setdefault(area, OrderedDict())
        self.put(area, keys, to([values.get(key) for key in keys]))

    def put(self, area: str, keys: Sequence[str], values: Sequence[str | None]) -> None:
        """Put values in place of those that are there, None for nothing."""
        kept = self._areas.setdefault(area, OrderedDict())
        for key, value in zip(keys, values, strict=True):
            kept.pop(key, None)
            if value is not None:
                kept[key] = value
        while len(kept) > self.most_remembered:
            kept.popitem(last=False)

    def check(self) -> None:
        """Do nothing: one's own memory is always there."""
