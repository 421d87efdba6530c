"""An alert is taken, resolved and given back over the socket as over HTTP."""

from typing import Any

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.alerts.incidents import IncidentState
from webapp.domain.cameras.cameras import Camera


def asked(web: WebApp, name: str, **message: object) -> dict[str, Any]:
    answer = web.browser(name).socket().emit("act", message, namespace="/dashboard", callback=True)
    assert isinstance(answer, dict)
    return answer


def test_an_alert_is_taken_given_back_and_resolved(web: WebApp, camera: Camera) -> None:
    incident_id = web.add_incident(camera).incident_id
    assert asked(web, "alice", incident_id=incident_id, act="acknowledge")["incident"]["acknowledged_by"] == "alice"
    assert asked(web, "alice", incident_id=incident_id, act="undo")["incident"]["state"] == "new"
    sent = {"incident_id": incident_id, "outcome": "recovered", "note": "Tea."}
    assert asked(web, "bob", act="resolve", **sent)["incident"]["note"] == "Tea."
    assert web.services.incidents.get(incident_id).resolved_by == "bob"


def test_what_came_through_over_http_after_all_is_no_conflict(web: WebApp, camera: Camera) -> None:
    incident_id = web.add_incident(camera).incident_id
    web.services.incidents.acknowledge(incident_id, "alice")
    assert "incident" in asked(web, "alice", incident_id=incident_id, act="acknowledge")
    web.services.incidents.resolve(incident_id, "alice", "recovered")
    assert "incident" in asked(web, "alice", incident_id=incident_id, act="resolve", outcome="recovered")
    assert (
        asked(web, "alice", incident_id=incident_id, act="resolve", outcome="no_action")["error"] == "incident_conflict"
    )


def test_an_undo_that_came_through_over_http_after_all_takes_back_nothing_more(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    incident_id = web.add_incident(camera).incident_id
    web.services.incidents.acknowledge(incident_id, "alice")
    clock.advance(4)
    web.services.incidents.resolve(incident_id, "alice", "recovered")
    clock.advance(1)
    web.services.incidents.undo(incident_id, "alice")
    again = asked(web, "alice", incident_id=incident_id, act="undo", state="resolved")
    assert again["incident"]["state"] == "acknowledged"
    assert web.services.incidents.get(incident_id).state is IncidentState.ACKNOWLEDGED
    assert asked(web, "alice", incident_id=incident_id, act="undo", state="acknowledged")["incident"]["state"] == "new"


def test_the_first_person_wins(web: WebApp, camera: Camera) -> None:
    incident_id = web.add_incident(camera).incident_id
    web.services.incidents.acknowledge(incident_id, "bob")
    refused = asked(web, "alice", incident_id=incident_id, act="acknowledge")
    assert refused["error"] == "incident_conflict"
    assert "bob" in refused["message"]
    assert web.services.incidents.get(incident_id).acknowledged_by == "bob"


@pytest.mark.parametrize(
    "message",
    [
        {}, {"incident_id": 1}, {"incident_id": "1", "act": "acknowledge"}, {"incident_id": True, "act": "acknowledge"},
        {"incident_id": 1, "act": "delete"}, {"incident_id": 1, "act": ["acknowledge"]},
        {"incident_id": 0, "act": "undo"},
        {"incident_id": 1, "act": "resolve", "outcome": 7}, {"incident_id": 1, "act": "resolve", "outcome": "won"},
        {"incident_id": 1, "act": "resolve", "outcome": "recovered", "note": "x" * 9000},
        {"incident_id": 99, "act": "acknowledge"},
    ],
)  # fmt: skip
def test_rubbish_is_refused_with_a_reason(web: WebApp, camera: Camera, message: dict[str, object]) -> None:
    incident = web.add_incident(camera)
    refused = asked(web, "alice", **message)
    assert refused["message"]
    assert "incident" not in refused
    assert web.services.incidents.get(incident.incident_id).state is IncidentState.NEW
