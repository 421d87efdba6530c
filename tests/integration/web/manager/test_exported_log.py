"""A long log as a file: every incident once, in order, also where hundreds have the same time."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.support.clocks import START
from tests.support.filled.long_log import add_long_log
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import IncidentFilter, IncidentKey, IncidentOrder
from webapp.services.use_cases import UseCases

COUNT = 1700


@pytest.mark.parametrize("key", [IncidentKey.OPENED, IncidentKey.SCORE])
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("times", [COUNT, 4, 1])
def test_every_incident_is_in_it_once_and_in_order(
    use_cases: UseCases, unit_of_work, engine, key: IncidentKey, descending: bool, times: int
) -> None:
    add_long_log(engine, [use_cases.cameras.add(CameraForm("Desk", "demo:"))], COUNT)
    with engine.begin() as connection:
        for number in range(times if times < COUNT else 0):
            at = f"{START + timedelta(days=number):%Y-%m-%d %H:%M:%S.%f}"
            connection.execute(
                text("UPDATE incidents SET opened_at = :at WHERE id - id / :times * :times = :n"),
                {"at": at, "times": times, "n": number},
            )
    order = IncidentOrder(key, descending)
    with unit_of_work.reading() as work:
        whole = [one.incident_id for one in work.incidents.search(IncidentFilter(), limit=COUNT, order=order)]
    lines = json.loads("".join(use_cases.reports.json(IncidentFilter(), order)))
    assert [one["incident_id"] for one in lines] == whole
    assert len(whole) == COUNT
