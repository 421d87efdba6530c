"""What is written by the way, such as who viewed what: the one who reads a page never waits for it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from webapp.errors import DatabaseFailed
from webapp.services.ports import UnitOfWork

log = structlog.get_logger()

# A day of views of a busy site. Beyond it a view waits for the database, and is refused where that does not come back.
_MOST_WAITING = 10_000
_AGAIN_S, _IDLE_S = 0.05, 0.5


@dataclass
class LaterWrites:
    """Writes at once what can be written at once, and the rest in its order when the database lets it.

    Attributes:
        open_impatient: opens a transaction that fails at once where another process writes.
        open_patient: opens one that waits.
    """

    open_impatient: Callable[[], UnitOfWork]
    open_patient: Callable[[], UnitOfWork]
    _waiting: deque[Callable[[UnitOfWork], None]] = field(default_factory=deque)

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def add(self, write: Callable[[UnitOfWork], None], *, is_kept: bool) -> None:
        """Write now or, where it has to be kept, later."""
        if not self._waiting and self._is_written(write):
            return
        if not is_kept:
            return
        if len(self._waiting) >= _MOST_WAITING:
            _write(self.open_patient(), write)
        else:
            self._waiting.append(write)

    def run(self, pause: Callable[[float], object]) -> None:
        """Catch up for ever; `pause` waits so many seconds while others go on."""
        while True:
            self.catch_up()
            pause(_AGAIN_S if self._waiting else _IDLE_S)

    def catch_up(self) -> None:
        """Write the oldest of those that wait."""
        if not self._waiting:
            return
        try:
            is_over = self._is_written(self._waiting[0])
        except Exception as error:  # What can never be written must not keep back the rest.
            log.error("not_written", exc_info=error)
            is_over = True
        if is_over:
            self._waiting.popleft()

    def _is_written(self, write: Callable[[UnitOfWork], None]) -> bool:
        try:
            _write(self.open_impatient(), write)
        except DatabaseFailed:
            return False
        return True


def _write(work: UnitOfWork, write: Callable[[UnitOfWork], None]) -> None:
    with work:
        write(work)
        work.commit()
