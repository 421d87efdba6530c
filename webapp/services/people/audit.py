"""The audit trail: who did what, and who viewed what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.domain.events import Event, EventKind
from webapp.domain.people.audit import AuditFilter
from webapp.services.ports import Clock, UnitOfWork, UnitOfWorkFactory

PAGE_SIZE = 50


@dataclass(frozen=True)
class AuditPage:
    """One page of the trail.

    Attributes:
        events: newest first.
        total: how many match on all pages.
        left_out: how many more would, were routine not left out.
    """

    events: Sequence[Event]
    total: int
    left_out: int = 0

    @property
    def pages(self) -> int:
        """How many pages there are; at least 1."""
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True)
class AuditService:
    """Keeps what happens outside of a transaction of its own, and finds it again."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def note(self, kind: EventKind, actor: str | None, **payload: object) -> None:
        """Put one line into the trail, by the way; it never holds a secret or a picture."""
        event = Event(kind, self.clock.now(), payload, actor)
        self.unit_of_work.by_the_way(lambda work: _append(work, event))

    def note_failed_sign_in(self, name: str, address: str) -> None:
        """Put down that someone could not sign in.

        The name is kept only where someone is called so: people type their password into the wrong field.
        """
        now = self.clock.now()
        with self.unit_of_work.reading() as work:
            user = work.users.find(name)
        event = Event(EventKind.SIGN_IN_FAILED, now, {"user": user.name if user else None, "address": address})
        self.unit_of_work.by_the_way(lambda work: _append(work, event))

    def search(self, wanted: AuditFilter, *, page: int = 1) -> AuditPage:
        """Return one page of the trail, newest first."""
        with self.unit_of_work.reading() as work:
            found = work.events.search(wanted, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
            total = work.events.count(wanted)
            left_out = (
                work.events.count(replace(wanted, without_routine=False)) - total if wanted.without_routine else 0
            )
            return AuditPage(found, total, left_out)


def _append(work: UnitOfWork, event: Event) -> None:
    work.events.append(event)
