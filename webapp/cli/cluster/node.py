"""Runs the engine on this machine for as long as it serves, and starts it again whenever it ends."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

import structlog

from webapp.cli.cluster.stand_in import StandIn
from webapp.cli.processes.locks import NotNow, only_one
from webapp.runtime.cluster.engine import LEAVE_S, NAMESPACE, EngineNode, leaving_path
from webapp.runtime.processes.environment import child_environment
from webapp.settings import REPOSITORY_DIR, SECRETS, Settings

log = structlog.get_logger()

_TEND_S = 0.2
_AGAIN_S = 1.0
# Of an engine that does not come up: to start it is work for a machine, and that it is busy may be why.
_BACK_OFF_S = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
# One that was up for so long has come up.
_WAS_UP_S = 90.0
_STOP_S = 10.0
# The controller is asked for until it is there; then the engine keeps it.
_ASK_AGAIN_S = 5.0


class ClusterNode:
    """The engine of one machine, watched over.

    Attributes:
        engine: what is run.
        group_path: file that names the processes which are run, for whoever comes after one that was killed.
    """

    def __init__(self, engine: EngineNode, settings: Settings) -> None:
        """Start nothing yet.

        Args:
            engine: what is run.
            settings: what the environment says.
        """
        self.engine, self._settings = engine, settings
        self.group_path = settings.slots_dir / "cluster.group"
        self._environment = engine.environment(child_environment(SECRETS - {"admin_password", "cluster_store_url"}))
        self._process: subprocess.Popen[bytes] | None = None
        self._asking: subprocess.Popen[bytes] | None = None
        self._again_s = self._ask_s = self._started_s = 0.0
        self._failures = 0
        self._stand_in = StandIn(settings) if engine.watches_cameras else None
        self._has_controller = self._is_stopping = self._is_waiting = False

    def run(self) -> None:
        """Run it until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        end_left_behind(self.group_path)
        leaving_path(self._settings.slots_dir).unlink(missing_ok=True)
        try:
            while not self._is_stopping:
                self._tend(time.monotonic())
                if self._stand_in:
                    self._stand_in.tend(time.monotonic())
                time.sleep(_TEND_S)
        finally:
            self._stop()

    def _tend(self, now_s: float) -> None:
        if self._process is None:
            if now_s >= self._again_s and self._is_head_there(now_s):
                self._start(now_s)
        elif (exit_code := self._process.poll()) is not None:
            self._failures = 0 if now_s - self._started_s > _WAS_UP_S else self._failures + 1
            again_in_s = _BACK_OFF_S[min(self._failures, len(_BACK_OFF_S) - 1)]
            log.error("cluster_engine_ended", exit_code=exit_code, again_in_s=again_in_s)
            self._end_group()
            self._process, self._again_s = None, now_s + again_in_s
        elif self.engine.head is None:
            self._ask_for_controller(now_s)

    def _is_head_there(self, now_s: float) -> bool:
        """Return whether the head can be reached: Ray would try for minutes before it says that it cannot."""
        is_there = self.engine.head is None or is_listening(self.engine.head)
        if not is_there:
            self._again_s = now_s + _AGAIN_S
        if is_there != (not self._is_waiting):
            self._is_waiting = not is_there
            log.info("cluster_head_there" if is_there else "cluster_head_awaited", head=self.engine.head)
        return is_there

    def _start(self, now_s: float) -> None:
        self.engine.forget_earlier_run()
        self._process = subprocess.Popen(
            self.engine.command(), env=self._environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.group_path.write_text(f"{self._process.pid}\n")
        self._has_controller, self._ask_s, self._started_s = False, now_s + _ASK_AGAIN_S, now_s
        log.info("cluster_engine_started", pid=self._process.pid, head=self.engine.head or "here")

    def _ask_for_controller(self, now_s: float) -> None:
        if self._asking is not None:
            if self._asking.poll() is None:
                return
            self._has_controller, self._asking = self._asking.returncode == 0, None
        if self._has_controller or now_s < self._ask_s:
            return
        self._ask_s = now_s + _ASK_AGAIN_S
        command = [sys.executable, str(REPOSITORY_DIR / "run.py"), "cluster-controller-job", self.engine.head_address]
        self._asking = subprocess.Popen(command, env=self._environment, stdin=subprocess.DEVNULL)

    def _stop(self) -> None:
        if self._stand_in:
            self._stand_in.stop()
        if self._asking is not None:
            self._asking.kill()
            self._asking.wait()
        if self._process is not None:
            self._leave()
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_S)
            self._end_group()
        self.group_path.unlink(missing_ok=True)

    def _leave(self) -> None:
        """Have the vision process store what it has and give its cameras away: the engine would simply kill it."""
        leaving_path(self._settings.slots_dir).touch()
        with suppress(NotNow), only_one(self._settings, "vision", LEAVE_S):
            pass  # It has ended.

    def _end_group(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True


def end_left_behind(group_path: Path) -> None:
    """End the engine of a run that was killed: it holds the ports, and nobody watches over it."""
    with suppress(FileNotFoundError, ValueError, ProcessLookupError, PermissionError):
        group = int(group_path.read_text())
        command = Path(f"/proc/{group}/cmdline").read_bytes()
        if b"ray.scripts" in command:
            os.killpg(group, signal.SIGKILL)
            log.warning("cluster_engine_left_behind_ended", group=group)


def is_listening(address: str) -> bool:
    """Return whether something takes connections at `HOST:PORT`."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _AGAIN_S).close()
    except OSError:
        return False
    return True


def connected(head_address: str) -> None:
    """Connect this process with the engine.

    Raises:
        ConnectionError: the head is away.
    """
    import ray

    ray.init(address=head_address, namespace=NAMESPACE, log_to_driver=False, logging_level=logging.ERROR)
