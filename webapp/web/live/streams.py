"""The viewers of MJPEG streams: how many there are, and when one has to go."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

from webapp.services.ports import PlaceRefusal, SharedPlaces
from webapp.web.core.logins import SessionLease


@dataclass(eq=False)
class StreamPlace:
    """The place of one viewer.

    Attributes:
        lease: the session that it was taken with.
        is_over: whether the viewer has to go.
        name: of the place, different from all others.
    """

    lease: SessionLease
    is_over: bool = False
    name: str = field(default_factory=lambda: uuid4().hex)

    def may_go_on(self) -> bool:
        """Return whether the viewer may see more."""
        return not self.is_over


@dataclass
class StreamViewers:
    """The open streams of this process.

    Attributes:
        limit: how many there may be.
        limit_per_person: how many of one person: nobody takes the places of all others.
        shared: counts those of all web processes; None where there is one.
    """

    limit: int
    limit_per_person: int
    shared: SharedPlaces | None = None
    _places: list[StreamPlace] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self._places)

    def __iter__(self) -> Iterator[StreamPlace]:
        """Iterate over a copy: one may leave meanwhile."""
        return iter(list(self._places))

    @property
    def is_full(self) -> bool:
        """Return whether one more is too many."""
        return self.count >= self.limit

    def is_full_for(self, user_id: int) -> bool:
        """Return whether one more of this person is too many."""
        return sum(place.lease.user_id == user_id for place in self._places) >= self.limit_per_person

    def refusal(self, place: StreamPlace) -> PlaceRefusal | None:
        """Return why a place cannot be taken; where it can, it is held for a few seconds among all web processes."""
        user_id = place.lease.user_id
        if self.is_full:
            return PlaceRefusal.ALL_TAKEN
        if self.is_full_for(user_id):
            return PlaceRefusal.OWN_TAKEN
        return self.shared.take(place.name, user_id, self.limit, self.limit_per_person) if self.shared else None

    def take(self, place: StreamPlace) -> None:
        """Count a viewer."""
        self._places.append(place)

    def keep(self) -> None:
        """Keep the places that are taken; called every second."""
        if self.shared:
            self.shared.keep([(place.name, place.lease.user_id) for place in self._places])

    def leave(self, place: StreamPlace) -> None:
        """Give a place back, once or more often."""
        if place in self._places:
            self._places.remove(place)
            if self.shared:
                self.shared.leave(place.name, place.lease.user_id)

    def end(self, is_over: Callable[[SessionLease], bool]) -> None:
        """Let viewers see nothing more."""
        for place in self._places:
            place.is_over = place.is_over or is_over(place.lease)


class CountedParts:
    """A stream's parts that give the viewer's place back when the server closes them, begun or not."""

    def __init__(self, viewers: StreamViewers, place: StreamPlace, parts: Iterator[bytes]) -> None:
        """Take the place."""
        self._viewers, self._place, self._parts = viewers, place, parts
        viewers.take(place)

    def __iter__(self) -> Iterator[bytes]:
        """Iterate once."""
        return self._parts

    def close(self) -> None:
        """Give the place back."""
        self._viewers.leave(self._place)
