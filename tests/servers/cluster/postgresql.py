"""A PostgreSQL server for the tests, on loopback, in a folder of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import chown, which

from tests.servers import free_port

# What it loses when the machine fails is a test's.
_HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
_USER = "postgres"


def programs_dir() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest version's; None where it is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    found = debian[-1] if debian else which("postgres")
    return Path(found).parent if found else None


@dataclass(frozen=True)
class PostgresServer:
    """A running server.

    Attributes:
        port: on 127.0.0.1.
        folder: of its data.
        bin_dir: of its programs.
    """

    port: int
    folder: Path
    bin_dir: Path

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql+pg8000://{_USER}@127.0.0.1:{self.port}/{database}"

    def control(self, *words: str) -> None:
        """Start, stop or restart it."""
        options = " ".join(f"-c {name}={value}" for name, value in _HASTY.items())
        options += f" -p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        command = ["pg_ctl", "-D", "data", "-w", "-t", "60", "-l", "log", "-o", options, *words]
        _run(self.bin_dir, self.folder, command)


@contextmanager
def postgres_server(folder: Path) -> Iterator[PostgresServer]:
    """Run a server whose data lie in a folder, until the end of the context."""
    bin_dir = programs_dir()
    assert bin_dir is not None, "PostgreSQL is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:  # It refuses to run as root.
        chown(folder, _USER)
        for parent in folder.parents:
            parent.chmod(parent.stat().st_mode | 0o011) if parent != Path("/") else None
    _run(bin_dir, folder, ["initdb", "-D", "data", "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync"])
    server = PostgresServer(free_port(), folder, bin_dir)
    server.control("start")
    try:
        yield server
    finally:
        server.control("stop", "-m", "immediate")


def _run(bin_dir: Path, folder: Path, command: list[str]) -> None:
    as_user = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"] if os.geteuid() == 0 else []
    program = [*as_user, str(bin_dir / command[0]), *command[1:]]
    done = subprocess.run(program, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, done.stdout.decode()
