"""What is seen of a cluster from outside: who is alive, for how long one is silent, and what nobody watches."""

import pytest

from tests.integration.storage.cluster.cluster_members import Cluster
from webapp.domain.cluster.nodes import CONTROLLER
from webapp.domain.cluster.status import NodeState
from webapp.runtime.files.cluster_file import ClusterFile
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.clock import SystemClock
from webapp.services.cluster.membership import ClusterService
from webapp.services.cluster.status import status_payload
from webapp.services.cluster.watch import ClusterWatch


@pytest.fixture
def cluster(use_cases, engine):
    for number in range(4):
        use_cases.cameras.add(CameraForm(f"Camera {number}", "demo:"))
    return Cluster(use_cases, engine)


@pytest.fixture
def watch(cluster, use_cases):
    return ClusterWatch(cluster.reconciler, use_cases.cameras)


@pytest.fixture
def pass_time(cluster, watch):
    def wait(seconds, silent=()):
        for _ in range(seconds):
            cluster.pass_time(1, silent)
            status = watch.look(cluster.now_s)
        return status

    return wait


def states(status):
    return {one.name: one.state.value for one in status.nodes}


def test_machines_are_shown_with_their_cameras_and_what_these_take(cluster, pass_time):
    for name in ("a", "b"):
        cluster.join(name)
    status = pass_time(10)
    assert states(status) == {"a": "alive", "b": "alive"}
    assert [(len(one.cameras), one.load, one.capacity) for one in status.nodes] == [(2, 0.34, 2.0)] * 2
    assert (status.decides, status.is_well, status.is_observed) == ("a", True, True)
    assert all(one.started_at and one.version == "0.2.0" for one in status.nodes)


def test_the_controller_is_no_machine_and_decides_while_it_is_there(cluster, pass_time):
    for name in ("a", CONTROLLER):
        cluster.join(name)
    assert (pass_time(8).decides, list(states(pass_time(1)))) == (CONTROLLER, ["a"])
    assert pass_time(7, silent=(CONTROLLER,)).decides == "a"


def test_a_machine_is_silent_after_five_seconds_and_the_silence_counts_from_its_last_beat(cluster, pass_time):
    for name in ("a", "b"):
        cluster.join(name)
    pass_time(10)
    assert states(pass_time(4, silent=("b",)))["b"] == "alive"
    status = pass_time(36, silent=("b",))
    _, lost = status.nodes
    assert (lost.state, lost.silent_s, lost.cameras) == (NodeState.SILENT, 40.0, ())
    assert [one.name for one in status.missed(30.0)] == ["b"]
    assert states(pass_time(2))["b"] == "alive"
    assert not pass_time(1).missed(30.0)


def test_a_drained_or_forgotten_machine_is_not_missed(cluster, pass_time, unit_of_work):
    for name in ("a", "b", "c"):
        cluster.join(name)
    pass_time(10)
    service = ClusterService(unit_of_work, SystemClock())
    service.set_draining("b", True)
    assert states(pass_time(4))["b"] == "draining"
    status = pass_time(40, silent=("b", "c"))
    assert (states(status)["b"], [one.name for one in status.missed(30.0)]) == ("silent", ["c"])
    service.forget("c")
    assert not pass_time(1, silent=("b", "c")).missed(30.0)


def test_cameras_of_silent_machines_are_watched_by_nobody(cluster, pass_time):
    cluster.join("a")
    assert pass_time(8).is_well
    status = pass_time(6, silent=("a",))
    assert [one.name for one in status.unwatched] == [f"Camera {number}" for number in range(4)]
    assert (states(status), status.decides) == ({"a": "silent"}, None)


def test_who_looks_no_more_and_comes_back_says_at_first_that_nothing_is_known(cluster, watch, pass_time):
    cluster.join("a")
    pass_time(8)
    cluster.now_s += 60.0  # Housekeeping made a backup.
    status = watch.look(cluster.now_s)
    assert (states(status), status.unwatched) == ({"a": "unknown"}, ())
    assert states(pass_time(2)) == {"a": "alive"}


def test_pages_read_what_was_observed_and_after_ten_seconds_only_what_the_database_knows(
    cluster, pass_time, unit_of_work, tmp_path
):
    cluster.join("a")
    observed, now = pass_time(8), [100.0]
    file = ClusterFile(tmp_path, unit_of_work, 12.0, clock_s=lambda: now[0])
    unknown = file.status()
    assert (states(unknown), unknown.decides, unknown.is_observed) == ({"a": "unknown"}, None, False)
    assert [len(one.cameras) for one in unknown.nodes] == [4]
    file.write(observed)
    now[0] = 110.0
    assert status_payload(file.status()) == status_payload(observed)
    for now[0] in (110.5, 99.0):  # The second of another start of the machine.
        assert not file.status().is_observed
    (tmp_path / "cluster.json").write_text("{")
    assert not file.status().is_observed


def test_a_file_that_cannot_be_written_stops_nobody(pass_time, cluster, unit_of_work, tmp_path):
    cluster.join("a")
    file = ClusterFile(tmp_path / "gone", unit_of_work, 12.0)
    file.write(pass_time(2))
    assert not file.status().is_observed
