"""Where pages are for HTTPS only, who watches over the machine is answered over plain HTTP."""

import pytest
from sqlalchemy import Engine

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.settings import Settings

ELSEWHERE = "192.0.2.7"


@pytest.fixture
def web(settings: Settings, engine: Engine, clock: FakeClock) -> WebApp:
    web = WebApp(settings.model_copy(update={"https_only": True}), engine, clock)
    web.add_people()
    return web


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", ELSEWHERE])
def test_health_is_told_over_plain_http(web: WebApp, camera: Camera, clock: FakeClock, address: str) -> None:
    client, caller = web.app.test_client(), {"REMOTE_ADDR": address}
    assert client.get("/healthz", environ_base=caller).get_json() == {"alive": True}
    assert client.get("/readyz", environ_base=caller).status_code == 503
    web.live.show(camera.camera_id, captured_at=clock.now())
    assert client.get("/readyz", environ_base=caller).status_code == 200
    assert client.head("/healthz", environ_base=caller).status_code == 200


def test_figures_are_for_the_machine_itself(web: WebApp) -> None:
    api = web.api("root")
    bearer = {"Authorization": f"Bearer {api.token}"}
    for address, status in [("127.0.0.1", 200), ("::1", 200), (ELSEWHERE, 302)]:
        answer = api.client.get("/metrics", headers=bearer, environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == status, address
    assert answer.location == "https://localhost/metrics"
    assert api.client.get("/metrics", headers=bearer, base_url="https://localhost").status_code == 200


def test_a_caller_behind_the_proxy_is_not_the_machine_itself(web: WebApp) -> None:
    api = web.api("root")
    forwarded = {"X-Forwarded-For": ELSEWHERE, "X-Forwarded-Proto": "http"}
    answer = api.client.get("/metrics", headers={"Authorization": f"Bearer {api.token}", **forwarded})
    assert answer.status_code == 302


@pytest.mark.parametrize("path", ["/", "/login", "/api/v1/cameras", "/static/js/theme.js", "/manifest.webmanifest"])
def test_everything_else_is_for_https_only(web: WebApp, path: str) -> None:
    answer = web.app.test_client().get(path)
    assert (answer.status_code, answer.location) == (302, f"https://localhost{path}")
