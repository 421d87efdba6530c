"""Starts the distributed engine, Ray, on this machine, with as little of it as is needed."""

import hashlib
import hmac
import json
import os
import shutil
import socket
import stat
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from webapp.errors import SettingsInvalid

NAMESPACE = "amends"
CAMERAS = "amends_cameras"
"""The resource of which each machine that watches cameras has one, for its worker."""

PORTS = 8
"""From the first port on: what one machine's engine listens on, and beyond that its workers."""

LEAVE_S = 10.0
"""Seconds that a machine's vision process has to store what it has seen and to give its cameras away."""

_WORKER_PORTS = 40
# The least that Ray takes; nothing of ours is kept there.
_OBJECT_STORE_BYTES = 80 * 1024 * 1024
# Machines are asked every second, and three times: a lost one is known after some three seconds. One that lost the head
# goes on with what it runs, and comes back to it, for as long as that takes.
# https://docs.ray.io/en/latest/ray-core/fault_tolerance/gcs.html
_ENGINE = {
    "RAY_health_check_initial_delay_ms": "1000",
    "RAY_health_check_period_ms": "1000",
    "RAY_health_check_timeout_ms": "1000",
    "RAY_health_check_failure_threshold": "3",
    "RAY_gcs_rpc_server_reconnect_timeout_s": "86400",
    "RAY_external_storage_namespace": NAMESPACE,
    # On a busy machine its helpers take their time.
    "RAY_raylet_start_wait_time_s": "40",
    "RAY_agent_register_timeout_ms": "120000",
    "RAY_enable_metrics_collection": "0",
    "RAY_event_stats": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ROTATION_MAX_BYTES": "10000000",
    "RAY_ROTATION_BACKUP_COUNT": "2",
    "RAY_AUTH_MODE": "token",
    # Ray would wait half a minute for its workers to end by themselves, and ours do not: they have left before it ends.
    "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0",
}


@dataclass(frozen=True)
class EngineNode:
    """The engine on one machine.

    Attributes:
        folder: of its files and logs; short, as sockets lie in it.
        token_path: file of what all machines show each other.
        head: address of the head, `HOST:PORT`; None: this machine is it.
        first_port: of those that it listens on; of the head the first one is that of `head`.
        address: of this machine, as the others reach it; empty: as Ray finds it.
        store_url: Redis in which the head keeps what it knows.
        watches_cameras: whether cameras may be placed here.
    """

    folder: Path
    token_path: Path
    head: str | None = None
    first_port: int = 6388
    address: str = ""
    store_url: str = field(default="", repr=False)
    watches_cameras: bool = True

    @property
    def head_address(self) -> str:
        """Where the head is, for who is on this machine."""
        return self.head or f"{self.address or '127.0.0.1'}:{self.first_port}"

    def command(self) -> list[str]:
        """Return the command that runs it until it is told to end."""
        ports = range(self.first_port + 1, self.first_port + PORTS)
        named = (
            "node-manager-port", "object-manager-port", "runtime-env-agent-port", "dashboard-agent-listen-port",
            "dashboard-agent-grpc-port", "metrics-export-port",
        )  # fmt: skip
        options = [f"--{name}={port}" for name, port in zip(named, ports, strict=False)]
        first_worker = self.first_port + PORTS
        options += [f"--min-worker-port={first_worker}", f"--max-worker-port={first_worker + _WORKER_PORTS - 1}"]
        options += ["--num-cpus=0", f"--object-store-memory={_OBJECT_STORE_BYTES}", "--include-log-monitor=false"]
        options += ["--disable-usage-stats", "--log-style=record", f"--temp-dir={self.folder}", "--block"]
        if self.address:
            options.append(f"--node-ip-address={self.address}")
        if self.watches_cameras:
            options.append(f"--resources={json.dumps({CAMERAS: 1})}")
        return [sys.executable, "-m", "ray.scripts.scripts", "start", *self._role(), *options]

    def forget_earlier_run(self) -> None:
        """Take away what would keep a head from beginning anew: it takes whatever still looks for it for itself."""
        (self.folder / "ray_current_cluster").unlink(missing_ok=True)
        for session in sorted(self.folder.glob("session_2*"))[:-1]:  # The newest may say why it ended.
            shutil.rmtree(session, ignore_errors=True)

    def environment(self, ours: Mapping[str, str]) -> dict[str, str]:
        """Return its environment; who it starts inherits it.

        Args:
            ours: the environment of our own processes.
        """
        store = {"RAY_REDIS_ADDRESS": _store_address(self.store_url)} if self.store_url and not self.head else {}
        root = str(Path(__file__).resolve().parents[3])
        paths = os.pathsep.join([root, *filter(None, [ours.get("PYTHONPATH")])])
        return {
            **ours,
            **_ENGINE,
            **store,
            "RAY_AUTH_TOKEN_PATH": str(self.token_path),
            "RAY_TMPDIR": str(self.folder),
            "PYTHONPATH": paths,
        }

    def _role(self) -> list[str]:
        if self.head:
            return [f"--address={_resolved(self.head)}"]
        role = ["--head", f"--port={self.first_port}", "--include-dashboard=false"]
        role.append("--no-monitor")  # Nothing scales here by itself.
        # What Ray starts for clients from outside, where their library is installed, is unused and cannot be left out.
        if find_spec("grpc") is not None:
            role.append(f"--ray-client-server-port={self.first_port + PORTS - 1}")
        parts = urlsplit(self.store_url)
        if parts.username:
            role.append(f"--redis-username={unquote(parts.username)}")
        if parts.password:
            role.append(f"--redis-password={unquote(parts.password)}")
        return role


