"""How long what was seen is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.errors import InputInvalid

MAX_DAYS = 3650
MIN_AUDIT_DAYS = 30
"""Nobody hides what they did by having the audit trail deleted: what was viewed a month ago can be asked for."""


class KeptKind(StrEnum):
    """What is kept for a time, in the order in which it goes."""

    SNAPSHOTS = "snapshots"
    SCORES = "scores"
    INCIDENTS = "incidents"
    EVENTS = "events"
    EXPRESSIONS = "expressions"


@dataclass(frozen=True)
class RetentionRule:
    """Days that each kind is kept.

    The defaults keep pictures of people for as short a time as alerts are kept by Frigate (10 days), figures without
    pictures for half a year, the audit trail for a year, and what is counted of no single face for a little longer: a
    week can be compared with that of the year before.

    Attributes:
        snapshots: pictures on which alerts were raised, and clips of them.
        scores: the scores of all faces, second by second.
        incidents: alerts with their notes, their own scores and their history.
        events: the audit trail; at least `MIN_AUDIT_DAYS`.
        expressions: how often faces looked how, counted by quarters of an hour; of no single face.
    """

    snapshots: int = 10
    scores: int = 14
    incidents: int = 180
    events: int = 365
    expressions: int = 400

    def __post_init__(self) -> None:
        """Check that nothing outlives what it belongs to.

        Raises:
            InputInvalid: a number is out of range, or one contradicts another.
        """
        for field in fields(self):
            days = getattr(self, field.name)
            if not 1 <= days <= MAX_DAYS:
                raise InputInvalid(
                    "Expected 1 to %(max_days)s days for %(entry)s, got %(days)s.",
                    max_days=MAX_DAYS,
                    entry=field.name,
                    field=field.name,
                    days=days,
                )
        if self.events < MIN_AUDIT_DAYS:
            raise InputInvalid(
                "Expected the audit trail to be kept for at least %(min_days)s days, got %(days)s.",
                min_days=MIN_AUDIT_DAYS,
                days=self.events,
                field="events",
            )
        if not self.snapshots <= self.incidents <= self.events:
            raise InputInvalid(
                "Expected pictures to be kept no longer than their alerts, and alerts no longer than the audit trail."
            )

    def days(self) -> Mapping[KeptKind, int]:
        """Return kind → days."""
        return {kind: getattr(self, kind.value) for kind in KeptKind}

    def cutoffs(self, now: datetime) -> Mapping[KeptKind, datetime]:
        """Return kind → the time before which everything goes."""
        return {kind: now - timedelta(days=days) for kind, days in self.days().items()}
