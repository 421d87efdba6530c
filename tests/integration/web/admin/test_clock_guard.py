"""Housekeeping on a machine whose clock is suddenly far ahead deletes nothing until that has held for a day."""

from datetime import timedelta

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.cli.processes.housekeeping import tasks_of
from webapp.domain.cameras.cameras import Camera
from webapp.services.ports import IncidentFilter

pytestmark = pytest.mark.sqlite


@pytest.fixture
def filled(web: WebApp, camera: Camera) -> WebApp:
    for _ in range(3):
        web.end(web.add_incident(camera, jpeg=b"\xff\xd8 a picture").incident_id)
    web.services.backups.ask("Dana")
    web.services.backups.make_wanted(lambda: None)
    return web


def keep_house(web: WebApp) -> None:
    for task in tasks_of(web.services, lambda: None):
        task.do()


def left(web: WebApp) -> tuple[int, int, int]:
    """Count alerts, pictures and backups."""
    pictures = list(web.settings.snapshots_dir.glob("*/*.jpg"))
    return (
        web.services.incidents.search(IncidentFilter()).total, len(pictures), len(web.services.adapters.backups.list()),
    )  # fmt: skip


def test_a_clock_that_jumps_by_years_deletes_nothing(filled: WebApp, clock: FakeClock) -> None:
    keep_house(filled)
    clock.advance(timedelta(days=20_000).total_seconds())
    for _ in range(23):
        keep_house(filled)
        clock.advance(3600)
    assert left(filled) == (3, 3, 1)
    assert filled.services.clock_guard.is_doubted()


def test_a_clock_that_was_put_right_goes_on_as_if_nothing_had_been(filled: WebApp, clock: FakeClock) -> None:
    keep_house(filled)
    right = clock.now()
    clock.advance(timedelta(days=20_000).total_seconds())
    keep_house(filled)
    clock.set(right)
    clock.advance(60)
    keep_house(filled)
    assert left(filled) == (3, 3, 1)
    assert not filled.services.clock_guard.is_doubted()


def test_a_box_that_was_off_for_a_year_deletes_a_day_later(filled: WebApp, clock: FakeClock) -> None:
    keep_house(filled)
    clock.advance(timedelta(days=365).total_seconds())
    for _ in range(25):
        keep_house(filled)
        clock.advance(3600)
    assert left(filled) == (0, 0, 0)


@pytest.mark.parametrize("hours", [1, -1])
def test_an_hour_more_or_less_deletes_an_hours_worth(filled: WebApp, clock: FakeClock, hours: int) -> None:
    keep_house(filled)
    clock.advance(hours * 3600)
    keep_house(filled)
    assert left(filled) == (3, 3, 1)
    assert not filled.services.clock_guard.is_doubted()
