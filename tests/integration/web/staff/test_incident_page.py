"""The page of one incident: for managers all of it, for staff what is open or recent, with the same acts for both."""

import json
import re

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera

FACE = (0.4, 0.2, 0.5, 0.4)


def page_of(web: WebApp, name: str, incident_id: int) -> str:
    return web.browser(name).client.get(f"/incidents/{incident_id}").text


@pytest.mark.parametrize("name", ["alice", "bob", "root"])
def test_an_open_incident_comes_with_its_card_and_where_the_face_is(web: WebApp, camera: Camera, name: str) -> None:
    incident_id = web.add_incident(camera, jpeg=b"a face", face_xyxy=FACE).incident_id
    page = page_of(web, name, incident_id)
    state = json.loads(re.search(r'<script type="application/json" id="state">(.*?)</script>', page)[1])  # type: ignore[index]
    assert (state["incident"]["state"], state["incident"]["snapshot_face_xyxy"], state["me"]) == (
        "new",
        list(FACE),
        name,
    )
    for part in ('<template id="alert">', 'id="resolve"', 'id="snooze"', 'id="picture"', "Show the face large"):
        assert part in page, part


def test_where_the_face_is_not_known_nothing_else_is_promised(web: WebApp, camera: Camera) -> None:
    page = page_of(web, "bob", web.add_incident(camera, jpeg=b"a face").incident_id)
    assert "Show it large" in page
    assert "Show the face large" not in page


def test_scores_are_the_managers(web: WebApp, camera: Camera) -> None:
    incident_id = web.add_incident(camera, peak=0.87).incident_id
    assert "87 %" in page_of(web, "bob", incident_id)
    assert "Score over time" in page_of(web, "bob", incident_id)
    staff = page_of(web, "alice", incident_id)
    assert "at its peak" in staff
    assert "87 %" not in staff
    assert "Score over time" not in staff


def test_what_is_a_day_old_is_the_managers(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    incident_id = web.add_incident(camera).incident_id
    web.end(incident_id)
    web.services.incidents.resolve(incident_id, "bob", "recovered", "The lady in the red coat")
    assert web.browser("alice").client.get(f"/incidents/{incident_id}").status_code == 200
    clock.advance(24 * 3600.0)
    answer = web.browser("alice").client.get(f"/incidents/{incident_id}")
    assert (answer.status_code, "red coat" in answer.text) == (404, False)
    assert web.browser("bob").client.get(f"/incidents/{incident_id}").status_code == 200


def test_it_says_whether_anybody_acknowledged_it(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    incident_id = web.add_incident(camera).incident_id
    assert "<dd>not yet</dd>" in page_of(web, "bob", incident_id)
    clock.advance(90)
    web.services.incidents.resolve(incident_id, "bob", "no_action")
    page = re.sub(r"\s+", " ", page_of(web, "bob", incident_id))
    assert "<dt>Acknowledged</dt> <dd>never</dd>" in page
    assert "bob, after 1 min 30 s" in page
    assert "No action, never acknowledged" in page
    assert "never acknowledged" in web.browser("bob").client.get("/incidents").text


def test_files_tell_apart_what_nobody_acknowledged(web: WebApp, camera: Camera) -> None:
    taken, untaken = (web.add_incident(camera).incident_id for _ in range(2))
    web.services.incidents.acknowledge(taken, "alice")
    for incident_id in (taken, untaken):
        web.services.incidents.resolve(incident_id, "alice", "recovered")
    bob = web.browser("bob").client
    header, *lines = bob.get("/incidents.csv").text.splitlines()
    assert header.endswith(",never_acknowledged,is_test")
    assert [line.rsplit(",", 2)[1] for line in lines] == ["True", "False"]
    assert [one["never_acknowledged"] for one in bob.get("/incidents.json").get_json()] == [True, False]


def test_a_handover_tells_it_too(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    alice = web.browser("alice")
    alice.post_json("/handover/seen", {"last_event_id": 0})
    incident_id = web.add_incident(camera).incident_id
    clock.advance(600)
    web.services.incidents.resolve(incident_id, "bob", "no_action")
    (told,) = alice.client.get("/handover.json").get_json()["incidents"]
    assert (told["taken_by"], told["never_acknowledged"]) == ("bob", True)
