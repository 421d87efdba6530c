"""The audit trail: who did what, and who looked at what."""

from dataclasses import dataclass

from webapp.domain.events import Event, EventKind
from webapp.services.ports import Clock, UnitOfWorkFactory


@dataclass(frozen=True)
class AuditService:
    """Keeps what happens outside of a transaction of its own."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def note(self, kind: EventKind, actor: str | None, **payload: object) -> None:
        """Put one line into the trail; it never holds a secret or a picture."""
        with self.unit_of_work() as work:
            work.events.append(Event(kind, self.clock.now(), payload, actor))
            work.commit()

    def note_failed_sign_in(self, name: str, address: str) -> None:
        """Put down that somebody could not sign in.

        The name is kept only where somebody is called so: people type their password into the wrong field.
        """
        with self.unit_of_work() as work:
            user = work.users.find(name)
            payload = {"user": user.name if user else None, "address": address}
            work.events.append(Event(EventKind.SIGN_IN_FAILED, self.clock.now(), payload))
            work.commit()
