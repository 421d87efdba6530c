"""A real Redis on loopback, which a test may take away and bring back."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.servers import free_port
from tests.support.patience import PATIENCE


def needs_redis() -> None:
    """Go on only where Debian's Redis and its library are; else skip and say why, but in CI fail."""
    missing = [
        *([] if shutil.which("redis-server") else ["install redis-server"]),
        *([] if importlib.util.find_spec("redis") else ["run make setup-dev for the library"]),
    ]
    if not missing:
        return
    reason = f"Redis is missing: {', '.join(missing)}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class RedisServer:
    """One server; it keeps nothing on the disk.

    Attributes:
        folder: where it works.
        port: where it listens.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Its address, as `AMENDS_REDIS_URL` has it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        from redis import Redis, RedisError

        options = ("--save", "", "--appendonly", "no", "--dir", str(self.folder))
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        ends_at_s = time.monotonic() + 5 * PATIENCE
        while time.monotonic() < ends_at_s:
            try:
                with Redis.from_url(self.url) as client:
                    client.ping()
                return
            except RedisError:
                time.sleep(0.02)
        raise AssertionError("Redis did not start")

    def pause(self) -> None:
        """Have it hang: connections are taken, and nothing is answered."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Have it answer again; what was in it is still there."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Take it away; what was in it is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """Run a Redis."""
    needs_redis()
    folder.mkdir(exist_ok=True)
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
