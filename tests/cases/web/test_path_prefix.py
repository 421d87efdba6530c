"""A proxy that serves Amends beneath a path: every address stays beneath it, and without one nothing changes."""

import json

import pytest
from flask.testing import FlaskClient

from tests.support.web_app import PASSWORD, WebApp, csrf_token
from webapp.domain.cameras.cameras import Camera
from webapp.web.core.access.proxies import TrustedProxies

PREFIX = {"X-Forwarded-Prefix": "/amends"}


@pytest.fixture
def web(settings, engine, clock) -> WebApp:
    web = WebApp(settings.model_copy(update={"trusted_proxies": "127.0.0.1,10.0.0.0/8"}), engine, clock)
    web.add_people()
    return web


def roots(path: str, prefixes: str, *, peer: str = "10.0.0.1", callers: str = "192.0.2.7") -> tuple[str, str]:
    """Return SCRIPT_NAME and PATH_INFO as the application gets them."""
    environ = {"REMOTE_ADDR": peer, "PATH_INFO": path, "SCRIPT_NAME": "", "HTTP_X_FORWARDED_FOR": callers}
    environ["HTTP_X_FORWARDED_PREFIX"] = prefixes
    TrustedProxies(lambda environ, start: [], "10.0.0.0/8", https_only=False)(environ, lambda *_: None)
    return environ["SCRIPT_NAME"], environ["PATH_INFO"]


@pytest.mark.parametrize(
    ("path", "prefixes", "seen"),
    [
        ("/login", "/amends", ("/amends", "/login")),
        ("/login", "/amends/", ("/amends", "/login")),
        ("/login", "/a/b", ("/a/b", "/login")),
        ("/login", "/a/b/", ("/a/b", "/login")),
        ("/login", "", ("", "/login")),
        ("/login", "/", ("", "/login")),
        ("/amends/login", "/amends", ("/amends", "/login")),  # A proxy that takes nothing off the path.
        ("/amends", "/amends", ("/amends", "/")),
        ("/amendsment", "/amends", ("/amends", "/amendsment")),
    ],
)
def test_a_trusted_proxy_says_beneath_what(path: str, prefixes: str, seen: tuple[str, str]) -> None:
    assert roots(path, prefixes) == seen


@pytest.mark.parametrize(
    "prefix",
    [
        "//evil.example",
        "/a//b",
        "/a/../b",
        "/..",
        "/a\\b",
        "amends",
        "https://evil.example",
        '/"><script>',
        "/a b",
        "/a?b",
    ],
)
def test_a_prefix_that_is_none_is_left_alone(prefix: str) -> None:
    assert roots("/login", prefix) == ("", "/login")


def test_anybody_else_is_not_believed() -> None:
    assert roots("/login", "/evil", peer="192.0.2.1") == ("", "/login")


def test_of_several_proxies_each_says_its_own() -> None:
    assert roots("/login", "/outer, /inner", callers="192.0.2.7, 10.0.0.9")[0] == "/outer/inner"
    assert roots("/login", "/outer", callers="192.0.2.7, 10.0.0.9")[0] == "/outer"
    # What a caller invents stands before what the proxies say.
    assert roots("/login", "/evil, /amends")[0] == "/amends"
    assert roots("/login", "/evil, /outer, /inner", callers="192.0.2.7, 10.0.0.9")[0] == "/outer/inner"


def log_in(client: FlaskClient, address: str = "/amends/login") -> str:
    """Log in as a browser does that keeps cookies for this path; returns where it is led."""
    page = client.get(address, headers=PREFIX).text
    fields = {"csrf_token": csrf_token(page), "name": "root", "password": PASSWORD}
    answer = client.post(address, data=fields, headers=PREFIX)
    assert answer.status_code == 302
    assert all("Path=/amends" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    return answer.location


@pytest.mark.parametrize(
    ("next_address", "target"),
    [
        ("", "/amends/"),
        ("/amends/insights?days=7", "/amends/insights?days=7"),
        ("/insights", "/amends/"),
        ("/amendsment", "/amends/"),
        ("//evil.example", "/amends/"),
        ("/amends/../other", "/amends/"),
        ("/amends/%2E%2e/other", "/amends/"),
    ],
)
def test_who_signs_in_goes_on_beneath_the_prefix(web: WebApp, next_address: str, target: str) -> None:
    client = web.app.test_client()
    assert log_in(client, f"/amends/login?next={next_address}" if next_address else "/amends/login") == target


def test_who_is_not_signed_in_is_led_to_the_page_beneath_the_prefix(web: WebApp) -> None:
    client = web.app.test_client()
    led = client.get("/amends/admin/cameras?x=1", headers=PREFIX)
    assert led.location == "/amends/login?next=/amends/admin/cameras?x%3D1"
    assert log_in(client, led.location) == "/amends/admin/cameras?x=1"


def test_what_programs_read_names_the_prefix(web: WebApp) -> None:
    client = web.app.test_client()
    manifest = client.get("/manifest.webmanifest", headers=PREFIX).get_json(force=True)
    assert manifest["scope"] == manifest["id"] == manifest["start_url"] == "/amends/"
    assert all(icon["src"].startswith("/amends/static/") for icon in manifest["icons"])
    shell = json.loads(client.get("/service-worker.js", headers=PREFIX).text.partition("=")[2].partition(";\n")[0])
    assert shell["root"] == "/amends"
    assert all(address.startswith("/amends/") for address in (shell["page"], *shell["assets"]))
    assert client.get("/api/v1/openapi.json", headers=PREFIX).get_json()["servers"] == [{"url": "/amends"}]
    assert 'data-root="/amends"' in client.get("/offline", headers=PREFIX).text


def test_without_a_prefix_nothing_changes(web: WebApp, camera: Camera) -> None:
    root = web.browser("root")
    assert 'data-root=""' in root.client.get("/").text
    assert "servers" not in root.client.get("/api/v1/openapi.json").get_json()
    assert "Path=/" in web.app.test_client().get("/login").headers["Set-Cookie"]


def test_the_language_is_chosen_beneath_the_prefix(web: WebApp) -> None:
    client = web.app.test_client()
    page = client.get("/amends/notice?x=1", headers=PREFIX).text
    assert 'name="next" value="/amends/notice?x=1"' in page
    fields = {"csrf_token": csrf_token(page), "language": "de", "next": "/amends/notice?x=1"}
    answer = client.post("/amends/language", data=fields, headers=PREFIX)
    assert answer.location == "/amends/notice?x=1"
    assert "Path=/amends" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("prefix", ["/cameras", "/admin", "/account", "/login", "/kiosk", "/insights"])
@pytest.mark.parametrize("is_taken_off", [True, False])
def test_a_prefix_may_be_called_as_a_page_is(web: WebApp, camera: Camera, prefix: str, is_taken_off: bool) -> None:
    root = web.browser("root").client
    front = "" if is_taken_off else prefix
    for page in ("/", f"/cameras/{camera.camera_id}", "/admin/cameras", "/account", "/insights", "/notice"):
        answer = root.get(front + page, headers={"X-Forwarded-Prefix": prefix})
        assert answer.status_code == 200, page
        assert f'data-root="{prefix}"' in answer.text
