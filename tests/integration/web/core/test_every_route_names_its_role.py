"""Who may call what: a walk over all routes and socket handlers."""

import pytest
from flask import Flask

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.web.core.guards import Access, access_of
from webapp.web.kiosk.kiosk_socket import KioskNamespace
from webapp.web.live.sockets import DashboardNamespace

# What is open to everybody is listed here one by one; anything new has to name a role.
PUBLIC = {
    "static",
    "favicon",
    "auth.login",
    "passkeys.ask",
    "passkeys.log_in",
    "second_factor.ask",
    "second_factor.enter",
    "single_sign_on.begin",
    "single_sign_on.come_back",
    "health.alive",
    "health.ready",
    "openapi",
    "invitations.join",
    "invitations.show",
    "invitations.accept",
    "password_reset.ask",
    "password_reset.begin",
    "password_reset.show",
    "password_reset.accept",
    "notice.notice_page",
    "kiosk.screen",
    "kiosk.pair",
    "kiosk.take_pairing",
    "wall_screen.show",
    "wall_screen.pair",
    "wall_screen.take_pairing",
    "pwa.manifest",
    "pwa.service_worker",
    "pwa.offline",
    "languages.choose",
    "logo.picture",
    # For a site by its own token, which is no person's: see tests/integration/sites.
    "api_sites.take_feed",
    "api_sites.take_picture",
}


def views(app: Flask) -> dict[str, Access | None]:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    return {endpoint: access_of(app.view_functions[endpoint]) for endpoint in endpoints}


def test_every_route_names_its_role(web: WebApp) -> None:
    accesses = views(web.app)
    assert len(accesses) > 30
    assert [endpoint for endpoint, access in accesses.items() if access is None] == []
    assert {endpoint for endpoint, access in accesses.items() if access and access.role is None} == PUBLIC


def test_every_socket_handler_names_its_role() -> None:
    spaces = (DashboardNamespace, KioskNamespace)
    handlers = [getattr(space, name) for space in spaces for name in vars(space) if name.startswith("on_")]
    assert len(handlers) >= 6
    assert [handler.__name__ for handler in handlers if access_of(handler) is None] == []


def test_a_route_without_a_role_is_refused_even_to_an_admin(web: WebApp) -> None:
    web.app.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "secret")
    answer = web.browser("root").client.get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_a_socket_event_without_a_role_is_not_handled(web: WebApp, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    monkeypatch.setattr(DashboardNamespace, "on_forgotten", lambda self, *args: calls.append(args), raising=False)
    socket = web.browser("alice").socket()
    socket.emit("forgotten", {}, namespace="/dashboard")
    assert calls == []


def concrete_paths(web: WebApp, camera: Camera) -> list[tuple[str, str]]:
    """Return every route's methods with an address that exists."""
    incident = web.add_incident(camera)
    values: dict[str, object] = {
        "camera_id": camera.camera_id,
        "incident_id": incident.incident_id,
        "user_id": web.services.accounts.find("alice").user_id,
        "view_id": 1,
        "filename": "js/shell.js",
        "step": "address",
        "slug": "alerts",
        "skipped": "site",
        "name": "amends-20261121-093000.tar.gz",
        "session_id": 1,
        "proof_id": 1,
        "token_id": 1,
        "passkey_id": 1,
        "channel_id": 1,
        "screen_id": 1,
        "invitation_id": 1,
        "kind": "webhook",
        "delivery_id": 1,
        "route_id": 1,
        "schedule_id": 1,
        "site_id": 1,
    }
    adapter = web.app.url_map.bind("localhost")
    paths = []
    for rule in web.app.url_map.iter_rules():
        address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        paths += [(rule.endpoint, method, address) for method in rule.methods or () if method in ("GET", "POST")]
    return [(method, address) for endpoint, method, address in sorted(paths) if endpoint not in PUBLIC]


def test_nobody_gets_in_anywhere_without_logging_in(web: WebApp, camera: Camera) -> None:
    charlie = web.browser()
    for method, address in concrete_paths(web, camera):
        answer = charlie.client.open(address, method=method)
        assert answer.status_code in (302, 401), f"{method} {address} answered {answer.status_code}"
        if answer.status_code == 302:
            assert answer.location.startswith("/login"), address


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        (
            "alice",
            (
                "/incidents",
                "/incidents.csv",
                "/incidents.json",
                "/insights",
                "/summary",
                "/advice",
                "/advice/1",
                "/model",
                "/model/report",
                "/with-managers.json",
                "/admin/",
            ),
        ),
        ("bob", ("/admin/",)),
    ],
)
def test_a_role_gets_no_further_than_it_may(web: WebApp, camera: Camera, name: str, refused: tuple[str, ...]) -> None:
    browser = web.browser(name)
    for method, address in concrete_paths(web, camera):
        if method == "GET" and not address.startswith("/api/") and not address.endswith(".mjpg"):
            is_of_admins = address.startswith((refused[-1], "/welcome")) or address == "/metrics"
            is_refused = address in refused or is_of_admins
            # An incident's page and picture belong to the alert, which staff see.
            expected = {403} if is_refused else {200, 204, 308, 404}
            assert browser.client.get(address).status_code in expected, address


def test_a_session_is_worth_nothing_to_the_api(web: WebApp) -> None:
    assert web.browser("root").client.get("/api/v1/cameras").status_code == 401


def test_a_token_is_worth_nothing_to_the_pages(web: WebApp) -> None:
    api = web.api("root")
    answer = api.client.get("/admin/users", headers={"Authorization": f"Bearer {api.token}"})
    assert answer.status_code == 302
