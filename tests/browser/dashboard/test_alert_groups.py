"""Many alerts at one camera: shown as one group, told once, and each still an alert of its own."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.dashboard.test_attention import listening_page
from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.fakes.web import picture
from tests.support.needs_browser import needs_browser
from webapp.domain.cameras.cameras import Camera

pytestmark = [pytest.mark.browser, needs_browser]

AT = datetime.now(UTC).replace(microsecond=0)


def add_flood(running: RunningWeb, camera: Camera, *seconds: float) -> list[int]:
    return [
        running.web.add_incident(camera, at=AT + timedelta(seconds=at_s), jpeg=picture(camera.name)).incident_id
        for at_s in seconds
    ]


def group(page: Page) -> Locator:
    return page.locator(".alert-group")


def test_three_are_one_group_that_is_told_once_and_opens_to_its_cards(browser: Browser, running: RunningWeb) -> None:
    desk = running.add_online_camera("Front desk")
    alice = listening_page(browser, running)
    alice.evaluate("() => { for (const key of ['sound', 'notify']) localStorage.setItem(`amends-${key}`, 'on'); }")
    alice.evaluate("Notification.permission = 'granted'")
    alice.get_by_role("heading", name="Alerts", exact=True).click()  # Sounds want a gesture first.
    alice.evaluate("""() => {
      window.said = [];
      const place = document.getElementById("announcer");
      new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true });
    }""")
    first, second, third, fourth = add_flood(running, desk, 0, 5, 12, 20)
    expect(group(alice).locator(".alert-group-words")).to_have_text("4 people at Front desk")
    expect(alice.locator(".alert-card").filter(visible=True)).to_have_count(0)
    expect(group(alice).locator(".alert-group-pictures img")).to_have_count(4)
    expect(alice.locator("#queue-count")).to_have_text("4")
    expect(alice).to_have_title("(4) Amends")
    alice.wait_for_timeout(1000)
    assert alice.evaluate("said.filter(words => words.includes('people'))") == [
        "Please send assistance: 3 people at Front desk"
    ]
    assert len(alice.evaluate("heard")) == 2  # One chime.
    assert alice.evaluate("present") == {f"alerts-{desk.camera_id}": "Please send assistance: 4 people at Front desk"}
    assert violations(alice) == []

    group(alice).get_by_role("button", name="Show each").click()
    cards = group(alice).locator(".alert-card")
    expect(cards.filter(visible=True)).to_have_count(4)
    assert violations(alice) == []
    cards.first.get_by_role("button", name="Resolve").click()
    alice.get_by_label("False alarm").check()
    alice.locator("#resolve-form").get_by_role("button", name="Resolve").click()
    expect(group(alice).locator(".alert-group-words")).to_have_text("3 people at Front desk")
    alice.locator(f"#alert-{second}").get_by_role("button", name="Acknowledge").click()
    expect(group(alice)).to_have_count(0)
    expect(alice.locator(f"#alert-{second}")).to_be_focused()
    incidents = running.web.services.incidents
    assert [str(incidents.get(one).state) for one in (first, second, third, fourth)] == [
        "new", "acknowledged", "new", "resolved",
    ]  # fmt: skip


def test_all_of_a_group_are_taken_with_one_button_and_given_back(browser: Browser, running: RunningWeb) -> None:
    flood = add_flood(running, running.add_online_camera("Bar"), 0, 5, 10)
    other = running.web.add_incident(running.add_online_camera("Spa"), at=AT).incident_id
    running.web.services.incidents.acknowledge(flood[0], "bob")
    running.web.services.incidents.undo(flood[0], "bob")
    alice, bob = logged_in(browser, running, "alice", viewport=PHONE), logged_in(browser, running, "bob")
    alice.get_by_role("button", name="Acknowledge all 3").click()
    expect(alice.get_by_role("region", name="Acknowledged by me").locator(".alert-card")).to_have_count(3)
    expect(bob.locator("#toasts .toast-words")).to_have_text(["alice is taking care of Bar."])
    expect(bob.get_by_role("region", name="Acknowledged by others").locator(".alert-card")).to_have_count(3)
    assert {running.web.services.incidents.get(one).acknowledged_by for one in flood} == {"alice"}
    assert running.web.services.incidents.get(other).acknowledged_by is None
    alice.get_by_role("button", name="Undo").click()
    expect(group(alice)).to_contain_text("3 people at Bar")
    expect(alice.locator(".alert-group-toggle")).to_be_focused()
    assert {str(running.web.services.incidents.get(one).state) for one in flood} == {"new"}


def test_a_group_is_worked_through_with_the_keyboard(browser: Browser, running: RunningWeb) -> None:
    spa = running.web.add_incident(running.add_online_camera("Spa"), at=AT).incident_id
    flood = add_flood(running, running.add_online_camera("Bar"), 0, 5, 10)
    alice = logged_in(browser, running, "alice")
    expect(group(alice)).to_be_visible()
    toggle, focused = alice.locator(".alert-group-toggle"), alice.locator(".alert-card:focus")
    alice.keyboard.press("ArrowDown")
    expect(toggle).to_be_focused()
    alice.keyboard.press("ArrowDown")
    expect(focused).to_have_attribute("data-incident-id", str(spa))
    alice.keyboard.press("ArrowUp")
    alice.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    alice.keyboard.press("ArrowDown")
    expect(focused).to_have_attribute("data-incident-id", str(flood[2]))
    alice.keyboard.press("ArrowUp")
    alice.keyboard.press("Enter")
    alice.keyboard.press("r")
    expect(focused).to_have_attribute("data-incident-id", str(flood[2]))
    alice.keyboard.press("ArrowUp")
    alice.keyboard.press("a")
    expect(alice.get_by_role("region", name="Acknowledged by me").locator(".alert-card")).to_have_count(3)
    expect(focused).to_have_attribute("data-incident-id", str(spa))


def test_who_is_at_a_card_stays_there_when_a_group_forms_around_it(browser: Browser, running: RunningWeb) -> None:
    desk = running.add_online_camera("Bar")
    first, _second = add_flood(running, desk, 0, 5)
    alice = logged_in(browser, running, "alice")
    alice.locator(f"#alert-{first}").get_by_role("button", name="Resolve").focus()
    add_flood(running, desk, 9)
    expect(group(alice).locator(".alert-card").filter(visible=True)).to_have_count(3)
    expect(alice.locator(f"#alert-{first}").get_by_role("button", name="Resolve")).to_be_focused()
    alice.goto(f"{running.url}/#alert-{first}")
    alice.reload()
    expect(alice.locator(f"#alert-{first}")).to_be_focused()
