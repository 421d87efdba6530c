"""Two machines of a cluster on this one: web servers with a relay, and a worker with one of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.cluster.redis_server import RedisServer, redis_server
from tests.support.running import REPOSITORY_DIR, RunningAmends, running_amends, wait_until
from webapp.runtime.slots.live_slots import SlotLiveFrames


@dataclass
class Worker:
    """The machine that analyses: it has nothing in common with the other one but the database and Redis.

    Attributes:
        slots_dir: folder of its own frame slots.
        environment: of its processes.
    """

    slots_dir: Path
    environment: dict[str, str]
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, part: str) -> None:
        command = [sys.executable, str(REPOSITORY_DIR / "run.py"), part]
        with (self.slots_dir.parent / f"worker-{part}.txt").open("ab") as log:
            self.processes[part] = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def kill(self, part: str) -> None:
        process = self.processes.pop(part)
        process.kill()
        process.wait(10)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(20)


@dataclass
class TwoMachines:
    """Both.

    Attributes:
        amends: the one with the web server: `run.py serve`.
        worker: the one that analyses.
        redis: between them.
    """

    amends: RunningAmends
    worker: Worker
    redis: RedisServer

    @property
    def live(self) -> SlotLiveFrames:
        """What the web server's machine has of cameras."""
        return self.amends.live

    @property
    def demo(self) -> int:
        """The demo camera's id."""
        return self.amends.installation.cameras.find("Demo").camera_id


@contextmanager
def two_machines(folder: Path) -> Iterator[TwoMachines]:
    """Run them until the demo camera's frames have come across."""
    with redis_server(folder / "redis") as redis:
        cluster = {"AMENDS_REDIS_URL": redis.url, "AMENDS_PLACEMENT": "cluster"}
        with running_amends(folder, AMENDS_NODE_NAME="front", **cluster) as amends:
            slots_dir = folder / "worker-slots"
            own = {"AMENDS_RUNTIME_DIR": str(slots_dir), "AMENDS_NODE_NAME": "worker"}
            worker = Worker(slots_dir, os.environ | amends.environment | own)
            running = TwoMachines(amends, worker, redis)
            try:
                for part in ("vision", "relay"):
                    worker.start(part)
                wait_until(lambda: running.amends.frame_age_s(running.demo) < 2, "frames come across", 60)
                yield running
            finally:
                worker.stop()
