"""Deletes what was kept long enough, a little at a time, and says beforehand what will go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.events import Event, EventKind
from webapp.domain.site.retention import KeptKind, RetentionRule
from webapp.services.ports import Clock, SnapshotStore, UnitOfWorkFactory
from webapp.services.stored_rules import StoredRule

_RULE = StoredRule("retention", RetentionRule())
# A batch holds the database for some milliseconds: alerts are stored between two of them.
BATCH = 200


@dataclass(frozen=True)
class RetentionForecast:
    """What a rule does to one kind.

    Attributes:
        kind: of what.
        days: that it is kept.
        before: what is older goes.
        count: how many are older at this moment.
        total: how many there are.
    """

    kind: KeptKind
    days: int
    before: datetime
    count: int
    total: int


@dataclass(frozen=True)
class RetentionService:
    """The use cases around retention.

    Attributes:
        unit_of_work: opens transactions.
        snapshots: the alerts' pictures.
        clock: the time of day.
        longest_scores: the scores of all faces are never kept longer, whatever the rule says.
    """

    unit_of_work: UnitOfWorkFactory
    snapshots: SnapshotStore
    clock: Clock
    longest_scores: timedelta

    def rule(self) -> RetentionRule:
        """Return what holds."""
        with self.unit_of_work.reading() as work:
            return _RULE.read(work)

    def change(self, rule: RetentionRule, actor: str) -> None:
        """Let another rule hold from now on."""
        with self.unit_of_work() as work:
            _RULE.change(work, rule, self.clock.now(), actor)
            work.commit()

    def forecast(self, rule: RetentionRule) -> list[RetentionForecast]:
        """Return what a rule would delete at once, without deleting anything."""
        with self.unit_of_work.reading() as work:
            return [
                RetentionForecast(
                    kind,
                    rule.days()[kind],
                    before,
                    work.retention.count(kind, before),
                    work.retention.count(kind, None),
                )
                for kind, before in self._cutoffs(rule).items()
            ]

    def delete_batch(self) -> Mapping[KeptKind, int]:
        """Delete at most `BATCH` of each kind that were kept long enough.

        What goes and the line about it in the audit trail are one transaction, so that this can be ended at any
        moment and goes on where it was. Pictures go before their rows: a row without a picture does no harm. Where the
        pictures cannot be deleted, all else is all the same.

        Returns:
            How many went of each kind; empty when nothing is due.

        Raises:
            OSError: a picture could not be deleted.
        """
        with self.unit_of_work.reading() as work:
            cutoffs = self._cutoffs(_RULE.read(work))
            names = work.retention.snapshot_names(cutoffs[KeptKind.SNAPSHOTS], limit=BATCH)
        try:
            self.snapshots.remove_all(names)
        except OSError:
            self._delete_rows({kind: at for kind, at in cutoffs.items() if kind is not KeptKind.SNAPSHOTS})
            raise
        return self._delete_rows(cutoffs)

    def _delete_rows(self, cutoffs: Mapping[KeptKind, datetime]) -> Mapping[KeptKind, int]:
        with self.unit_of_work() as work:
            deleted = {kind: work.retention.delete(kind, before, limit=BATCH) for kind, before in cutoffs.items()}
            gone = {kind: count for kind, count in deleted.items() if count}
            if gone:
                payload = {kind.value: count for kind, count in gone.items()}
                work.events.append(Event(EventKind.DATA_DELETED, self.clock.now(), payload))
                work.commit()
        return gone

    def sweep(self) -> int:
        """Delete pictures that no alert knows of, left behind by a crash, once their day is over; return how many.

        Raises:
            OSError: they could not be deleted.
        """
        with self.unit_of_work.reading() as work:
            before = self._cutoffs(_RULE.read(work))[KeptKind.SNAPSHOTS]
        return self.snapshots.remove_days_before(before.date())

    def oldest_incident_at(self) -> datetime:
        """Return before which time incidents go now, and with them what else says that one was told of something."""
        with self.unit_of_work.reading() as work:
            return self._cutoffs(_RULE.read(work))[KeptKind.INCIDENTS]

    def _cutoffs(self, rule: RetentionRule) -> Mapping[KeptKind, datetime]:
        """Return kind → the time before which everything goes now."""
        now = self.clock.now()
        cutoffs = rule.cutoffs(now)
        return {**cutoffs, KeptKind.SCORES: max(cutoffs[KeptKind.SCORES], now - self.longest_scores)}
