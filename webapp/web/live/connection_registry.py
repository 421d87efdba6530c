"""Who is connected over Socket.IO, by Socket.IO's name for the connection."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class _Connection(Protocol):
    @property
    def sid(self) -> str: ...


_AnyConnection = TypeVar("_AnyConnection", bound=_Connection)


class Connected(Generic[_AnyConnection]):
    """All connections of one kind."""

    def __init__(self) -> None:
        self._by_sid: dict[str, _AnyConnection] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._by_sid)

    def __iter__(self) -> Iterator[_AnyConnection]:
        """Iterate over a copy: one may leave meanwhile."""
        return iter(list(self._by_sid.values()))

    def add(self, connection: _AnyConnection) -> None:
        """Take up a new one."""
        self._by_sid[connection.sid] = connection

    def get(self, sid: str) -> _AnyConnection | None:
        """Return one."""
        return self._by_sid.get(sid)

    def remove(self, sid: str) -> _AnyConnection | None:
        """Forget one and return it; None where it was forgotten before."""
        return self._by_sid.pop(sid, None)