def leaving_path(slots_dir: Path) -> Path:
    """Return the file that is there once this machine leaves, until it joins again.

    Its worker ends what it keeps alive, and begins nothing any more: it may live longer than who ends it.
    """
    return slots_dir / "cluster.leaving"


def engine_folder(data_dir: Path) -> Path:
    """Return the folder of an installation's engine, with a short name: that of a socket has a hundred characters.

    The engine lets everybody write in its folders, so they lie in one that is its owner's alone.

    Raises:
        SettingsInvalid: somebody else has made the folder, or may look into it.
    """
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:8]
    private = Path(tempfile.gettempdir()) / f"amends-ray-{name}"
    with suppress(FileExistsError):
        private.mkdir(mode=0o700)
    found = private.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise SettingsInvalid(
            "%(folder)s is not a folder of this user's alone: delete it, or set TMPDIR to a short folder where nobody "
            "else writes.",
            folder=str(private),
        )
    return private / "r"


def write_token(path: Path, key: bytes) -> None:
    """Write what the machines of one installation show each other: made of the key that all of them have.

    Args:
        path: of the file.
        key: that signs sessions.
    """
    unfinished = path.with_suffix(".part")
    unfinished.write_text(hmac.new(key, b"cluster", hashlib.sha256).hexdigest())
    unfinished.replace(path)


def check_store(url: str) -> None:
    """Check that the head can keep what it knows in a Redis.

    Raises:
        SettingsInvalid: it is none that the engine can use.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss") or not parts.hostname or parts.path.strip("/") not in ("", "0"):
        raise SettingsInvalid(
            "AMENDS_CLUSTER_STORE_URL: expected redis://:PASSWORD@HOST:6379, without a database number: the head keeps "
            "what it knows in database 0 under a name of its own. It is AMENDS_REDIS_URL unless it is set."
        )


def _resolved(address: str) -> str:
    """Return `HOST:PORT` with the host's number: Ray itself takes no name. One that nobody knows stays as it is."""
    host, _, port = address.rpartition(":")
    try:
        return f"{socket.gethostbyname(host)}:{port}"
    except OSError:
        return address


def _store_address(url: str) -> str:
    parts = urlsplit(url)
    scheme = "rediss://" if parts.scheme == "rediss" else ""
    return f"{scheme}{parts.hostname}:{parts.port or 6379}"
