"""Days that are added up give the same figures as their incidents, and are added up again when one changes."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from tests.support.clocks import START, FakeClock
from webapp.domain.alerts.incidents import Incident, IncidentState, Outcome
from webapp.domain.cameras.cameras import Camera
from webapp.domain.insights.insights import Insights
from webapp.domain.site.retention import KeptKind
from webapp.domain.vision.emotions import Emotion
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.use_cases import UseCases
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

DAYS = 6
ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns")]
FIRST = START.date()
LAST = FIRST + timedelta(days=DAYS)


@pytest.fixture
def incidents(use_cases: UseCases, unit_of_work: SQLUnitOfWorkFactory, clock: FakeClock) -> list[Incident]:
    """Of six days, at all hours, at three cameras; the clock is behind them."""
    cameras = [
        use_cases.cameras.add(CameraForm(name, "demo:", groups=("Hall",) if name == "Bar" else ()))
        for name in ("Desk", "Bar", "Door")
    ]
    with unit_of_work() as work:
        stored = [work.incidents.add(incident(number, cameras), None) for number in range(DAYS * 12)]
        work.commit()
    clock.advance((DAYS + 3) * 86400)
    return stored


def incident(number: int, cameras: list[Camera]) -> Incident:
    camera, at = cameras[number % 3], START + timedelta(hours=2 * number, minutes=7 * (number % 5))
    one = Incident(camera.camera_id, camera.name, number, Emotion.ANGRY, at, at, 0.7, is_test=number % 13 == 0)
    if number % 4:
        taken_at = at + timedelta(seconds=1.37 * (number % 50))
        one = replace(one, state=IncidentState.ACKNOWLEDGED, acknowledged_at=taken_at, acknowledged_by="bob")
    if number % 3 == 0:
        outcome = list(Outcome)[number % 4]
        one = replace(one, state=IncidentState.RESOLVED, resolved_at=at + timedelta(minutes=number), outcome=outcome)
    return one


def figures(use_cases: UseCases) -> list[Insights]:
    asked = [{}, {"camera_id": 2}, {"group": "hall"}]
    return [use_cases.insights.of_days(FIRST, LAST, zone, **one) for zone in ZONES for one in asked]  # type: ignore[arg-type]


def add_up(use_cases: UseCases) -> int:
    count = 0
    while use_cases.insights.add_up_next():
        count += 1
    return count


def test_figures_are_the_same_whether_days_are_added_up_or_not(use_cases: UseCases, incidents: list[Incident]) -> None:
    before = figures(use_cases)
    assert before[0].total == sum(not one.is_test for one in incidents)
    assert use_cases.insights.add_up_next()
    assert figures(use_cases) == before, "the newest alone"
    assert add_up(use_cases) >= DAYS - 1
    assert figures(use_cases) == before
    assert not use_cases.insights.add_up_next()


def test_a_day_that_is_added_up_is_not_looked_at_again(
    use_cases: UseCases, incidents: list[Incident], engine: Engine
) -> None:
    add_up(use_cases)
    with engine.begin() as connection:
        connection.execute(text("UPDATE incidents SET outcome = 'recovered'"))
        unlike = use_cases.insights.of_days(FIRST + timedelta(days=1), LAST - timedelta(days=1), ZONES[0])
    assert unlike.by_outcome[Outcome.FALSE_ALARM] > 0


@pytest.mark.parametrize("change", ["correct", "delete", "add", "camera goes"])
def test_a_change_has_its_day_added_up_again(
    use_cases: UseCases, unit_of_work: SQLUnitOfWorkFactory, incidents: list[Incident], change: str
) -> None:
    add_up(use_cases)
    with unit_of_work() as work:
        if change == "correct":
            work.incidents.update(replace(incidents[15], outcome=Outcome.NO_ACTION, note="No."))
        if change == "add":
            work.incidents.add(replace(incidents[20], incident_id=0), None)
        if change == "delete":
            work.incidents.update(replace(incidents[1], ended_at=START))
            work.retention.delete(KeptKind.INCIDENTS, START + timedelta(days=1), limit=1)
        work.commit()
    if change == "camera goes":
        use_cases.cameras.remove(2)
    changed = figures(use_cases)
    assert add_up(use_cases) == (change != "camera goes")
    assert figures(use_cases) == changed
    expected = {"delete": -1, "add": 1}.get(change, 0)
    assert changed[0].total == sum(not one.is_test for one in incidents) + expected


def test_today_and_yesterday_wait(use_cases: UseCases, unit_of_work: SQLUnitOfWorkFactory, clock: FakeClock) -> None:
    camera = use_cases.cameras.add(CameraForm("Desk", "demo:"))
    with unit_of_work() as work:
        work.incidents.add(incident(1, [camera, camera]), None)
        work.commit()
    added = []
    for _ in range(4):
        added.append(use_cases.insights.add_up_next())
        clock.advance(86400)
    assert added == [False, False, True, True], "a day without incidents is a day, too"
