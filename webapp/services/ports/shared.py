"""What several web processes know together: counts of wrong passwords, places of live views."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

Change: TypeAlias = Callable[[Sequence[str | None]], Sequence[str | None]]


class SharedState(Protocol):
    """Small values under keys, the same for all web processes; each is forgotten after a while."""

    @property
    def is_away(self) -> bool:
        """Whether the others' values cannot be asked for: until they can, each process goes by its own."""

    def change(self, area: str, keys: Sequence[str], to: Change, keep: timedelta) -> None:
        """Read values and replace them; nobody changes them in between.

        Args:
            area: what they are of; keys of different areas are different.
            keys: whose values, each named once.
            to: returns what takes their place, in the same order, None for nothing. It is called again where another
                process was faster, so it must have no effect but its answer.
            keep: for how long a value is kept after its last change, at least.
        """

    def check(self) -> None:
        """Find out whether the others' values can be asked for; called every second."""


class PlaceRefusal(StrEnum):
    """Why somebody gets no place."""

    ALL_TAKEN = "all_taken"
    OWN_TAKEN = "own_taken"


class SharedPlaces(Protocol):
    """Places that are counted over all web processes; a process that dies gives up its own within seconds."""

    def take(self, place: str, user_id: int, most: int, most_per_person: int) -> PlaceRefusal | None:
        """Take a place, or return why there is none; where the others cannot be asked it is given.

        Args:
            place: its name, different from all others.
            user_id: whose it is.
            most: how many there are.
            most_per_person: how many one person may have.
        """

    def keep(self, places: Collection[tuple[str, int]]) -> None:
        """Keep places, each with whose it is, for some more seconds; called every second."""

    def leave(self, place: str, user_id: int) -> None:
        """Give a place back, once or more often."""
