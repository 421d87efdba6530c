"""The housekeeping process: what has to be done now and then, away from pages and alerts.

It deletes what was kept long enough, sweeps what is over, and makes the backups that admins ask for. On its own: in
the web process a long copy would hold every page, and in vision every alert.
"""

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

import structlog

from webapp.runtime.processes.heartbeat import Heartbeat, ParentWatch

log = structlog.get_logger()

_POLL_S = 0.5


@dataclass
class PeriodicTask:
    """Something to be done again and again.

    Attributes:
        name: for the log.
        every_s: seconds from one time to the next.
        do: does it; returns True when more of it is waiting and should be done very soon.
        is_urgent: whether it is done in the midst of what takes long, too: nobody waits for a copy on a slow disk.
        is_of_machine: whether it is done on each machine, also where another one's housekeeping does all the rest.
    """

    name: str
    every_s: float
    do: Callable[[], bool]
    is_urgent: bool = False
    is_of_machine: bool = False
    due_s: float = 0.0

    def tend(self, now_s: float) -> None:
        """Do it if its time has come; what fails is logged and tried again next time."""
        if now_s < self.due_s:
            return
        self.due_s = now_s + self.every_s
        try:
            if self.do():
                self.due_s = now_s
        except Exception as error:
            log.error("task_failed", task=self.name, exc_info=error)


@dataclass
class Housekeeping:
    """Runs its tasks until SIGTERM, SIGINT or the supervisor's end.

    Attributes:
        tasks: what is to be done.
        heartbeat: shows that it lives.
        is_another: whether another machine's housekeeping is at work on the same database; then this one waits.
    """

    tasks: Sequence[PeriodicTask]
    heartbeat: Heartbeat
    is_another: Callable[[], bool] = lambda: False
    _is_waiting: bool = field(default=False, init=False)
    _stopping: bool = field(default=False, init=False)

    def run(self) -> None:
        """Work until the end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        parent = ParentWatch()
        while not self._stopping and not parent.is_orphaned():
            self.tick(time.monotonic())
            time.sleep(_POLL_S)

    def tick(self, now_s: float) -> None:
        """Do what is due."""
        self._note(self.is_another())
        for task in self.tasks:
            if task.is_of_machine or not self._is_waiting:
                task.tend(now_s)
            self.heartbeat.beat()

    def _note(self, is_waiting: bool) -> None:
        if is_waiting and not self._is_waiting:
            log.warning("housekeeping_waits", hint="Another machine's housekeeping is at work on this database.")
        elif self._is_waiting and not is_waiting:
            log.info("housekeeping_goes_on")
        self._is_waiting = is_waiting

    def go_on(self) -> None:
        """Beat in the midst of a task that takes long, do what is urgent, and end there if the end has come.

        Raises:
            SystemExit: it has; what was asked for and is not done yet is done after the next start.
        """
        self.heartbeat.beat()
        if self._stopping:
            raise SystemExit(0)
        for task in self.tasks:
            if task.is_urgent:
                task.tend(time.monotonic())

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stopping = True
