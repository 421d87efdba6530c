"""The ways in beside the password: a device set up and lost, the house's own account, and a provider that is away."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import PHONE, RunningWeb, logged_in, running_web
from tests.servers.identity_provider import FakeIdentityProvider, running_provider, settings_of
from tests.support.needs_browser import needs_browser
from tests.support.web_app import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.security, needs_browser]


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeIdentityProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, provider: FakeIdentityProvider) -> Iterator[RunningWeb]:
    with running_web(tmp_path_factory.mktemp("house"), **settings_of(provider, second_factor="required")) as running:
        yield running


def check_page(page: Page) -> None:
    """See that a page can be used by everybody, and fits a phone."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def enter_password(browser: Browser, running: RunningWeb, name: str) -> Page:
    page = browser.new_context(viewport=PHONE, color_scheme="dark").new_page()
    page.goto(f"{running.url}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    return page


def next_code(secret: str, used: str) -> str:
    """Return a code that was not used: the next one, which is taken half a minute early."""
    code = pyotp.TOTP(secret).at(time.time(), counter_offset=1)
    return code if code != used else pyotp.TOTP(secret).at(time.time(), counter_offset=2)


def test_a_device_is_set_up_used_and_lost(browser: Browser, house: RunningWeb) -> None:
    page = enter_password(browser, house, "root")
    page.wait_for_url("**/account/second-factor")
    expect(page.get_by_role("img", name="QR code of the key below")).to_be_visible()
    check_page(page)
    secret = page.locator("#second-factor-key").inner_text().replace(" ", "")
    first = pyotp.TOTP(secret).now()
    page.get_by_label("Code", exact=True).fill(first)
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    check_page(page)
    code = page.locator(".recovery-codes li").first.inner_text()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()

    with_device = enter_password(browser, house, "root")
    with_device.wait_for_url("**/login/code")
    check_page(with_device)
    with_device.get_by_label("Code").fill(next_code(secret, first))
    with_device.get_by_role("button", name="Log in").click()
    with_device.wait_for_url(f"{house.url}/")

    without_device = enter_password(browser, house, "root")
    without_device.get_by_label("Code").fill("123456")
    without_device.get_by_role("button", name="Log in").click()
    expect(without_device.get_by_text("That code is wrong")).to_be_visible()
    without_device.wait_for_timeout(1_100)
    without_device.get_by_label("Code").fill(code.upper())
    without_device.get_by_role("button", name="Log in").click()
    without_device.wait_for_url(f"{house.url}/")


def test_someone_comes_in_by_the_account_of_the_house(browser: Browser, house: RunningWeb) -> None:
    services = house.web.services
    alice = services.accounts.find("alice").user_id
    services.single_sign_on.expect(alice, "dana@house.example", "root")
    page = browser.new_context().new_page()
    page.goto(f"{house.url}/login")
    page.get_by_role("link", name="House account").click()
    page.wait_for_url(f"{house.url}/")
    expect(page.get_by_text("alice").first).to_be_visible()


def test_a_provider_that_is_away_leaves_the_password_and_holds_up_nobody(browser: Browser, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        away = {"oidc_issuer": f"http://127.0.0.1:{silent.getsockname()[1]}", "oidc_client_id": "amends"}
        with running_web(tmp_path / "web", **away) as running:
            page = browser.new_page()
            page.goto(f"{running.url}/login")
            page.get_by_role("link", name="Single sign-on").click(no_wait_after=True)
            with silent.accept()[0]:  # The provider was asked, and says nothing.
                began = time.monotonic()
                with urlopen(f"{running.url}/healthz", timeout=5) as answer:
                    assert answer.status == 200
                assert time.monotonic() - began < 1, "one who waits for the provider holds up everybody"
                expect(page.get_by_text("The identity provider does not answer")).to_be_visible(timeout=15_000)
            assert logged_in(browser, running, "alice").url == f"{running.url}/"
