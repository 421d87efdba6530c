"""The manager's tools in the log: search, order, saved views, many settled at once, files."""

import csv
import io
import json
import re
import time
from datetime import timedelta
from statistics import median

import pytest
from sqlalchemy import insert

from tests.support.clocks import START
from tests.support.web_app import WebApp, WebBrowser
from webapp.domain.cameras.cameras import Camera
from webapp.domain.insights.scores import IncidentScores, ScoreMoment
from webapp.domain.vision.emotions import Emotion
from webapp.storage.db.facets import note_all_facets
from webapp.storage.db.tables import IncidentRow

NOTES = {1: "Ärger über die Rechnung", 2: "room was 100% too loud", 3: "bill_was wrong, Room changed"}


@pytest.fixture
def log(web: WebApp, camera: Camera) -> WebApp:
    """Three settled incidents with notes, a fourth that is new; scores fall."""
    for number in range(1, 5):
        at = START - timedelta(minutes=number)
        incident = web.add_incident(camera, at=at, peak=1.0 - number / 10)
        if number in NOTES:
            person = "alice" if number < 3 else "bob"
            web.services.incidents.resolve(incident.incident_id, person, "recovered", NOTES[number])
    return web


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'class="row-link" href="/incidents/(\d+)"', page)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=ärger", [1]), ("q=ÄRGER rechnung", [1]), ("q=room", [2, 3]), ("q=room changed", [3]), ("q=room ärger", []),
        ("q=100%25", [2]), ("q=l_w", [3]), ("q=%25", [2]), ("person=bob", [3]), ("person=alice", [1, 2]),
        ("emotion=angry", [1, 2, 3, 4]), ("emotion=sad", []), ("sort=score", [4, 3, 2, 1]),
        ("sort=-score", [1, 2, 3, 4]), ("sort=opened", [4, 3, 2, 1]), ("sort=person", [1, 2, 3, 4]),
    ],
)  # fmt: skip
def test_the_log_finds_and_sorts(log: WebApp, query: str, expected: list[int]) -> None:
    page = log.browser("bob").client.get(f"/incidents?{query}").text
    assert numbers(page) == expected


@pytest.mark.parametrize("query", ["sort=note", "sort=-", "emotion=cross"])
def test_an_order_or_expression_that_is_unknown_is_refused(log: WebApp, query: str) -> None:
    assert log.browser("bob").client.get(f"/incidents?{query}").status_code == 400


def test_a_header_sorts_and_says_so(log: WebApp) -> None:
    page = log.browser("bob").client.get("/incidents?q=room&sort=-score").text
    assert 'aria-sort="descending"' in page
    assert 'href="?q=room&amp;sort=score"' in page


def test_a_view_is_saved_under_a_name_and_its_address_opens_it_for_others(log: WebApp) -> None:
    bob, root = log.browser("bob"), log.browser("root")
    answer = bob.post("/incidents/views", name=" Loud  rooms ", query="q=room&evil=1&page=9")
    assert answer.location == "/incidents?q=room"
    page = bob.client.get(answer.location).text
    assert "Loud rooms" in page
    assert '<a href="?q=room" aria-current="page">' in page
    assert numbers(root.client.get(answer.location).text) == [2, 3]
    assert "Loud rooms" not in root.client.get("/incidents").text
    assert root.post("/incidents/views/1/remove").status_code == 404
    assert bob.post("/incidents/views/1/remove").status_code == 302
    assert "Loud rooms" not in bob.client.get("/incidents").text


def test_a_view_without_a_name_and_a_view_too_many_are_explained(log: WebApp) -> None:
    bob = log.browser("bob")
    bob.post("/incidents/views", name=" ", query="q=room")
    assert "Expected a name of 1 to 60 characters" in bob.client.get("/incidents").text
    for number in range(31):
        bob.post("/incidents/views", name=f"View {number}", query="q=room")
    assert "You have 30 views already" in bob.client.get("/incidents").text


