"""The database and the Redis of a bench's cluster, on the machine that the others are made of."""

import os
import pwd
import secrets
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import chown, which

import click
import sqlalchemy as sa

from webapp.cli.bench.failover.machines import HOST, NETWORK

_POSTGRES_PORT, _REDIS_PORT = 25432, 26379
_START_S = 60.0


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a server for the machines.

    Yields:
        The address of an empty database.

    Raises:
        click.ClickException: it is not installed, or does not start.
    """
    programs = _postgresql_programs()
    folder.mkdir()
    chown(folder, "postgres")
    data = folder / "data"
    _as_postgres(folder, [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"])
    with (data / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {NETWORK}.0/24 trust\n")
    options = f"-c listen_addresses={HOST} -p {_POSTGRES_PORT} -k {folder} -c fsync=off -c max_connections=200"
    control = [programs / "pg_ctl", "-D", data, "-w", "-t", str(int(_START_S)), "-l", folder / "log"]
    _as_postgres(folder, [*control, "-o", options, "start"])
    address = f"postgresql+pg8000://postgres@{HOST}:{_POSTGRES_PORT}"
    try:
        engine = sa.create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE amends")
        engine.dispose()
        yield f"{address}/amends"
    finally:
        _as_postgres(folder, [*control, "-m", "immediate", "stop"])


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a Redis that keeps what it is told, as the head's has to.

    Yields:
        Its address.

    Raises:
        click.ClickException: it is not installed, or does not start.
    """
    program = which("redis-server")
    if program is None:
        raise click.ClickException("Redis is not installed: apt-get install redis-server")
    folder.mkdir()
    password = secrets.token_hex(16)
    settings = f"bind {HOST}\nport {_REDIS_PORT}\nrequirepass {password}\nappendonly yes\ndir {folder}\n"
    (folder / "redis.conf").write_text(settings)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, str(folder / "redis.conf")], stdout=log, stderr=log)
    try:
        time.sleep(0.5)
        if server.poll() is not None:
            raise click.ClickException(f"Redis does not start: {(folder / 'log').read_text()[-300:]}")
        yield f"redis://:{password}@{HOST}:{_REDIS_PORT}/0"
    finally:
        server.terminate()
        server.wait()


def _postgresql_programs() -> Path:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = debian[-1] if debian else which("initdb")
    if not found:
        raise click.ClickException("PostgreSQL is not installed: apt-get install postgresql")
    return Path(found).parent


def _as_postgres(folder: Path, command: Sequence[object]) -> None:
    """Run one of PostgreSQL's programs as the user that it was installed with: it refuses to run as root."""
    user = pwd.getpwnam("postgres")

    def become() -> None:
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)

    with (folder / "commands.log").open("ab") as log:  # What the server inherits must not be a pipe that is waited for.
        done = subprocess.run(
            list(map(str, command)), cwd=folder, preexec_fn=become, stdout=log, stderr=log, check=False
        )
    if done.returncode != 0:
        raise click.ClickException(f"PostgreSQL failed: {(folder / 'commands.log').read_text()[-300:]}")
