"""What people have read of what is new."""

from dataclasses import dataclass

from webapp.domain.people.accounts import User
from webapp.domain.people.releases import NEWEST_RELEASE
from webapp.services.ports import UnitOfWorkFactory


@dataclass(frozen=True)
class ReleaseService:
    """Keeps for each person up to which version they know what is new.

    Attributes:
        unit_of_work: opens transactions.
    """

    unit_of_work: UnitOfWorkFactory

    def note_read(self, user: User) -> None:
        """Keep that a person has read, or dismissed, what is new up to now; nobody waits for it."""
        if user.seen_release != NEWEST_RELEASE:
            self.unit_of_work.by_the_way(lambda work: work.users.note_release(user.user_id, NEWEST_RELEASE))
