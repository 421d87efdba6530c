"""The JSON API: tokens, roles, errors as JSON, and a description that is true."""

from datetime import UTC, datetime

import pytest

from tests.fakes.web import face
from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera, CameraState, StateReason
from webapp.domain.people.audit import AuditFilter
from webapp.services.cameras.camera_settings import CameraForm


def test_cameras_are_added_changed_listed_and_removed(web: WebApp) -> None:
    root = web.api("root")
    sent = {"name": "Desk", "url": "rtsp://10.0.0.9/live", "username": "cam", "password": "s3cret!!"}
    added = root.call("POST", "/cameras", sent)
    assert added.status_code == 201
    camera = added.get_json()
    assert (camera["name"], camera["has_password"], camera["enabled"]) == ("Desk", True, True)
    assert "password" not in camera
    address = f"/cameras/{camera['camera_id']}"
    changed = root.call("PATCH", address, {"enabled": False}).get_json()
    assert (changed["enabled"], changed["username"], changed["has_password"]) == (False, "cam", True)
    assert root.call("PATCH", address, {"password": ""}).get_json()["has_password"] is False
    assert [one["name"] for one in root.call("GET", "/cameras").get_json()] == ["Desk"]
    assert root.call("DELETE", address).status_code == 204
    assert root.call("GET", address).status_code == 404


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_only_an_admin_changes_cameras(web: WebApp, camera: Camera, name: str) -> None:
    api, address = web.api(name), f"/cameras/{camera.camera_id}"
    assert api.call("GET", address).status_code == 200
    for method, path in (("POST", "/cameras"), ("PATCH", address), ("DELETE", address)):
        assert api.call(method, path, {"name": "x", "url": "demo:"}).status_code == 403
    assert web.services.cameras.get(camera.camera_id) == camera


def test_only_an_admin_is_told_a_cameras_whole_address(web: WebApp) -> None:
    camera = web.services.cameras.add(CameraForm("Desk", "http://10.0.0.9/video?pwd=hush", "cam"))
    for name, url, username in (("root", "http://10.0.0.9/video?pwd=***", "cam"), ("alice", "http:", "")):
        shown = web.api(name).call("GET", f"/cameras/{camera.camera_id}").get_json()
        assert (shown["url"], shown["username"]) == (url, username)
        assert web.api(name).call("GET", "/cameras").get_json()[0]["url"] == url


def test_how_a_camera_is_looked_at_is_read_and_changed_in_parts(web: WebApp, camera: Camera) -> None:
    root, address = web.api("root"), f"/cameras/{camera.camera_id}/settings"
    untouched = {"turn_deg": 0, "is_mirrored": False, "zones": [], "hours": {}, "analysis_fps": None, "detector": None}
    assert web.api("alice").call("GET", address).get_json() == untouched
    zone = {"kind": "privacy", "name": "Till", "points": [[0.0, 0.0], [0.5, 0.0], [0.5, 0.5]]}
    sent = {"zones": [zone], "hours": {"Monday": "18:00-02:00, 07:00-12:30"}, "analysis_fps": 4.0, "detector": "haar"}
    changed = root.call("PATCH", address, sent)
    assert changed.get_json() == {**untouched, **sent, "hours": {"Monday": "07:00-12:30, 18:00-02:00"}}
    assert root.call("PATCH", address, {"turn_deg": 90}).get_json() == {**changed.get_json(), "turn_deg": 90}
    assert web.services.cameras.get(camera.camera_id).image_settings.zones[0].name == "Till"
    newest = web.services.audit.search(AuditFilter(text="camera changed")).events[0].payload
    assert (newest["turned"], "hours" in newest) == (90, False)  # The audit trail tells what was changed alone.
    back = {"zones": [], "hours": {}, "analysis_fps": None, "detector": None, "turn_deg": 0}
    assert root.call("PATCH", address, back).get_json() == untouched
    assert web.api("bob").call("PATCH", address, back).status_code == 403


def test_the_address_of_before_still_answers_and_says_that_it_goes(web: WebApp, camera: Camera) -> None:
    root, address = web.api("root"), f"/cameras/{camera.camera_id}"
    changed = root.call("PATCH", f"{address}/looks", {"turn_deg": 90})
    assert (changed.status_code, changed.headers["Deprecation"]) == (200, "true")
    shown = root.call("GET", f"{address}/looks")
    assert shown.get_json() == root.call("GET", f"{address}/settings").get_json() == changed.get_json()
    assert shown.headers["Deprecation"] == "true"
    assert web.api("bob").call("PATCH", f"{address}/looks", {"turn_deg": 0}).status_code == 403


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"turn_deg": 45}, 422, "turn_deg"),
        ({"hours": {"Funday": "07:00-08:00"}}, 422, "Funday"),
        ({"hours": {"Monday": "at seven"}}, 400, "Expected hours such as"),
        ({"zones": [{"kind": "privacy", "points": [[0.1, 0.1], [0.9, 0.9]]}]}, 422, "between 3 and 32"),
        ({"detector": "yolo"}, 422, "Must be one of"),
        ({"analysis_fps": 900}, 422, "less than or equal to 60"),
    ],
)
def test_looks_that_cannot_be_are_refused_and_change_nothing(
    web: WebApp, camera: Camera, sent: dict[str, object], status: int, words: str
) -> None:
    refused = web.api("root").call("PATCH", f"/cameras/{camera.camera_id}/settings", sent)
    assert refused.status_code == status
    assert words in refused.get_data(as_text=True)
    assert web.services.cameras.get(camera.camera_id) == camera


