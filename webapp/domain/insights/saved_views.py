"""A view of the log that a person keeps under a name."""

from dataclasses import dataclass

MAX_VIEW_NAME_LENGTH = 60
MAX_VIEW_QUERY_LENGTH = 1000
MAX_VIEWS = 30


@dataclass(frozen=True)
class SavedView:
    """A filter and an order of the log, as they are in its address.

    Attributes:
        name: what the person calls it; unique for that person without regard to case.
        query: the part of the address behind the question mark.
        view_id: row id; 0 until stored.
    """

    name: str
    query: str
    view_id: int = 0
