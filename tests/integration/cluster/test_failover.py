"""Machines that watch cameras together, without the engine: what one that dies or hangs watched, the other watches."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.cluster.machines import ClusterSite
from tests.support.empty_database import postgres_database, shared_server
from tests.support.needs import needs_postgres
from tests.support.patience import PATIENCE
from tests.support.running import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(300)]
_RECOVERED_S = 15.0


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ClusterSite]:
    needs_postgres()
    running = ClusterSite(tmp_path, postgres_database(shared_server()))
    running.add_cameras(2)
    for name in ("a", "b"):
        running.start(name)
    try:
        wait_until(lambda: running.watched_by() == {"a", "b"} and running.are_online(), "both watch", 60)
        yield running
    finally:
        running.close()


def test_cameras_of_a_killed_and_of_a_hanging_machine_are_watched_by_the_other_within_fifteen_seconds(
    site: ClusterSite,
) -> None:
    site.kill("b")
    assert wait_until(lambda: site.are_online("b"), "a watches all", 60) < _RECOVERED_S * PATIENCE
    site.start("b")
    wait_until(lambda: site.watched_by() == {"a", "b"} and site.are_online(), "b has its part again", 60)
    epochs = {camera_id: one.epoch for camera_id, one in site.owners().items() if one.node == "b"}
    site.signal("b", signal.SIGSTOP)
    try:
        assert wait_until(lambda: site.are_online("b"), "a watches all", 60) < _RECOVERED_S * PATIENCE
    finally:
        site.signal("b", signal.SIGCONT)
    assert all(site.owners()[camera_id].epoch > epoch for camera_id, epoch in epochs.items())
    wait_until(lambda: "camera_left" in site.log("b"), "b leaves what is not its own", 20)
    wait_until(lambda: site.watched_by() == {"a", "b"} and site.are_online(), "b has its part again", 60)


def test_a_machine_that_is_stopped_gives_its_cameras_away_at_once(site: ClusterSite) -> None:
    site.processes["b"].send_signal(signal.SIGTERM)
    site.processes["b"].wait(20)
    began_s = time.monotonic()
    wait_until(lambda: site.watched_by() == {"a"}, "they are a's", 20)
    assert time.monotonic() - began_s < 4 * PATIENCE  # Nobody waited for beats that do not come.


def test_a_second_machine_of_the_same_name_is_refused(site: ClusterSite) -> None:
    site.start("c")
    site.kill("c")
    environment = site.environment
    site.environment = lambda name: {**environment(name), "AMENDS_NODE_NAME": "a"}  # type: ignore[method-assign]
    site.start("c")
    assert site.processes["c"].wait(60) != 0
    assert "Another machine of the cluster is called a" in site.log("c")
