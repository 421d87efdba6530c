"""A machine of a cluster under the real engine: what is killed comes back, and what ends leaves nothing behind."""

import importlib.util
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import free_port
from tests.servers.cluster.machines import ClusterSite
from tests.servers.cluster.redis_server import needs_redis, redis_server
from tests.support.empty_database import postgres_database, shared_server
from tests.support.needs import needs_postgres
from tests.support.running import REPOSITORY_DIR, wait_until
from webapp.runtime.cluster.engine import engine_folder

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.alone, pytest.mark.timeout(420)]
_PORTS = 48


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ClusterSite]:
    needs_postgres()
    needs_redis()
    if importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is only to be had for Linux")
    with redis_server(tmp_path / "redis") as redis:
        running = ClusterSite(tmp_path, postgres_database(shared_server()), {"REDIS_URL": redis.url})
        running.add_cameras(1)
        try:
            yield running
        finally:
            running.close()


def run(site: ClusterSite, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(REPOSITORY_DIR / "run.py"), "cluster", *words]
    return subprocess.run(command, env=site.environment("box"), capture_output=True, text=True, timeout=60, check=False)


def ours(site: ClusterSite, word: str) -> list[int]:
    """Return the processes of this very machine whose command names something."""
    mark, found = f"AMENDS_DATA_DIR={site.folder / 'box'}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = mark in (folder / "environ").read_bytes()
            if is_ours and word.encode() in (folder / "cmdline").read_bytes().replace(b"\0", b" "):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def free_ports() -> int:
    """Return the first of as many ports as a machine listens on."""
    for first in range(21000, 30000, _PORTS):
        try:
            for port in range(first, first + _PORTS):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("no free ports")


def test_a_machine_under_the_engine_watches_survives_kills_drains_and_ends(site: ClusterSite) -> None:
    site.start("box", "cluster", "start", "--head", "--address", "127.0.0.1", "--port", str(free_ports()))
    wait_until(site.are_online, "the camera is watched", 150)
    status = json.loads(run(site, "status", "--json", "-").stdout)
    (node,) = status["nodes"]
    assert (node["name"], node["state"], [one["camera"] for one in node["cameras"]]) == ("box", "alive", ["Camera 1"])
    assert (status["decides"], status["unwatched"]) == ("controller", [])

    assert stat.S_IMODE(engine_folder(site.folder / "box").parent.stat().st_mode) == 0o700

    (before,) = site.owners().values()
    for word in ("run.py vision", "ray::CameraWorker", "ray::Controller"):
        (killed,) = ours(site, word)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda word=word, killed=killed: ours(site, word) not in ([], [killed]), f"{word} is back", 60)
    wait_until(lambda: site.owners()[before.camera_id].epoch > before.epoch, "a new run of the worker has it", 60)
    wait_until(lambda: site.are_online() and site.watched_by() == {"box"}, "the camera is watched again", 60)

    drained = run(site, "drain", "box", "--wait", "1")
    assert drained.returncode == 1  # Nobody else is there to take it.
    assert "no other machine takes them" in drained.stderr
    assert run(site, "drain", "box", "--off").returncode == 0
    assert run(site, "bind", "Camera 1", "box").stdout == "Camera 1 is watched by box.\n"

    secret = re.search(r":([^@/]+)@", site.database_url)
    assert secret is None or not ours(site, secret[1])
    assert run(site, "stop").returncode == 0
    wait_until(lambda: not ours(site, ""), "nothing of it is left", 30)
    assert site.watched_by() == {None}
    logs = engine_folder(site.folder / "box").glob("session_2*/logs/worker-*.err")
    assert "exit_code=0" not in "".join(log.read_text() for log in logs)  # What had left was not begun anew.


def test_what_a_cluster_needs_is_asked_for_before_anything_is_started(site: ClusterSite) -> None:
    assert "Expected either --head or --join" in run(site, "start").stderr
    assert "Expected --join HOST:PORT" in run(site, "start", "--join", "192.0.2.1").stderr
    environment = site.environment("box")

    def refused(**others: str) -> str:
        changed = {**environment, **{f"AMENDS_{name}": value for name, value in others.items()}}
        command = [sys.executable, str(REPOSITORY_DIR / "run.py"), "cluster", "start", "--head"]
        done = subprocess.run(command, env=changed, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode != 0
        return done.stderr

    assert "AMENDS_PLACEMENT" in refused(PLACEMENT="machine")
    assert "PostgreSQL" in refused(DATABASE_URL="")
    assert "AMENDS_REDIS_URL" in refused(REDIS_URL="")
    assert "database 0" in refused(CLUSTER_STORE_URL="redis://127.0.0.1:6379/3")
    assert "AMENDS_NODE_NAME" in refused(NODE_NAME="controller")
    (site.folder / "box").mkdir(exist_ok=True)
    assert "session.key" in refused()


def test_where_the_head_is_away_cameras_are_watched_without_the_engine(site: ClusterSite) -> None:
    site.start("box", "cluster", "start", "--join", f"127.0.0.1:{free_port()}", "--port", str(free_ports()))
    wait_until(site.are_online, "the camera is watched", 90)
    assert "cluster_engine_late" in site.log("box")
    assert run(site, "stop").returncode == 0
    wait_until(lambda: not ours(site, ""), "nothing of it is left", 30)
    assert site.watched_by() == {None}
