"""Starts the child processes, watches their heartbeats, restarts what fails, stops all on SIGTERM or SIGINT.

Imports neither Flask nor OpenCV: nothing that can fail in a child process can take the supervisor with it.
"""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

import structlog

from webapp.runtime.processes.environment import child_environment
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.status_files import ChildProcessReport

log = structlog.get_logger()

_RESTART_DELAYS_S = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
_STABLE_S = 60.0
_STARTUP_GRACE_S = 60.0


@dataclass
class ChildProcess:
    """One child process that is meant to run for ever.

    Attributes:
        name: for the log.
        command: program and arguments.
        heartbeat: where its heartbeats are.
        heartbeat_timeout_s: seconds without one after which it is killed and restarted.
        environment: its environment variables.
        restarts: how often it was restarted.
    """

    name: str
    command: Sequence[str]
    heartbeat: Heartbeat
    heartbeat_timeout_s: float
    environment: Mapping[str, str] = field(default_factory=child_environment, repr=False)
    process: subprocess.Popen[bytes] | None = None
    started_at_s: float = 0.0
    failures: int = 0
    restarts: int = 0
    restart_at_s: float = 0.0

    def tend(self, now_s: float) -> None:
        """Start, restart or kill the child as its state asks for; never waits."""
        if self.process is None:
            if now_s >= self.restart_at_s:
                self._start(now_s)
        elif self.process.poll() is not None:
            self._note_failure(now_s)
        elif self._is_silent(now_s):
            log.warning("child_process_silent", child=self.name, pid=self.process.pid)
            self.process.kill()

    def report(self) -> ChildProcessReport:
        """Return what the page System shows."""
        return ChildProcessReport(self.name, self.process.pid if self.process else 0, self.restarts)

    def _start(self, now_s: float) -> None:
        self.heartbeat.clear()
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, env=self.environment)
        self.started_at_s = now_s
        log.info("child_process_started", name=self.name, pid=self.process.pid)

    def _note_failure(self, now_s: float) -> None:
        code = self.process.returncode if self.process else None
        self.failures = 1 if now_s - self.started_at_s > _STABLE_S else self.failures + 1
        delay_s = _RESTART_DELAYS_S[min(self.failures, len(_RESTART_DELAYS_S)) - 1]
        self.restarts += 1
        self.process, self.restart_at_s = None, now_s + delay_s
        log.error("child_process_ended", name=self.name, exit_code=code, restart_in_s=delay_s)

    def _is_silent(self, now_s: float) -> bool:
        age_s = self.heartbeat.age_s()
        if age_s is None:
            return now_s - self.started_at_s > max(self.heartbeat_timeout_s, _STARTUP_GRACE_S)
        return age_s > self.heartbeat_timeout_s


@dataclass
class Supervisor:
    """Runs the parts until a signal ends it.

    Attributes:
        children: the child processes.
        on_change: called with a report of each part when one has changed.
        clock_s: a clock that never goes back.
        stop_timeout_s: seconds that the parts have to end by themselves.
    """

    children: Sequence[ChildProcess]
    on_change: Callable[[list[ChildProcessReport]], None] = lambda reports: None
    clock_s: Callable[[], float] = time.monotonic
    stop_timeout_s: float = 8.0
    _stopping: bool = field(default=False, init=False)
    _reported: list[ChildProcessReport] = field(default_factory=list, init=False)

    def run(self) -> None:
        """Watch the child processes until SIGTERM or SIGINT, then stop them cleanly."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        try:
            while not self._stopping:
                self.tend()
                time.sleep(0.1)
        finally:
            self.stop()

    def tend(self) -> None:
        """Check each child process once, and report when something has changed."""
        for child in self.children:
            child.tend(self.clock_s())
        reports = [child.report() for child in self.children]
        if reports != self._reported:
            self._reported = reports
            self.on_change(reports)

    def stop(self) -> None:
        """End all parts: SIGTERM first, SIGKILL for those that do not follow."""
        processes = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in processes:
            process.terminate()
        deadline_s = self.clock_s() + self.stop_timeout_s
        for process in processes:
            _wait_or_kill(process, max(0.1, deadline_s - self.clock_s()))

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stopping = True


def _wait_or_kill(process: subprocess.Popen[bytes], timeout_s: float) -> None:
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
