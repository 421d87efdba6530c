"""Whom open alerts have reached: for the cards, all at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.domain.notifications.deliveries import Delivery, PlannedStep
from webapp.domain.notifications.reach import Reach, reach_of
from webapp.services.ports import UnitOfWorkFactory


@dataclass(frozen=True)
class ReachService:
    """Answers for all alerts that are not resolved.

    Attributes:
        unit_of_work: opens transactions.
    """

    unit_of_work: UnitOfWorkFactory

    def of_open(self) -> Sequence[Reach]:
        """Return those of which something is planned, by their ids; two statements, however many there are."""
        steps: dict[int, list[PlannedStep]] = defaultdict(list)
        deliveries: dict[int, list[Delivery]] = defaultdict(list)
        with self.unit_of_work.reading() as work:
            for step in work.notifications.steps.of_open_incidents():
                steps[step.notice.incident_id or 0].append(step)
            if steps:
                for delivery in work.notifications.deliveries.of_open_incidents():
                    deliveries[delivery.notice.incident_id or 0].append(delivery)
        return [reach_of(one, steps[one], deliveries.get(one, [])) for one in sorted(steps)]
