"""Whose each camera is: one machine's at a time, and whoever was it before writes nothing any more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.integration.storage.cluster.cluster_members import Cluster
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cluster.nodes import CONTROLLER
from webapp.domain.events import Event, EventKind
from webapp.errors import AlreadyExists, NotFound, OwnershipLost
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.clock import SystemClock
from webapp.services.cluster.membership import ClusterService
from webapp.services.cluster.ownership import given
from webapp.services.cluster.watch import UNWATCHED, ClusterWatch


@pytest.fixture
def cluster(use_cases, engine):
    for number in range(4):
        use_cases.cameras.add(CameraForm(f"Camera {number}", "demo:"))
    return Cluster(use_cases, engine)


def write(member):
    with member.unit_of_work() as work:
        work.events.append(Event(EventKind.SETTINGS_CHANGED, member.use_cases.clock.now(), {}))
        work.commit()


def test_cameras_come_to_the_machines_that_are_alive_and_are_spread(cluster):
    cluster.join("a")
    cluster.join("b")
    cluster.pass_time(10)
    assert sorted(cluster.where().values()) == ["a", "a", "b", "b"]
    assert len(cluster.members["a"].watches()) == 2


def test_a_silent_machine_loses_its_cameras_after_five_seconds_and_not_before(cluster):
    cluster.join("a")
    cluster.join("b")
    cluster.pass_time(10)
    assert cluster.pass_time(4, silent=("b",)) == []
    moves = cluster.pass_time(2, silent=("b",))
    assert {(one.source, one.target, one.is_asked) for one in moves} == {("b", "a", False)}
    assert set(cluster.where().values()) == {"a"}


def test_what_the_lost_machine_writes_when_it_comes_back_is_refused(cluster):
    cluster.join("a")
    lost = cluster.join("b")
    cluster.pass_time(10)
    write(lost)
    mine = set(lost.claims.epochs)
    cluster.pass_time(6, silent=("b",))
    with pytest.raises(OwnershipLost) as refused:
        write(lost)
    assert refused.value.camera_ids == mine
    assert lost.watches() == []  # It leaves them ...
    write(lost)  # ... and may write of what is its own.


def test_a_refused_transaction_keeps_no_connection_and_no_lock(cluster, use_cases):
    cluster.join("a")
    lost = cluster.join("b")
    cluster.pass_time(10)
    cluster.pass_time(6, silent=("b",))
    for _ in range(30):
        with pytest.raises(OwnershipLost):
            write(lost)
    use_cases.cameras.add(CameraForm("One more", "demo:"))


def test_a_camera_is_handed_over_by_the_machine_that_lives_once_all_of_it_is_stored(cluster):
    first = cluster.join("a")
    cluster.pass_time(5)
    cluster.join("b")
    cluster.pass_time(3, silent=("b",))
    before = cluster.owners()
    cluster.members["b"].beats.beat()
    cluster.reconciler.observe(cluster.now_s + 1)
    asked = cluster.reconciler.reconcile()
    assert [one.is_asked for one in asked] == [True, True]
    leaving = {one.camera_id for one in asked}
    configured = first.owned.current()
    assert not leaving & {one.camera_id for one in configured.cameras}
    first.owned.settle([one.camera_id for one in configured.cameras], lambda _camera_id: False)
    assert cluster.where() == dict.fromkeys(before, "a")
    write(first)
    first.owned.settle([one.camera_id for one in configured.cameras], lambda _camera_id: True)
    assert {camera_id for camera_id, node in cluster.where().items() if node == "b"} == leaving
    assert all(cluster.owners()[one].epoch == before[one].epoch + 1 for one in leaving)


def test_a_machine_that_does_not_let_go_within_ten_seconds_is_not_waited_for(cluster):
    cluster.join("a")
    cluster.pass_time(5)
    held = cluster.members.pop("a")
    cluster.join("b")
    for _ in range(16):  # It beats, and looks at nothing.
        held.beats.beat()
        cluster.pass_time(1)
    assert "b" in cluster.where().values()
    with pytest.raises(OwnershipLost):
        write(held)


def test_a_new_run_of_a_machine_has_its_cameras_at_once_and_the_earlier_one_has_none(cluster):
    earlier = cluster.join("a")
    cluster.pass_time(5)
    later = cluster.join("a")
    assert len(later.watches()) == 4
    write(later)
    with pytest.raises(OwnershipLost):
        write(earlier)
    assert not earlier.beats.beat()
    assert later.beats.beat()


def test_two_machines_of_one_name_are_told_apart(cluster):
    cluster.join("a", key="one")
    with pytest.raises(AlreadyExists, match="AMENDS_NODE_NAME"):
        cluster.join("a", key="another")


def test_a_machine_that_ends_gives_its_cameras_away_at_once(cluster):
    cluster.join("a")
    leaving = cluster.join("b")
    cluster.pass_time(10)
    del cluster.members["b"]
    leaving.membership.leave()
    cluster.pass_time(1)
    assert set(cluster.where().values()) == {"a"}
    with pytest.raises(OwnershipLost):
        write(leaving)


def test_a_draining_machine_is_left_by_all_cameras_and_stays_so_after_a_restart(cluster, unit_of_work):
    cluster.join("a")
    cluster.join("b")
    cluster.pass_time(10)
    ClusterService(unit_of_work, SystemClock()).set_draining("b", True)
    cluster.pass_time(4)
    assert set(cluster.where().values()) == {"a"}
    cluster.join("b")
    cluster.pass_time(10)
    assert set(cluster.where().values()) == {"a"}
    ClusterService(unit_of_work, SystemClock()).set_draining("b", False)
    cluster.pass_time(4)
    assert sorted(cluster.where().values()) == ["a", "a", "b", "b"]


def test_a_bound_camera_moves_to_its_machine_and_waits_for_it(cluster, unit_of_work):
    cluster.join("a")
    cluster.join("b")
    cluster.pass_time(10)
    (bound, *_) = [camera_id for camera_id, node in cluster.where().items() if node == "a"]
    ClusterService(unit_of_work, SystemClock()).bind(bound, "b")
    cluster.pass_time(4)
    assert cluster.where()[bound] == "b"
    cluster.pass_time(8, silent=("b",))
    assert cluster.where()[bound] == "b"
    ClusterService(unit_of_work, SystemClock()).bind(bound, None)
    cluster.pass_time(1, silent=("b",))
    assert cluster.where()[bound] == "a"


def test_a_removed_camera_is_lost_to_nobody(cluster, use_cases):
    member = cluster.join("a")
    cluster.pass_time(5)
    use_cases.cameras.remove(next(iter(member.claims.epochs)))
    write(member)
    assert len(member.watches()) == 3


def test_for_want_of_a_controller_the_first_machine_that_is_alive_decides(cluster):
    for name in ("a", "b"):
        cluster.join(name)
    controller = cluster.join(CONTROLLER)
    cluster.pass_time(8)
    nodes = cluster.reconciler.observe(cluster.now_s)
    assert [cluster.reconciler.decides(name, nodes) for name in (CONTROLLER, "a", "b")] == [True, False, False]
    cluster.pass_time(6, silent=(controller.name,))
    nodes = cluster.reconciler.observe(cluster.now_s)
    assert [cluster.reconciler.decides(name, nodes) for name in ("a", "b")] == [True, False]
    cluster.pass_time(6, silent=(controller.name, "a"))
    nodes = cluster.reconciler.observe(cluster.now_s)
    assert [cluster.reconciler.decides(name, nodes) for name in ("a", "b")] == [False, True]


def test_names_that_nobody_has_are_refused_with_words(unit_of_work):
    service = ClusterService(unit_of_work, SystemClock())
    for ask in (lambda: service.forget("x"), lambda: service.set_draining("x", True), lambda: service.bind(1, "x")):
        with pytest.raises(NotFound, match="cluster status"):
            ask()


def test_a_camera_that_changes_hands_gets_a_higher_epoch(cluster):
    cluster.join("a")
    cluster.pass_time(5)
    owner = next(iter(cluster.owners().values()))
    other = given(owner, "b", cluster.use_cases.clock.now())
    assert (other.node, other.epoch, other.wanted_node) == ("b", owner.epoch + 1, None)


def test_cameras_that_no_machine_watches_are_offline_and_say_why(cluster, use_cases):
    watch = ClusterWatch(cluster.reconciler, use_cases.cameras)
    cluster.join("a")
    cluster.pass_time(5)
    cluster.members.clear()
    said = []
    for second in range(1, 25):
        watch.look(cluster.now_s + second)
        said.append(all(camera.state is CameraState.OFFLINE for camera in use_cases.cameras.list()))
    assert said.index(True) in range(15, 22)
    states = {(camera.state, str(camera.state_reason)) for camera in use_cases.cameras.list()}
    assert states == {(CameraState.OFFLINE, str(UNWATCHED))}
    before = len(use_cases.dashboard.events_after(0, limit=100))
    watch.look(cluster.now_s + 25)
    assert len(use_cases.dashboard.events_after(0, limit=100)) == before  # It is said once.


def test_who_was_asked_for_a_camera_before_is_given_its_time_again(cluster, unit_of_work):
    cluster.join("a")
    slow = cluster.join("b")
    cluster.pass_time(10)
    moves = []
    for _ in range(3):
        del cluster.members["b"]
        ClusterService(unit_of_work, cluster.use_cases.clock).set_draining("b", True)
        for _ in range(4):  # It beats, and takes its time.
            slow.beats.beat()
            moves += cluster.pass_time(1)
        cluster.members["b"] = slow
        moves += cluster.pass_time(8)
        ClusterService(unit_of_work, cluster.use_cases.clock).set_draining("b", False)
        moves += cluster.pass_time(8)
    assert len(moves) == 12
    assert all(one.is_asked for one in moves)


def test_a_disabled_camera_that_was_to_be_handed_over_keeps_no_other_where_it_is(cluster, use_cases, unit_of_work):
    cluster.join("a")
    cluster.pass_time(5)
    (first, *_) = cluster.where()
    with unit_of_work() as work:
        work.cluster.put_owner(replace(work.cluster.owner(first), node="gone", wanted_node="a"))
        work.commit()
    use_cases.cameras.set_enabled(first, False)
    cluster.join("b")
    cluster.pass_time(8)
    assert "b" in cluster.where().values()


def test_of_several_that_had_a_lost_camera_in_turn_the_first_is_who_took_it(cluster, use_cases, unit_of_work, clock):
    member = cluster.join("a")
    cluster.pass_time(5)
    began_at = clock.now()
    clock.advance(7)
    for name in ("b", "c"):
        with unit_of_work() as work:
            for owner in work.cluster.owners():
                work.cluster.put_owner(given(owner, name, clock.now()))
            work.commit()
        clock.advance(60)
    assert set(member.owned.current().elsewhere.values()) == {began_at + timedelta(seconds=5)}


def test_a_lost_camera_of_one_other_machine_is_its_since_it_took_it(cluster, unit_of_work, clock):
    member = cluster.join("a")
    cluster.pass_time(5)
    clock.advance(7)
    taken_at = clock.now()
    with unit_of_work() as work:
        for owner in work.cluster.owners():
            work.cluster.put_owner(given(owner, "b", taken_at))
        work.commit()
    clock.advance(60)
    assert set(member.owned.current().elsewhere.values()) == {taken_at}


def test_a_thousand_cameras_are_placed_in_a_few_statements(cluster, engine, use_cases):
    for number in range(60):
        use_cases.cameras.add(CameraForm(f"Further {number}", "demo:"))
    cluster.join("a")
    for _ in range(2):
        cluster.members["a"].beats.beat()
        cluster.now_s += 1.0
        cluster.reconciler.observe(cluster.now_s)
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert len(cluster.reconciler.reconcile()) == 64
    assert len(statements) < 20
