"""Starts the child processes, watches their heartbeats, restarts what fails, stops all on SIGTERM or SIGINT.

Imports neither Flask nor OpenCV: nothing that can fail in a child process can take the supervisor with it.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType

import structlog

from webapp.runtime.processes.environment import SUPERVISOR_PID, child_environment
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.start_gate import StartGate
from webapp.runtime.processes.status_files import ChildEnd, ChildProcessReport, EndReason

log = structlog.get_logger()

# Before each start of a child process that ends before it works; one that worked is started again at once.
_RESTART_DELAYS_S = (0.0, 0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
_FORGETS_S = 10.0
_STARTUP_GRACE_S = 60.0
# So many ends in a row are a line each in the log; one more line says that it goes on like this.
_ENDS_NAMED = 3


@dataclass
class ChildProcess:
    """One child process that is meant to run for ever.

    It is healthy from its first heartbeat on, and what was before is forgotten after ten healthy seconds.

    Attributes:
        name: for the log.
        command: program and arguments.
        heartbeat: where its heartbeats are.
        heartbeat_timeout_s: seconds without one after which it is killed and restarted.
        environment: its environment variables.
        restarts: how often it was restarted.
        failures: how often in a row it ended before it was healthy.
        short_lives: how often in a row it ended before ten healthy seconds.
        last_end: how it ended last.
    """

    name: str
    command: Sequence[str]
    heartbeat: Heartbeat
    heartbeat_timeout_s: float
    environment: Mapping[str, str] = field(default_factory=child_environment, repr=False)
    process: subprocess.Popen[bytes] | None = None
    started_at_s: float = 0.0
    healthy_since_s: float | None = None
    failures: int = 0
    short_lives: int = 0
    restarts: int = 0
    restart_at_s: float = 0.0
    last_end: ChildEnd | None = None
    _is_given_up: bool = field(default=False, init=False)

    def tend(self, now_s: float) -> None:
        """Start, restart or kill the child as its state asks for; never waits."""
        if self.process is None:
            if now_s >= self.restart_at_s:
                self._start(now_s)
        elif self.process.poll() is not None:
            self._note_end(self.process.returncode, now_s)
        elif self._is_silent(now_s):
            self._give_up(self.process)
        else:
            self._note_health(now_s)

    @contextmanager
    def started_early(self, clock_s: Callable[[], float] = time.monotonic) -> Iterator[None]:
        """Start it now: it loads its libraries in the time of the block, and begins once that has succeeded.

        Its program has to call `wait_at_start_gate`. Where the block fails, it ends, and nothing of it remains.

        Args:
            clock_s: a clock that never goes back.
        """
        with closing(StartGate()) as gate:
            process = self._start(clock_s(), gate.stdin)
            try:
                yield
            except BaseException:
                process.kill()
                process.wait()
                self.start_anew(clock_s())
                raise
            gate.open()
            self.started_at_s = clock_s()

    def start_anew(self, now_s: float) -> None:
        """Forget a process that was stopped on purpose: the next one starts at once, and none of it is a failure."""
        self.process, self.restart_at_s = None, now_s
        self.failures = self.short_lives = 0

    def report(self) -> ChildProcessReport:
        """Return what the page System shows."""
        pid = self.process.pid if self.process else 0
        return ChildProcessReport(self.name, pid, self.restarts, self.last_end, is_backing_off=self._delay_s > 0)

    def _start(self, now_s: float, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        self.heartbeat.clear()
        environment = {**self.environment, SUPERVISOR_PID: str(os.getpid())}
        self.process = subprocess.Popen(self.command, stdin=stdin, env=environment)
        self.started_at_s, self.healthy_since_s, self._is_given_up = now_s, None, False
        if self.short_lives < _ENDS_NAMED:
            log.info("child_process_started", name=self.name, pid=self.process.pid)
        return self.process

    def _give_up(self, process: subprocess.Popen[bytes]) -> None:
        if not self._is_given_up:
            log.warning("child_process_silent", child=self.name, pid=process.pid)
        self._is_given_up = True
        process.kill()

    def _note_end(self, exit_code: int, now_s: float) -> None:
        self._note_health(now_s)
        self.failures += self.healthy_since_s is None
        self.short_lives += 1
        self.restarts += 1
        self.last_end = ChildEnd(datetime.now(UTC), self._end_reason(exit_code), exit_code)
        delay_s = 0.0 if self.healthy_since_s is not None else self._delay_s
        self.process, self.restart_at_s = None, now_s + delay_s
        self._log_end(exit_code, delay_s)

    def _end_reason(self, exit_code: int) -> EndReason:
        if self._is_given_up:
            return EndReason.SILENT
        return EndReason.KILLED if exit_code < 0 else EndReason.EXITED

    @property
    def _delay_s(self) -> float:
        """Seconds before the next start if it ends again as it did; 0 where it works."""
        return _RESTART_DELAYS_S[min(max(self.failures, 1), len(_RESTART_DELAYS_S)) - 1]

    def _log_end(self, exit_code: int, delay_s: float) -> None:
        """Name each of the first ends in a row, then once that it goes on; `_note_health` says when it is over."""
        if self.short_lives < _ENDS_NAMED:
            log.error("child_process_ended", name=self.name, exit_code=exit_code, restart_in_s=delay_s)
        elif self.short_lives == _ENDS_NAMED:
            most_s = _RESTART_DELAYS_S[-1]
            log.error("child_process_keeps_ending", name=self.name, exit_code=exit_code, restart_at_most_in_s=most_s)

    def _note_health(self, now_s: float) -> None:
        """See whether it works, and forget what was before when it has worked for long enough."""
        if self.healthy_since_s is None and self.heartbeat.age_s() is not None:
            self.healthy_since_s = now_s
        if self.healthy_since_s is None or now_s - self.healthy_since_s < _FORGETS_S:
            return
        if self.short_lives >= _ENDS_NAMED:
            log.info("child_process_works_again", name=self.name, ended_times=self.short_lives)
        self.failures = self.short_lives = 0

    def _is_silent(self, now_s: float) -> bool:
        age_s = self.heartbeat.age_s()
        if age_s is None:
            return now_s - self.started_at_s > max(self.heartbeat_timeout_s, _STARTUP_GRACE_S)
        return age_s > self.heartbeat_timeout_s


@dataclass(frozen=True)
class Errand:
    """A process that needs all others stopped.

    Attributes:
        name: for the log.
        command: program and arguments.
        environment: its environment variables.
        take: takes an order for it, so that it is carried out once; returns whether there was one.
        finish: brings to its end what it may have left when it was killed.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    take: Callable[[], bool]
    finish: Callable[[], object]


