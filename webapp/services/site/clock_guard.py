"""Keeps what would be deleted while the machine's clock cannot be believed; see `domain.site.clock_trust`."""

import json
from dataclasses import dataclass
from datetime import datetime

from webapp.domain.site.clock_trust import ClockTrust
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWorkFactory

_SETTING = "clock_trust"


@dataclass(frozen=True)
class ClockGuard:
    """The use cases around the machine's clock.

    Attributes:
        unit_of_work: opens transactions.
        clock: the machine's.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def may_delete(self) -> bool:
        """Read the clock, note what there is to be noted, and return whether what is old by it may be deleted."""
        with self.unit_of_work.reading() as work:
            known = _read(work)
        trust = known.read(self.clock.now())
        if trust is not known:
            with self.unit_of_work() as work:
                work.settings.put(_SETTING, json.dumps({name: _text(at) for name, at in vars(trust).items()}))
                work.commit()
        return trust.may_delete

    def is_doubted(self) -> bool:
        """Return whether deletion waits because of the clock."""
        with self.unit_of_work.reading() as work:
            return not _read(work).may_delete


def _read(work: ReadUnitOfWork) -> ClockTrust:
    stored = json.loads(work.settings.get(_SETTING) or "{}")
    return ClockTrust(**{name: datetime.fromisoformat(text) if text else None for name, text in stored.items()})


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
