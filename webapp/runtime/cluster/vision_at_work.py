"""Whether a machine's vision process does what its beats in the cluster stand for."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from webapp.runtime.processes.heartbeat import Heartbeat

# One whose whole turn takes longer does not work.
_WORKING_S = 5.0
# One that has not begun by then does not either: with the silence after it, 15 s are not over.
_BEGINNING_S = 8.0


@dataclass
class VisionAtWork:
    """Looks at the heartbeat of this very process; that of an earlier one says nothing.

    Attributes:
        heartbeat: of the vision process.
        monotonic_s: seconds on the clock of the heartbeats.
    """

    heartbeat: Heartbeat
    monotonic_s: Callable[[], float] = time.monotonic
    _began_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._began_s = self.monotonic_s()

    def is_so(self) -> bool:
        """Return whether it works, or may still be about to begin."""
        age_s, since_s = self.heartbeat.age_s(), self.monotonic_s() - self._began_s
        if age_s is None or age_s > since_s:
            return since_s < _BEGINNING_S
        return age_s < _WORKING_S
