"""A passkey from making it to losing it, in a real browser with a device in software."""

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb
from tests.support.needs_browser import needs_browser
from tests.support.web_app import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.security, needs_browser]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def named(running: RunningWeb) -> str:
    """Return the server's address with a name: browsers have no passkeys for an IP address."""
    return running.url.replace("127.0.0.1", "localhost")


def with_device(browser: Browser, **options: object) -> tuple[Page, CDPSession, str]:
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return page, session, device["authenticatorId"]


def log_in(page: Page, running: RunningWeb, name: str) -> None:
    page.goto(f"{named(running)}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Log out").or_(page.get_by_role("button", name="Menu")).first.wait_for()


def add(page: Page, running: RunningWeb, name: str) -> None:
    page.goto(f"{named(running)}/account")
    page.get_by_role("link", name="Your passkeys").click()
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make the passkey").click()


@pytest.mark.parametrize(("viewport", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_a_passkey_is_made_logs_in_and_is_removed(
    browser: Browser, running: RunningWeb, viewport: dict[str, int], theme: str
) -> None:
    page, _session, _device = with_device(browser, viewport=viewport, color_scheme=theme)
    log_in(page, running, "alice")
    add(page, running, "Tablet")
    expect(page.get_by_text("The passkey Tablet is added.")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.clear_cookies()
    page.goto(f"{named(running)}/login?next=/test-photo")
    assert violations(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Test a photo").wait_for()
    page.goto(f"{named(running)}/account/passkeys")
    expect(page.get_by_text("never")).to_have_count(0)
    page.get_by_role("button", name="Remove Tablet").click()
    page.get_by_role("button", name="Remove", exact=True).last.click()
    expect(page.get_by_text("The passkey Tablet is removed.")).to_be_visible()
    page.context.close()


def test_a_device_has_one_passkey_of_a_person_and_says_so(browser: Browser, running: RunningWeb) -> None:
    page, _session, _device = with_device(browser)
    log_in(page, running, "bob")
    add(page, running, "Phone")
    expect(page.get_by_text("The passkey Phone is added.")).to_be_visible()
    add(page, running, "Phone again")
    expect(page.get_by_text("This device has a passkey of yours already.")).to_be_visible()
    assert violations(page) == []
    page.context.close()


def test_a_device_that_does_not_know_its_person_logs_nobody_in(browser: Browser, running: RunningWeb) -> None:
    page, session, device = with_device(browser)
    log_in(page, running, "root")
    add(page, running, "Desk")
    expect(page.get_by_text("The passkey Desk is added.")).to_be_visible()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.context.clear_cookies()
    page.goto(f"{named(running)}/login")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("No passkey was used.")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_enabled()
    page.context.close()


def test_at_an_ip_address_the_page_says_what_is_missing(browser: Browser, running: RunningWeb) -> None:
    page = browser.new_context(viewport=PHONE).new_page()
    page.goto(f"{running.url}/login")
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    page.get_by_label("Name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/")
    page.goto(f"{running.url}/account/passkeys")
    expect(page.get_by_text("Browsers make passkeys only for an address with a name and HTTPS")).to_be_visible()
    assert violations(page) == []
    page.context.close()
