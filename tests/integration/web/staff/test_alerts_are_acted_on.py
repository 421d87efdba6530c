"""Taking and settling alerts: the first person wins."""

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.cameras.cameras import Camera


def test_the_first_to_acknowledge_wins_and_the_second_reads_who(web: WebApp, camera: Camera) -> None:
    incident_id = web.add_incident(camera).incident_id
    alice, bob = web.browser("alice"), web.browser("bob")
    first = alice.post_json(f"/incidents/{incident_id}/acknowledge")
    second = bob.post_json(f"/incidents/{incident_id}/acknowledge")
    assert (first.status_code, first.get_json()["acknowledged_by"]) == (200, "alice")
    assert second.status_code == 409
    assert "already acknowledged by alice" in second.get_json()["message"]
    assert web.services.incidents.get(incident_id).acknowledged_by == "alice"


def test_an_alert_is_resolved_with_outcome_and_note(web: WebApp, camera: Camera) -> None:
    incident_id = web.add_incident(camera).incident_id
    answer = web.browser("alice").post_json(
        f"/incidents/{incident_id}/resolve", {"outcome": "recovered", "note": " Offered a drink. "}
    )
    assert answer.status_code == 200
    resolved = web.services.incidents.get(incident_id)
    assert (resolved.state, resolved.outcome, resolved.note) == (
        IncidentState.RESOLVED, Outcome.RECOVERED, "Offered a drink.",
    )  # fmt: skip
    assert (resolved.resolved_by, resolved.acknowledged_by) == ("alice", None)


def test_bad_input_changes_nothing(web: WebApp, camera: Camera) -> None:
    incident_id = web.add_incident(camera).incident_id
    alice = web.browser("alice")
    address = f"/incidents/{incident_id}/resolve"
    too_long = {"outcome": "recovered", "note": "x" * 2001}
    for body in ({"outcome": "fixed"}, {"outcome": 5}, {}, [], "x", too_long):
        answer = alice.post_json(address, body)
        assert answer.status_code == 400, body
        assert answer.get_json()["message"]
    assert web.services.incidents.get(incident_id).state is IncidentState.NEW


def test_an_alert_that_is_not_there_is_said_to_be_so(web: WebApp) -> None:
    answer = web.browser("alice").post_json("/incidents/77/acknowledge")
    assert answer.status_code == 404
    assert answer.get_json()["message"] == "There is no incident 77."


def test_the_dashboard_knows_all_that_is_open(web: WebApp, camera: Camera) -> None:
    incident = web.add_incident(camera, jpeg=b"\xff\xd8jpeg")
    alice = web.browser("alice")
    state = alice.client.get("/dashboard.json").get_json()
    assert state["last_event_id"] > 0
    assert state["me"] == "alice"
    assert [one["incident_id"] for one in state["incidents"]] == [incident.incident_id]
    assert state["incidents"][0]["message"] == "Please send assistance: angry-looking customer at Front desk"
    assert alice.client.get(f"/incidents/{incident.incident_id}/snapshot.jpg").data == b"\xff\xd8jpeg"


def test_a_missing_picture_is_a_plain_404(web: WebApp, camera: Camera) -> None:
    incident = web.add_incident(camera)
    assert web.browser("alice").client.get(f"/incidents/{incident.incident_id}/snapshot.jpg").status_code == 404


def test_what_was_clicked_by_mistake_is_undone_and_stays_in_the_history(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    incident_id = web.add_incident(camera).incident_id
    alice, bob = web.browser("alice"), web.browser("bob")
    alice.post_json(f"/incidents/{incident_id}/acknowledge")
    assert bob.post_json(f"/incidents/{incident_id}/undo").status_code == 409
    undone = alice.post_json(f"/incidents/{incident_id}/undo").get_json()
    assert (undone["state"], undone["acknowledged_by"]) == ("new", None)
    assert bob.post_json(f"/incidents/{incident_id}/acknowledge").status_code == 200
    clock.advance(60)
    bob.post_json(f"/incidents/{incident_id}/resolve", {"outcome": "false_alarm", "note": "a joke"})
    clock.advance(9)
    reopened = bob.post_json(f"/incidents/{incident_id}/undo").get_json()
    assert (reopened["state"], reopened["outcome"], reopened["note"]) == ("acknowledged", None, "")
    kinds = [
        event.kind.value.removeprefix("incident_") for event in web.services.incidents.history(incident_id).timeline
    ]
    assert kinds == ["opened", "acknowledged", "unacknowledged", "acknowledged", "resolved", "reopened"]
    page = bob.client.get(f"/incidents/{incident_id}").text
    assert "Acknowledgement undone by <strong>alice</strong>" in page
    assert "Reopened by <strong>bob</strong>" in page


def test_an_undo_comes_to_everybody_and_too_late_a_one_changes_nothing(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    incident_id = web.add_incident(camera).incident_id
    alice = web.browser("alice")
    alice.post_json(f"/incidents/{incident_id}/resolve", {"outcome": "recovered"})
    web.tail.start_at_end()
    socket = web.browser("bob").socket()
    alice.post_json(f"/incidents/{incident_id}/undo")
    web.tail.push_new()
    assert [told["name"] for told in socket.get_received("/dashboard")] == ["incident_reopened"]
    alice.post_json(f"/incidents/{incident_id}/acknowledge")
    clock.advance(12)
    late = alice.post_json(f"/incidents/{incident_id}/undo")
    assert (late.status_code, web.services.incidents.get(incident_id).acknowledged_by) == (409, "alice")
    assert "for ten seconds" in late.get_json()["message"]
