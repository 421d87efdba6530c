"""Tells the central instance what happens, beside the housekeeping process: a line that hangs holds up nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from webapp.domain.sites.central_state import CentralFault, CentralState
from webapp.errors import CentralFailed
from webapp.runtime.processes.background_task import BackgroundTask
from webapp.runtime.sites.central_note import CentralNote
from webapp.services.ports import Clock
from webapp.services.sites.pusher import FeedPusher

log = structlog.get_logger()

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
# A token that is refused stays so until somebody does something about it.
REFUSED_WAIT_S = 300.0


@dataclass
class FeedTask:
    """Pushes while there is something to be said, and backs off where it fails.

    Attributes:
        pusher: says it.
        note: tells the pages how the line is.
        clock: the time of day.
        steady_s: a steady time.
    """

    pusher: FeedPusher
    note: CentralNote
    clock: Clock
    steady_s: Callable[[], float] = time.monotonic
    _state: CentralState = field(default_factory=CentralState, init=False)
    _fails: int = field(default=0, init=False)
    _not_before_s: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Begin nothing yet."""
        self._background = BackgroundTask("sites", self._is_wanted, self.push)

    def tend(self) -> bool:
        """Begin a push if something is to be said and none is under way; it is never waited for."""
        return self._background.tend()

    def push(self) -> None:
        """Say all that is to be said."""
        try:
            while self.pusher.push(self.steady_s()):
                self._went_well()
            self._went_well()
        except CentralFailed as error:
            self._failed(CentralFault(str(error.values["fault"])), str(error))
        except Exception:
            self._not_before_s = self.steady_s() + self._wait_s(CentralFault.UNREACHABLE)
            raise

    def _is_wanted(self) -> bool:
        now_s = self.steady_s()
        return now_s >= self._not_before_s and self.pusher.is_due(now_s)

    def _went_well(self) -> None:
        now = self.clock.now()
        if self._state.fault is not None:
            log.info("central_back", was_away_since=str(self._state.since))
        since = now if self._state.fault is not None or self._state.since is None else self._state.since
        self._fails, self._state = 0, CentralState(None, since, now)
        self.note.write(self._state)

    def _failed(self, fault: CentralFault, hint: str) -> None:
        if self._state.fault is not fault:
            log.warning("central_away", fault=fault.value, hint=hint)
            self._state = replace(self._state, fault=fault, since=self.clock.now())
        self._not_before_s = self.steady_s() + self._wait_s(fault)
        self.note.write(self._state)

    def _wait_s(self, fault: CentralFault) -> float:
        self._fails += 1
        if fault is CentralFault.TOKEN_REFUSED:
            return REFUSED_WAIT_S
        return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(self._fails - 1, 10))
