"""What the engine runs: one camera worker on each machine, and one controller in all. Each ends with its process."""

import os
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog

from webapp.cli.cluster.stand_in import WORKER, standing_in_path
from webapp.cli.processes.children import NODE_CHILDREN, child_processes
from webapp.cli.processes.parts.cluster_member import ClusterLead, node_name
from webapp.cli.processes.start import start_process
from webapp.runtime.cluster.engine import CAMERAS, LEAVE_S, NAMESPACE, leaving_path
from webapp.runtime.processes.environment import forget_secrets
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.status_files import write_reports
from webapp.runtime.processes.supervisor import Supervisor
from webapp.settings import Settings

log = structlog.get_logger()

CONTROLLER_NAME = "controller"
_TEND_S, _WORKERS_S = 0.1, 2.0


def entered(part: str) -> Settings:
    """Begin as every process of ours does that runs for months."""
    os.umask(0o077)
    return start_process(part)


def ending_the_process(work: Callable[[], object]) -> Callable[[], None]:
    """Return work for a thread that takes its process with it when it fails: the engine starts both again."""

    def run() -> None:
        try:
            work()
        except BaseException as error:
            log.error("cluster_actor_failed", exc_info=error)
            os._exit(1)

    return run


class CameraWorker:
    """Keeps the vision process of the machine alive on which the engine has started it."""

    def __init__(self) -> None:
        """Start the processes, and tend them in a thread."""
        settings = entered("camera-worker")
        self._node, self._leaving_path = node_name(settings), leaving_path(settings.slots_dir)
        self._standing_in_path = standing_in_path(settings.slots_dir)
        self._heartbeat = Heartbeat(settings.slots_dir, WORKER)
        self._supervisor = Supervisor(
            child_processes(settings, NODE_CHILDREN),
            partial(write_reports, settings.slots_dir),
            stop_timeout_s=LEAVE_S,
        )
        forget_secrets()
        threading.Thread(target=ending_the_process(self._tend), daemon=True).start()

    def node(self) -> tuple[str, int]:
        """Return the machine's name and the number of this process."""
        return self._node, os.getpid()

    def _tend(self) -> None:
        while True:
            self._heartbeat.beat()
            if self._leaving_path.exists():
                self._supervisor.stop()
            elif not self._standing_in_path.exists():
                self._supervisor.tend()
            time.sleep(_TEND_S)


class Controller:
    """Brings cameras to machines, and has the engine start a worker on each."""

    def __init__(self) -> None:
        """Begin both, each in a thread: neither waits for the other's database or engine."""
        self._lead = ClusterLead(entered("controller"))
        threading.Thread(target=ending_the_process(self._lead.run), daemon=True).start()
        threading.Thread(target=self._keep_workers, daemon=True).start()

    def node(self) -> int:
        """Return the number of this process."""
        return os.getpid()

    def _keep_workers(self) -> None:
        is_failing = False
        while True:
            try:
                ask_for_workers()
                is_failing = False
            except Exception as error:  # noqa: BLE001 - a thread's boundary: the head is away, and comes back.
                if not is_failing:
                    log.error("cluster_workers_not_asked_for", error=type(error).__name__)
                is_failing = True
            time.sleep(_WORKERS_S)


def ask_for_workers() -> None:
    """Have as many workers as there are machines that watch cameras; those that are there stay."""
    import ray

    nodes = ray.nodes()  # type: ignore[no-untyped-call]
    machines = [one for one in nodes if one["Alive"] and one["Resources"].get(CAMERAS)]
    known = set(ray.util.list_named_actors())
    for number in range(1, len(machines) + 1):
        if (name := f"worker-{number}") not in known:
            _detached(CameraWorker, name, {CAMERAS: 1})


def ask_for_controller() -> None:
    """Have one controller, unless there is one."""
    _detached(Controller, CONTROLLER_NAME, {})


def _detached(actor: type[Any], name: str, resources: dict[str, float]) -> None:
    """Have an actor that outlives who asks for it, and is started again wherever there is room for it."""
    import ray

    ray.remote(actor).options(
        name=name, namespace=NAMESPACE, lifetime="detached", get_if_exists=True, max_restarts=-1, max_task_retries=-1,
        num_cpus=0, resources=resources,
    ).remote()  # fmt: skip