@dataclass
class Supervisor:
    """Runs the parts until a signal ends it.

    Attributes:
        children: the child processes.
        on_change: called with a report of each part when one has changed.
        clock_s: a clock that never goes back.
        stop_timeout_s: seconds that the parts have to end by themselves.
        errand: what is done while no child process runs, when it is asked for.
    """

    children: Sequence[ChildProcess]
    on_change: Callable[[list[ChildProcessReport]], None] = lambda reports: None
    clock_s: Callable[[], float] = time.monotonic
    stop_timeout_s: float = 3.5
    errand: Errand | None = None
    _stopping: bool = field(default=False, init=False)
    _reported: list[ChildProcessReport] = field(default_factory=list, init=False)

    def run(self) -> None:
        """Watch the child processes until SIGTERM or SIGINT, then stop them cleanly."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        try:
            while not self._stopping:
                self.do_errand()
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

    def do_errand(self) -> None:
        """If one is asked for: stop all, have it done, and start all again, whatever became of it."""
        if self.errand is None or not self.errand.take():
            return
        log.info("errand_begins", name=self.errand.name)
        self.stop()
        job = subprocess.Popen(self.errand.command, stdin=subprocess.DEVNULL, env=self.errand.environment)
        while job.poll() is None:
            time.sleep(0.1)
            if self._stopping:
                job.terminate()
        try:
            self.errand.finish()
        except OSError as error:  # A disk that fails; each process that opens the installation tries it again.
            log.error("errand_unfinished", name=self.errand.name, error=error.strerror)
        log.info("errand_ended", name=self.errand.name, exit_code=job.returncode)
        for child in self.children:
            child.start_anew(self.clock_s())

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
