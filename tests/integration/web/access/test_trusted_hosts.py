"""A name that somebody else owns may lead a browser to this server: it answers to its own names."""

import pytest

from tests.support.web_app import WebApp
from webapp.web.core.app_context import app_settings

pytestmark = pytest.mark.security


def status(web: WebApp, host: str, path: str = "/login") -> int:
    return web.app.test_client().get(path, headers={"Host": host}).status_code


def name_site(web: WebApp, public_url: str = "https://amends.example") -> None:
    web.browser("root").post("/admin/notice", product_name="Amends", public_url=public_url, language="en")
    assert web.services.site.get().public_url == public_url


def test_a_fresh_installation_is_reached_by_whatever_name_leads_to_it(web: WebApp) -> None:
    assert status(web, "amends.hotel.example") == 200


@pytest.mark.parametrize("path", ["/login", "/join", "/api/v1/openapi.json"])
def test_one_with_a_public_address_is_not_known_by_a_strangers_name(web: WebApp, path: str) -> None:
    name_site(web)
    assert status(web, "rebound.evil.example", path) == 400
    assert status(web, "amends.example.evil.example", path) == 400
    assert status(web, "amends.example:8443", path) == 200


@pytest.mark.parametrize(
    "host",
    ["192.168.1.5:8000", "[fd00::5]:8000", "localhost", "reception", "amends.local", "amends.lan", "AMENDS.EXAMPLE"],
)
def test_it_is_still_reached_by_address_and_by_names_of_the_house(web: WebApp, host: str) -> None:
    name_site(web)
    assert status(web, host) == 200


def test_the_names_can_be_listed(web: WebApp) -> None:
    listed = app_settings(web.app).model_copy(update={"trusted_hosts": "amends.example, desk.example"})
    web.app.extensions["amends_settings"] = listed
    assert status(web, "desk.example") == 200
    assert status(web, "other.example") == 400


def test_a_monitor_may_ask_for_its_health_by_any_name(web: WebApp) -> None:
    name_site(web)
    assert status(web, "probe.monitor.example", "/healthz") == 200
