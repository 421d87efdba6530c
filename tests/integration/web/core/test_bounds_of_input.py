"""What cannot be an id, a text or a message is refused as such everywhere, and never fails on our side."""

from itertools import product

import pytest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.web.core.input.bounded_json import MAX_DEPTH
from webapp.web.core.input.row_ids import MAX_ROW_ID, is_row_id

pytestmark = pytest.mark.security
NO_IDS = ["0", str(MAX_ROW_ID + 1), "9" * 30, "9" * 5000, "-1", "1.0", "٣"]
BAD_JSON = [
    "[" * 40_000,
    '{"a":' * 40_000,
    f'{{"note": {"[" * (MAX_DEPTH + 1)}{"]" * (MAX_DEPTH + 1)}}}',
    f'{{"minutes": {"1" * 5000}}}',
    '{"outcome": "recovered", "note": "\\ud800"}',
    '{"\\udfff": "recovered"}',
    '{"outcome": "recovered", "note": "\\u0000"}',
    '{"name": "\\ud800", "minutes": 15}',
]
LAST_ID = f"{MAX_ROW_ID}"


def id_rules(web: WebApp) -> list[tuple[str, str]]:
    """Return method and path of every route that names an id, with `ID` in its place."""
    rules = [rule for rule in web.app.url_map.iter_rules() if "<int:" in rule.rule]
    paths = [(rule, rule.rule.split("<int:")[0] + "ID" + rule.rule.split(">", 1)[1]) for rule in rules]
    return [(method, path) for rule, path in paths for method in (rule.methods or set()) & {"GET", "POST", "PATCH"}]


def test_what_cannot_be_an_id_is_not_there_on_every_route(web: WebApp) -> None:
    root, token = web.browser("root"), web.api("root").token
    headers = {"X-CSRFToken": root.token(), "Authorization": f"Bearer {token}"}
    routes = id_rules(web)
    assert len(routes) > 30
    for number, (method, path) in product(NO_IDS, routes):
        answer = root.client.open(path.replace("ID", number), method=method, headers=headers, json={})
        # A route of the same address for other methods makes it 405.
        assert answer.status_code in (404, 405), (method, path)


def test_the_last_id_that_a_database_holds_is_asked_for_and_is_not_there(web: WebApp) -> None:
    root, token = web.browser("root"), web.api("root").token
    headers = {"X-CSRFToken": root.token(), "Authorization": f"Bearer {token}", "Accept": "application/json"}
    for method, path in id_rules(web):
        answer = root.client.open(path.replace("ID", LAST_ID), method=method, headers=headers, json={})
        assert answer.status_code < 500, (method, path, answer.text)


@pytest.mark.parametrize("value", [True, 1.0, "1", None, [1], 0, -1, MAX_ROW_ID + 1])
def test_an_id_is_a_number_that_a_database_holds(value: object) -> None:
    assert not is_row_id(value)
    assert is_row_id(1)
    assert is_row_id(MAX_ROW_ID)
    assert is_row_id(0, least=0)


def test_an_id_in_a_message_is_bounded_too(web: WebApp) -> None:
    root = web.browser("root")
    probe = {"url": "rtsp://10.0.0.9/live", "camera_id": MAX_ROW_ID + 1}
    assert root.post_json("/admin/cameras/probe", probe).status_code == 200
    assert root.post_json("/handover/seen", {"last_event_id": MAX_ROW_ID + 1}).status_code == 400
    socket = root.socket(catch_up=True)
    socket.emit("catch_up", {"last_event_id": 10**50}, namespace="/dashboard")
    assert [one["name"] for one in socket.get_received("/dashboard")] == ["reload"]


@pytest.mark.parametrize(
    "path", ["/incidents/1/resolve", "/cameras/1/snooze", "/handover/seen", "/admin/cameras/probe"]
)
def test_json_that_cannot_be_is_refused_on_pages(web: WebApp, camera: Camera, path: str) -> None:
    root = web.browser("root")
    headers = {"X-CSRFToken": root.token(), "Accept": "application/json", "Content-Type": "application/json"}
    for body in BAD_JSON:
        assert root.client.post(path, data=body, headers=headers).status_code == 400, body[:40]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "cameras"), ("PATCH", "cameras/1"), ("PATCH", "cameras/1/settings"), ("POST", "incidents/1/resolve")],
)
def test_and_by_the_api(web: WebApp, camera: Camera, method: str, path: str) -> None:
    root = web.api("root")
    headers = {"Authorization": f"Bearer {root.token}", "Content-Type": "application/json"}
    for body in (*BAD_JSON, "{", "\xff"):
        answer = root.client.open(f"/api/v1/{path}", method=method, data=body.encode("latin-1"), headers=headers)
        assert answer.status_code == 400, body[:40]


def test_and_in_the_form_of_the_zones(web: WebApp, camera: Camera) -> None:
    root = web.browser("root")
    half = '[{"kind": "privacy", "name": "\\ud800", "points": [[0, 0], [1, 0], [1, 1]]}]'
    for zones in (*BAD_JSON, half):
        answer = root.post("/admin/cameras/1/zones", zones=zones)
        assert answer.status_code in (400, 413), zones[:40]  # Encoded, the longest is too long for a form.
    assert root.client.get("/admin/cameras/1/zones").status_code == 200
    assert web.services.cameras.get(camera.camera_id).image_settings.zones == ()


def test_what_cannot_be_done_says_what_can(web: WebApp) -> None:
    client = web.app.test_client()
    for path in ("/api/v1/cameras", "/api/v1/cameras/1/settings", "/", "/login", "/incidents/resolve"):
        answer = client.put(path)
        assert answer.status_code == 405, path
        assert {"OPTIONS"} < set(answer.headers["Allow"].split(", "))


def test_the_ends_of_time_are_days_like_others(web: WebApp) -> None:
    bob = web.api("bob")
    for at in ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"):
        for name in ("opened_from", "opened_before"):
            assert bob.call("GET", f"/incidents?{name}={at}").status_code == 200


def test_a_rate_is_a_finite_number_in_its_bounds(web: WebApp, camera: Camera) -> None:
    root = web.api("root")
    headers = {"Authorization": f"Bearer {root.token}", "Content-Type": "application/json"}
    for sent in ("-2e-309", "1e-320", "NaN", "1e999", "-0.0", "61", "true", '"4"'):
        body = f'{{"analysis_fps": {sent}}}'
        answer = root.client.patch("/api/v1/cameras/1/settings", data=body, headers=headers)
        assert answer.status_code == 422, sent
        assert "analysis_fps" in answer.text


def test_a_change_changes_something(web: WebApp, camera: Camera) -> None:
    root = web.api("root")
    for path in ("cameras/1", "cameras/1/settings", "cameras/1/looks"):
        for body in (None, {}):
            assert root.call("PATCH", f"/{path}", body).status_code == 422
