"""Putting a backup back from a page: checked, ordered, and done while nothing else runs."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from webapp.domain.site.restores import CHECKED_FOR, RestoreOrder, RestoreOutcome, RestorePlan
from webapp.errors import NotFound
from webapp.services.ports import Clock, IncidentFilter, UnitOfWorkFactory


@dataclass(frozen=True)
class RestoreCheck:
    """What a check is asked.

    Attributes:
        path: the backup.
        name: what people call it.
        passphrase: opens it; empty for the passphrase of this installation.
        is_trusted: whether one in clear is taken that another installation made.
    """

    path: Path
    name: str
    passphrase: str = ""
    is_trusted: bool = False


class RestoreChecker(Protocol):
    """Checks a backup away from the pages."""

    def check(self, asked: RestoreCheck) -> RestorePlan:
        """Unpack a backup, check all of it, and keep it ready.

        Raises:
            BackupFailed: its value `cause` says why.
        """


class RestoreStore(Protocol):
    """What is ready to be put back, what was ordered, and what became of it, beside the database."""

    def plan(self) -> RestorePlan | None:
        """Return what is ready; None where nothing is."""

    def order(self, order: RestoreOrder) -> None:
        """Have the supervisor put back what is ready."""

    def is_ordered(self) -> bool:
        """Return whether an order waits."""

    def outcome(self) -> RestoreOutcome | None:
        """Return what became of the last one."""

    def forget(self) -> None:
        """Delete what is ready and what was uploaded."""

    def forget_old(self, before: datetime) -> None:
        """Delete what is ready, or was uploaded, since before a time."""

    def upload(self, name: str, offset: int, piece: bytes) -> int:
        """Add a piece to what is being uploaded; one at the beginning begins anew.

        Returns:
            How many bytes are there now.

        Raises:
            InputInvalid: the piece is not the next one.
            BackupFailed: the disk is full.
        """

    def uploaded(self) -> tuple[Path, str] | None:
        """Return where what was uploaded is, and its name; None where nothing is."""


@dataclass(frozen=True)
class Loss:
    """What is there now, and would be gone.

    Attributes:
        incidents: how many alerts there are.
        newer_incidents: how many of them were raised after the backup was made.
        users: how many people.
        cameras: how many.
    """

    incidents: int
    newer_incidents: int
    users: int
    cameras: int


@dataclass(frozen=True)
class RestoreService:
    """The use cases around restores.

    Attributes:
        unit_of_work: opens transactions.
        store: what is ready.
        clock: the time of day.
    """

    unit_of_work: UnitOfWorkFactory
    store: RestoreStore
    clock: Clock

    def plan(self) -> RestorePlan | None:
        """Return what is ready and still counts."""
        plan = self.store.plan()
        return plan if plan and not plan.is_over(self.clock.now()) else None

    def loss(self, plan: RestorePlan) -> Loss:
        """Return what is there now, to be compared with what the backup holds."""
        with self.unit_of_work.reading() as work:
            total = work.incidents.count(IncidentFilter())
            newer = work.incidents.count(IncidentFilter(opened_from=plan.contents.made_at))
            return Loss(total, newer, len(work.users.list()), len(work.cameras.list()))

    def order(self, plan_id: str, actor: str) -> None:
        """Have what is ready put back: everybody is signed out, and all processes begin anew.

        Raises:
            NotFound: something else is ready by now, or nothing is.
        """
        self.check_ready(plan_id)
        self.store.order(RestoreOrder(plan_id, actor))

    def check_ready(self, plan_id: str) -> None:
        """Make sure that this is what is ready.

        Raises:
            NotFound: something else is ready by now, or nothing is.
        """
        plan = self.plan()
        if plan is None or plan.plan_id != plan_id:
            raise NotFound("That check has run out. Check the backup again.")

    def expire(self) -> None:
        """Delete what was unpacked or uploaded and nobody wanted."""
        self.store.forget_old(self.clock.now() - CHECKED_FOR)
