"""The facets of incidents say of each what it is like, and how many are, whatever becomes of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from tests.support.clocks import START
from webapp.domain.alerts.incidents import Incident, IncidentState, Outcome
from webapp.domain.cameras.cameras import Camera
from webapp.domain.site.retention import KeptKind
from webapp.domain.vision.emotions import Emotion
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import IncidentFilter, IncidentKey, IncidentOrder, ReadUnitOfWork, UnitOfWork
from webapp.services.use_cases import UseCases
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

ASKED = {
    "all": IncidentFilter(),
    "camera": IncidentFilter(camera_id=1),
    "person and camera": IncidentFilter(person="bob", camera_id=1),
    "who resolved": IncidentFilter(person="alice"),
    "person and outcome": IncidentFilter(person="bob", outcome=Outcome.FALSE_ALARM),
    "state": IncidentFilter(states=(IncidentState.NEW,)),
    "words and person": IncidentFilter(words=("late",), person="carol"),
    "most days": IncidentFilter(opened_from=START + timedelta(hours=5)),
    "few days": IncidentFilter(opened_before=START + timedelta(hours=5), person="bob"),
    "days between": IncidentFilter(opened_from=START + timedelta(hours=3), opened_before=START + timedelta(hours=35)),
    "no tests": IncidentFilter(with_tests=False),
}
COUNT = 40


@pytest.fixture
def cameras(use_cases: UseCases) -> list[Camera]:
    return [use_cases.cameras.add(CameraForm(name, "demo:")) for name in ("Desk", "Bar", "Door")]


@pytest.fixture
def incidents(cameras: list[Camera], unit_of_work: SQLUnitOfWorkFactory) -> list[Incident]:
    """Forty, an hour apart, of which people took or resolved or left some."""
    with unit_of_work() as work:
        stored = [work.incidents.add(incident(number, cameras), None) for number in range(COUNT)]
        for number, one in enumerate(stored):
            stored[number] = changed(number, one)
            work.incidents.update(stored[number])
        work.commit()
    return stored


def incident(number: int, cameras: list[Camera]) -> Incident:
    camera, at = cameras[number % 3], START + timedelta(hours=number)
    return Incident(
        camera.camera_id, camera.name, number, Emotion.ANGRY, at, at, number % 7 / 10, is_test=number % 11 == 0
    )


def changed(number: int, one: Incident) -> Incident:
    if number % 4 == 0:
        return one
    taken = replace(one, state=IncidentState.ACKNOWLEDGED, acknowledged_by=("bob", "carol")[number % 2])
    if number % 4 == 1:
        return taken
    outcome = (Outcome.FALSE_ALARM, Outcome.RECOVERED)[number // 4 % 2]
    return replace(
        taken, state=IncidentState.RESOLVED, resolved_by="alice", outcome=outcome, note=("", "Came late.")[number % 2]
    )


def matches(one: Incident, wanted: IncidentFilter) -> bool:
    return (
        wanted.camera_id in (None, one.camera_id)
        and (not wanted.states or one.state in wanted.states)
        and wanted.outcome in (None, one.outcome)
        and (wanted.person is None or wanted.person in (one.acknowledged_by, one.resolved_by))
        and all(word in one.note for word in wanted.words)
        and (wanted.opened_from is None or one.opened_at >= wanted.opened_from)
        and (wanted.opened_before is None or one.opened_at < wanted.opened_before)
        and (wanted.with_tests or not one.is_test)
    )


def in_order(found: list[Incident], order: IncidentOrder) -> list[Incident]:
    values: dict[IncidentKey, Callable[[Incident], object]] = {
        IncidentKey.OPENED: lambda one: one.opened_at,
        IncidentKey.CAMERA: lambda one: one.camera_name,
        IncidentKey.STATE: lambda one: one.state.value,
        IncidentKey.OUTCOME: lambda one: one.outcome and one.outcome.value,
        IncidentKey.SCORE: lambda one: one.peak_score,
        IncidentKey.PERSON: lambda one: one.acknowledged_by,
    }
    value = values[order.key]
    newest = sorted(found, key=lambda one: (one.opened_at, one.incident_id), reverse=True)
    known = [one for one in newest if value(one) is not None]
    missing = [one for one in newest if value(one) is None]
    if order.key is IncidentKey.OPENED:
        return newest if order.descending else newest[::-1]
    return sorted(known, key=value, reverse=order.descending) + missing  # type: ignore[arg-type]


@pytest.mark.parametrize("wanted", ASKED.values(), ids=ASKED)
def test_what_is_listed_and_counted_is_what_there_is(
    incidents: list[Incident], unit_of_work: SQLUnitOfWorkFactory, wanted: IncidentFilter
) -> None:
    matching = [one for one in incidents if matches(one, wanted)]
    with unit_of_work.reading() as work:
        total = work.incidents.count(wanted)
        assert total == len(matching) > 0
        for order in (IncidentOrder(key, descending) for key in IncidentKey for descending in (True, False)):
            expected = [one.incident_id for one in in_order(matching, order)]
            assert pages(work, wanted, order, total) == pages(work, wanted, order, None) == expected, order


def pages(work: ReadUnitOfWork, wanted: IncidentFilter, order: IncidentOrder, total: int | None) -> list[int | None]:
    return [
        one.incident_id
        for offset in range(0, COUNT, 7)
        for one in work.incidents.search(wanted, limit=7, offset=offset, order=order, total=total)
    ]


def test_what_deletes_incidents_takes_them_out_of_the_counts(
    incidents: list[Incident], unit_of_work: SQLUnitOfWorkFactory, engine: Engine
) -> None:
    def delete(work: UnitOfWork) -> int:
        return work.retention.delete(KeptKind.INCIDENTS, START + timedelta(hours=20), limit=8)

    with unit_of_work() as work:
        for one in incidents[:10]:
            work.incidents.update(replace(one, ended_at=one.opened_at))
        assert delete(work) == 8
        work.commit()
    assert_counted(engine)
    with unit_of_work.reading() as work:
        assert work.incidents.count(IncidentFilter(with_tests=False, camera_id=1)) == sum(
            one.camera_id == 1 and not one.is_test for one in incidents[8:]
        )


def test_the_incidents_of_a_camera_that_goes_stay_counted(
    incidents: list[Incident], use_cases: UseCases, unit_of_work: SQLUnitOfWorkFactory, engine: Engine
) -> None:
    use_cases.cameras.remove(1)
    with unit_of_work() as work:
        assert work.incidents.count(IncidentFilter(camera_id=1)) == 0
        one = work.incidents.get(incidents[0].incident_id)
        assert one is not None
        assert one.camera_id is None
        work.incidents.update(replace(one, state=IncidentState.ACKNOWLEDGED, acknowledged_by="bob"))
        work.commit()
    assert_counted(engine)


def assert_counted(engine: Engine) -> None:
    """Hold every facet to the incidents that name it."""
    counted = text(
        "SELECT count(*) FROM incident_facets f WHERE f.incidents != (SELECT count(*) FROM incidents i "
        "WHERE i.facet_id = f.id)"
    )
    unlike = text(
        "SELECT count(*) FROM incidents i LEFT JOIN incident_facets f ON f.id = i.facet_id AND "
        "COALESCE(f.camera_id, 0) = COALESCE(i.camera_id, 0) AND f.camera_name = i.camera_name AND "
        "f.state = i.state AND COALESCE(f.outcome, '') = COALESCE(i.outcome, '') AND f.emotion = i.emotion AND "
        "COALESCE(f.acknowledged_by, '') = COALESCE(i.acknowledged_by, '') AND "
        "COALESCE(f.resolved_by, '') = COALESCE(i.resolved_by, '') AND f.is_test = i.is_test WHERE f.id IS NULL"
    )
    with engine.connect() as connection:
        assert (connection.scalar(counted), connection.scalar(unlike)) == (0, 0)