def test_many_are_settled_at_once_and_who_was_first_stays_first(log: WebApp, camera: Camera) -> None:
    new = log.add_incident(camera)
    bob = log.browser("bob")
    answer = bob.post(
        "/incidents/resolve", incident=["4", str(new.incident_id), "1", "99"], outcome="false_alarm", note="test run",
        back="state=new&page=2",
    )  # fmt: skip
    assert answer.location == "/incidents?state=new&page=2"
    shown = bob.client.get("/incidents").text
    assert "2 incidents are resolved. 2 were resolved before and stay so." in shown
    assert log.services.incidents.get(4).resolved_by == "bob"
    assert log.services.incidents.get(1).resolved_by == "alice"
    assert log.services.incidents.history(4).timeline[-1].actor == "bob"


@pytest.mark.parametrize(
    "fields", [{"outcome": "recovered"}, {"outcome": "won", "incident": "4"}, {"outcome": "recovered", "incident": "x"}]
)
def test_what_cannot_be_settled_is_refused(log: WebApp, fields: dict[str, str]) -> None:
    assert log.browser("bob").post("/incidents/resolve", **fields).status_code == 400
    assert log.services.incidents.get(4).outcome is None


def test_staff_settle_one_by_one_on_the_dashboard_only(log: WebApp) -> None:
    assert log.browser("alice").post("/incidents/resolve", incident="4", outcome="recovered").status_code == 403


def test_both_files_respect_filter_and_order(log: WebApp) -> None:
    bob = log.browser("bob")
    answer = bob.client.get("/incidents.json?q=room&sort=score")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="incidents.json"'
    assert [incident["incident_id"] for incident in json.loads(answer.text)] == [3, 2]
    lines = csv.DictReader(io.StringIO(bob.client.get("/incidents.csv?q=room&sort=score").text.removeprefix("\ufeff")))
    assert [line["incident_id"] for line in lines] == ["3", "2"]
    assert json.loads(bob.client.get("/incidents.json?q=nothing").text) == []


def test_the_detail_shows_the_score_over_time_with_its_figures(log: WebApp) -> None:
    opened_at = log.services.incidents.get(4).opened_at
    moments = tuple(ScoreMoment(opened_at + timedelta(seconds=step / 4), 0.3 + step / 100) for step in range(-8, 30))
    with log.unit_of_work() as work:
        work.scores.add_incident(IncidentScores(4, moments))
        work.commit()
    bob = log.browser("bob")
    page = bob.client.get("/incidents/4").text
    assert "highest 59 % at 7 seconds" in page
    assert "<tr><td>-2</td><td>25 %</td></tr>" in page
    assert "Trigger threshold 50 %" in page
    assert "echarts" in page
    without = bob.client.get("/incidents/1").text
    assert "No score over time was kept" in without
    assert "echarts" not in without
    assert "Resolved by <strong>alice</strong> after 1 min 0 s" in without


def _answers_after_s(bob: WebBrowser, query: str) -> float:
    began_s = time.perf_counter()
    assert bob.client.get(f"/incidents?{query}").status_code == 200
    return time.perf_counter() - began_s


@pytest.mark.alone
def test_five_thousand_incidents_are_listed_searched_and_exported_quickly(web: WebApp, camera: Camera) -> None:
    rows = [
        {
            "camera_id": camera.camera_id, "camera_name": camera.name, "track_id": 1, "emotion": Emotion.ANGRY.value,
            "state": "resolved", "outcome": "recovered", "peak_score": 0.7, "note": f"Room {number}",
            "note_key": f"room {number}", "started_at": START - timedelta(minutes=number),
            "opened_at": START - timedelta(minutes=number), "resolved_by": "alice", "resolved_at": START,
        }
        for number in range(5_000)
    ]  # fmt: skip
    with web.engine.begin() as connection:
        connection.execute(insert(IncidentRow), rows)
        note_all_facets(connection)
    bob = web.browser("bob")
    bob.client.get("/incidents")
    for query in ("", "page=200", "q=room 49&person=alice&sort=score", "outcome=recovered&camera=1&from=2026-03-01"):
        assert median(_answers_after_s(bob, query) for _ in range(3)) < 0.3, query
    assert len(bob.client.get("/incidents.csv").text.splitlines()) == 5_001