def test_a_program_reads_a_cameras_state_without_its_words(web: WebApp, camera: Camera) -> None:
    alice, report = web.api("alice"), web.services.cameras.report_state

    def shown() -> tuple[str, ...]:
        one = alice.call("GET", f"/cameras/{camera.camera_id}").get_json()
        return one["state"], one["state_reason"], one["state_code"], one["opens_at"]

    report(camera.camera_id, CameraState.OFFLINE, StateReason("No %(what)s.", {"what": "answer"}, "camera_timed_out"))
    assert shown() == ("offline", "No answer.", "camera_timed_out", None)
    report(camera.camera_id, CameraState.CLOSED, None, datetime(2026, 3, 3, 7, tzinfo=UTC))
    assert shown() == ("closed", "", None, "2026-03-03T07:00:00+00:00")


def test_a_name_that_is_taken_is_told_with_its_field(web: WebApp, camera: Camera) -> None:
    refused = web.api("root").call("POST", "/cameras", {"name": camera.name, "url": "demo:"})
    assert (refused.status_code, refused.get_json()["error"]) == (409, "already_exists")
    assert refused.get_json()["field"] == "name"


def test_the_faces_in_the_newest_frame(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    alice, address = web.api("alice"), f"/cameras/{camera.camera_id}/faces"
    nothing = {"camera_id": camera.camera_id, "captured_at": None, "faces": []}
    assert alice.call("GET", address).get_json() == nothing
    web.live.show(camera.camera_id, b"", face(4, "angry", 0.81, alerting=True), captured_at=clock.now())
    seen = alice.call("GET", address).get_json()
    assert seen["captured_at"] == "2026-03-02T09:00:00+00:00"
    assert seen["faces"] == [
        {"track_id": 4, "emotion": "angry", "confidence": 0.81, "alert_score": 0.1, "alerting": True,
         "alert_emotion": "angry", "level": "high", "box_xyxy": [10.0, 10.0, 90.0, 90.0]}
    ]  # fmt: skip


def test_incidents_are_listed_with_filters_for_managers(web: WebApp, camera: Camera) -> None:
    for _ in range(3):
        web.add_incident(camera)
    web.services.incidents.resolve(1, "alice", "recovered")
    bob = web.api("bob")
    page = bob.call("GET", "/incidents?state=new&page_size=1").get_json()
    assert (page["total"], page["pages"], len(page["incidents"])) == (2, 2, 1)
    assert bob.call("GET", "/incidents?outcome=recovered").get_json()["total"] == 1
    assert bob.call("GET", "/incidents?opened_before=2026-03-02T09:00:00Z").get_json()["total"] == 0
    assert bob.call("GET", "/incidents/1").get_json()["resolved_by"] == "alice"
    assert web.api("alice").call("GET", "/incidents").status_code == 403


def test_staff_see_act_on_and_settle_what_is_open(web: WebApp, camera: Camera) -> None:
    web.add_incident(camera)
    alice = web.api("alice")
    assert [one["incident_id"] for one in alice.call("GET", "/incidents/open").get_json()] == [1]
    assert alice.call("POST", "/incidents/1/acknowledge").get_json()["acknowledged_by"] == "alice"
    refused = web.api("bob").call("POST", "/incidents/1/acknowledge")
    assert (refused.status_code, refused.get_json()["code"]) == (409, 409)
    assert (refused.get_json()["error"], refused.get_json()["field"]) == ("incident_conflict", None)
    assert "already acknowledged by alice" in refused.get_json()["message"]
    resolved = alice.call("POST", "/incidents/1/resolve", {"outcome": "escalated", "note": "to the manager"})
    assert resolved.get_json()["outcome"] == "escalated"
    assert alice.call("GET", "/incidents/open").get_json() == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/cameras/99", None, 404), ("GET", "/nothing", None, 404), ("PUT", "/cameras", None, 405),
        ("POST", "/cameras", {"name": "x"}, 422), ("POST", "/cameras", {"name": "x", "url": "ftp://y"}, 400),
        ("GET", "/incidents?state=bad", None, 422), ("GET", "/incidents?page_size=100000", None, 422),
        ("POST", "/incidents/1/resolve", {"outcome": "bad"}, 422), ("GET", "/incidents?camera_id=0", None, 422),
    ],
)  # fmt: skip
def test_errors_are_json_and_say_what_is_wrong(web: WebApp, method: str, path: str, body: object, status: int) -> None:
    answer = web.api("root").call(method, path, body)
    assert answer.status_code == status
    assert answer.get_json()["code"] == status
    assert answer.get_json()["message"] or answer.get_json()["errors"]


def test_json_that_is_none_is_refused(web: WebApp) -> None:
    api = web.api("root")
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    answer = api.client.post("/api/v1/cameras", data="{", headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.is_json


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer amends_wrong", "Basic cm9vdDp4", "Bearer \u00e9"])
def test_a_token_that_is_none_is_refused(web: WebApp, authorization: str) -> None:
    answer = web.app.test_client().get("/api/v1/cameras", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_token_of_somebody_who_is_locked_out_is_worth_nothing(web: WebApp) -> None:
    alice = web.api("alice")
    web.services.accounts.change(web.services.accounts.find("alice").user_id, role="staff", enabled=False)
    assert alice.call("GET", "/cameras").status_code == 401


def test_the_description_names_every_route_and_nothing_else(web: WebApp) -> None:
    document = web.app.test_client().get("/api/v1/openapi.json").get_json()
    assert document["openapi"].startswith("3.0")
    described = {
        (path, method) for path, methods in document["paths"].items() for method in methods if method != "parameters"
    }
    served = {
        (rule.rule.replace("<int:", "{").replace(">", "}"), method.lower())
        for rule in web.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served
    assert len(described) == 35
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_every_reference_of_the_description_leads_somewhere(web: WebApp) -> None:
    document = web.app.test_client().get("/api/v1/openapi.json").get_json()

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    found = references(document)
    assert found
    for reference in found:
        node = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
