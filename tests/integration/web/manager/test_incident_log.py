"""The manager's log: filters that stay in the address, pages, details, CSV."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def log(web: WebApp, camera: Camera) -> WebApp:
    """Thirty incidents, one an hour backwards from nine; every third resolved as a false alarm."""
    bar = web.add_camera("Bar")
    for hours in range(30):
        incident = web.add_incident(bar if hours % 2 else camera, at=MORNING - timedelta(hours=hours))
        if hours % 3 == 0:
            web.services.incidents.resolve(incident.incident_id, "alice", "false_alarm", "a, note")
    return web


def rows(page: str) -> int:
    return page.count('<td data-label="When">')


def test_the_log_comes_in_pages_newest_first(log: WebApp) -> None:
    bob = log.browser("bob")
    first = bob.client.get("/incidents").text
    assert rows(first) == 25
    assert "Page 1 of 2" in first
    assert rows(bob.client.get("/incidents?page=2").text) == 5
    assert first.index("2026-03-02T09:00") < first.index("2026-03-02T08:00")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("outcome=false_alarm", 10), ("state=new", 20), ("camera=2", 15), ("camera=2&state=new", 10),
        ("from=2026-03-02", 10), ("to=2026-03-01", 20), ("from=2026-03-02&to=2026-03-02", 10), ("page=99", 0),
        ("from=2026-03-02&tz=Europe/Berlin", 11), ("page=x", 25),
    ],
)  # fmt: skip
def test_the_filter_is_in_the_address(log: WebApp, query: str, expected: int) -> None:
    assert rows(log.browser("bob").client.get(f"/incidents?{query}").text) == expected


@pytest.mark.parametrize(
    "query", ["camera=x", "state=bad", "outcome=bad", "from=2026-02-31", "to=never", "tz=Mars/Olympus", "tz=../../x",
              "from=2026-03-02&to=2026-03-01", "from=0001-01-01", "camera=99999999999"],
)  # fmt: skip
def test_a_filter_that_cannot_be_used_is_said_beside_its_field(log: WebApp, query: str) -> None:
    bob = log.browser("bob")
    answer = bob.client.get(f"/incidents?{query}")
    assert answer.status_code == 400
    assert "invalid-feedback" in answer.text
    assert bob.client.get(f"/incidents.csv?{query}").status_code == 400


def test_the_pages_keep_the_filter(log: WebApp) -> None:
    page = log.browser("bob").client.get("/incidents?from=2026-02-01&tz=Europe/Berlin").text
    assert "?from=2026-02-01&amp;tz=Europe%2FBerlin&amp;page=2" in page
    assert "/incidents.csv?from=2026-02-01&amp;tz=Europe%2FBerlin" in page


def test_the_file_respects_the_filter_and_is_not_cut_into_pages(log: WebApp) -> None:
    bob = log.browser("bob")
    answer = bob.client.get("/incidents.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="incidents.csv"'
    assert len(list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))) == 30
    filtered = bob.client.get("/incidents.csv?outcome=false_alarm").text.removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(filtered)))
    assert len(lines) == 10
    assert {line["note"] for line in lines} == {"a, note"}


def test_the_detail_tells_who_did_what(log: WebApp) -> None:
    page = log.browser("bob").client.get("/incidents/1").text
    assert "Alert raised" in page
    assert "Resolved by <strong>alice</strong>" in page
    assert "False alarm" in page
    assert "a, note" in page


def test_an_empty_log_explains_itself(web: WebApp) -> None:
    bob = web.browser("bob")
    assert "No incidents yet" in bob.client.get("/incidents").text
    assert "Nothing matches" in bob.client.get("/incidents?state=new").text


def test_the_log_outlives_its_camera(log: WebApp) -> None:
    log.services.cameras.remove(log.services.cameras.find("Bar").camera_id)
    page = log.browser("bob").client.get("/incidents/2").text
    assert "Bar" in page
    assert "(removed)" in page
