"""Cameras that come to another machine of a cluster while this one is at work: it leaves them, and goes on."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine

from tests.support.clocks import FakeClock
from tests.support.fleets import VisionInHand
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.cameras import StateReason
from webapp.domain.cluster.nodes import CameraOwner
from webapp.services.analysis_configuration import AnalysisConfigurationService
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.cluster.ownership import ClaimedCameras, Claims
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

AWAY = StateReason("The camera closed the connection.", {}, "camera_ended")


class Machine(VisionInHand):
    """The machine `a`, whose transactions check what is its own."""

    claims: Claims


@pytest.fixture
def claims() -> Claims:
    return Claims("a")


@pytest.fixture
def machine(settings: Settings, use_cases: UseCases, engine: Engine, claims: Claims, clock: FakeClock) -> Machine:
    checked = SQLUnitOfWorkFactory(engine, check=claims.check)
    own = UseCases(settings, replace(use_cases.adapters, unit_of_work=checked))
    machine = Machine(settings, own, checked, clock)
    machine.claims = claims
    machine.fleet.configuration = ClaimedCameras(
        AnalysisConfigurationService(checked, AlertRule(dwell_s=1.5)), checked, claims, clock
    )
    return machine


def own(unit_of_work: UnitOfWorkFactory, camera_id: int, node: str, at: datetime, wanted: str | None = None) -> None:
    """Make a camera a machine's, as who decides does."""
    with unit_of_work() as work:
        before = work.cluster.owner(camera_id) or CameraOwner(camera_id)
        epoch = before.epoch + (before.node != node)
        work.cluster.put_owner(replace(before, node=node, epoch=epoch, since=at, wanted_node=wanted))
        work.commit()


def test_a_machine_that_loses_one_camera_and_is_given_another_with_an_open_alert_goes_on(
    machine: Machine, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock
) -> None:
    first, second = (use_cases.cameras.add(CameraForm(name, "demo:")).camera_id for name in ("Bar", "Desk"))
    own(unit_of_work, first, "a", clock.now())
    own(unit_of_work, second, "a", clock.now())
    machine.pass_time(4)
    own(unit_of_work, second, "b", clock.now())
    machine.pass_time(2)
    assert set(machine.fleet.watched) == {first}
    own(unit_of_work, first, "b", clock.now())
    own(unit_of_work, second, "a", clock.now())
    machine.pass_time(3)
    assert set(machine.fleet.watched) == {second}
    assert set(machine.claims.epochs) == {second}
    assert machine.alerts.recorder.pending_count == 0


def test_what_is_lost_keeps_nothing_else_from_being_handed_over(
    machine: Machine, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock
) -> None:
    first, second = (use_cases.cameras.add(CameraForm(name, "demo:")).camera_id for name in ("Bar", "Desk"))
    for camera_id in (first, second):
        own(unit_of_work, camera_id, "a", clock.now())
    machine.pass_time(4)
    own(unit_of_work, first, "a", clock.now(), wanted="b")
    own(unit_of_work, second, "b", clock.now())
    machine.pass_time(3)
    with unit_of_work.reading() as work:
        assert {one.node for one in work.cluster.owners()} == {"b"}
    assert not machine.claims.epochs


def test_the_end_of_an_alert_that_was_held_is_stored_before_the_camera_is_handed_over(
    machine: Machine, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock
) -> None:
    camera_id = use_cases.cameras.add(CameraForm("Bar", "demo:")).camera_id
    own(unit_of_work, camera_id, "a", clock.now())
    machine.pass_time(4)
    machine.go_away(camera_id, AWAY)
    machine.pass_time(2)
    own(unit_of_work, camera_id, "a", clock.now(), wanted="b")
    machine.pass_time(2)
    (incident,) = use_cases.incidents.open_incidents()
    assert incident.ended_at is not None
    with unit_of_work() as work:  # The other machine sees the same person go on.
        work.incidents.update(replace(incident, ended_at=None))
        work.commit()
    machine.pass_time(12)
    assert not machine.alerts.recorder.is_waiting(camera_id)
    (incident,) = use_cases.incidents.open_incidents()
    assert incident.ended_at is None


def test_a_camera_that_is_disabled_while_it_is_handed_over_leaves_no_alert_open(
    machine: Machine, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock
) -> None:
    camera_id = use_cases.cameras.add(CameraForm("Bar", "demo:")).camera_id
    own(unit_of_work, camera_id, "a", clock.now())
    machine.pass_time(4)
    own(unit_of_work, camera_id, "a", clock.now(), wanted="b")
    use_cases.cameras.set_enabled(camera_id, False)
    machine.pass_time(2)
    (incident,) = use_cases.incidents.open_incidents()
    assert incident.ended_at is not None
