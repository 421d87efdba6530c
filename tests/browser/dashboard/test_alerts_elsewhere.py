"""Alerts beside the dashboard: on a camera's page and on an incident's, the same card, live, and corrected later."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.fakes.web import picture
from tests.support.needs_browser import needs_browser
from webapp.domain.alerts.incidents import IncidentState, Outcome

pytestmark = [pytest.mark.browser, needs_browser]

FACE = (0.6, 0.2, 0.7, 0.4)


def state_of(running: RunningWeb, incident_id: int) -> IncidentState:
    return running.web.services.incidents.get(incident_id).state


def test_an_alert_is_taken_and_resolved_on_the_cameras_page(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    alice, bob = logged_in(browser, running, "alice"), logged_in(browser, running, "bob")
    for page in (alice, bob):
        page.goto(f"{running.url}/cameras/{camera.camera_id}")
    expect(alice.locator("#open-alerts")).to_be_hidden()
    incident_id = running.web.add_incident(camera, jpeg=picture("Bar")).incident_id
    card = alice.locator(".alert-card")
    expect(card).to_contain_text("Please send assistance: angry-looking customer at Bar")
    card.get_by_role("button", name="Acknowledge").click()
    expect(card).to_contain_text("You are taking care of it")
    expect(bob.locator(".alert-card")).to_contain_text("alice is taking care of it")
    expect(bob.locator("#toasts")).to_contain_text("alice is taking care of Bar.")
    alice.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(bob.locator(".alert-card").get_by_role("button", name="Acknowledge")).to_be_visible()
    bob.locator(".alert-card").get_by_role("button", name="Resolve").click()
    bob.get_by_label("Recovered").check()
    bob.locator("#resolve").get_by_role("button", name="Resolve").click()
    expect(bob.locator("#open-alerts")).to_be_hidden()
    expect(alice.locator("#open-alerts")).to_be_hidden()
    assert state_of(running, incident_id) is IncidentState.RESOLVED


def test_who_is_second_is_told_who_was_first(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    incident_id = running.web.add_incident(camera).incident_id
    bob = logged_in(browser, running, "bob")
    bob.goto(f"{running.url}/incidents/{incident_id}")
    expect(bob.get_by_role("button", name="Acknowledge")).to_be_visible()
    bob.route("**/acknowledge", lambda route: _acknowledge_before(running, incident_id) or route.continue_())
    bob.get_by_role("button", name="Acknowledge").click()
    expect(bob.locator("#toasts")).to_contain_text("was already acknowledged by alice; nothing was changed.")
    expect(bob.locator(".alert-card")).to_contain_text("alice is taking care of it")


def _acknowledge_before(running: RunningWeb, incident_id: int) -> None:
    running.web.services.incidents.acknowledge(incident_id, "alice")


def test_an_incidents_page_follows_what_others_do_and_a_manager_corrects_it(
    browser: Browser, running: RunningWeb
) -> None:
    incident_id = running.web.add_incident(running.add_online_camera("Bar"), jpeg=picture("Bar")).incident_id
    alice, bob = logged_in(browser, running, "alice"), logged_in(browser, running, "bob")
    bob.goto(f"{running.url}/incidents/{incident_id}")
    expect(bob.locator("#incident-facts")).to_contain_text("not yet")
    alice.locator(".alert-card").get_by_role("button", name="Resolve").click()
    alice.get_by_label("False alarm").check()
    alice.get_by_label("Note").fill("A grin.")
    alice.locator("#resolve").get_by_role("button", name="Resolve").click()
    expect(bob.locator("#incident-state")).to_have_text("Resolved")
    expect(bob.locator("#open-alerts")).to_be_hidden()
    expect(bob.locator("#incident-facts")).to_contain_text("never")
    bob.get_by_role("button", name="Correct outcome or note").click()
    expect(bob.get_by_role("heading", name="Correct how it ended")).to_be_visible()
    expect(bob.get_by_label("False alarm")).to_be_checked()
    expect(bob.locator("#resolve-note")).to_have_value("A grin.")
    assert violations(bob) == []
    bob.get_by_label("Recovered").check()
    bob.locator("#resolve").get_by_role("button", name="Correct").click()
    expect(bob.locator("#incident-facts")).to_contain_text("Recovered")
    expect(bob.locator("#incident-timeline")).to_contain_text("Recovered instead of False alarm")
    assert running.web.services.incidents.get(incident_id).outcome is Outcome.RECOVERED
    bob.get_by_role("button", name="Reopen").click()
    bob.locator("#confirm").get_by_role("button", name="Reopen").click()
    expect(bob.get_by_text("The incident is open again")).to_be_visible()
    expect(bob.get_by_role("button", name="Acknowledge")).to_be_visible()
    expect(alice.locator(".alert-card")).to_contain_text("customer at Bar")
    expect(alice.locator("#toasts")).to_contain_text("bob opened the alert at Bar again.")


def test_what_a_manager_is_asked_to_confirm_is_done_though_the_page_was_renewed_meanwhile(
    browser: Browser, running: RunningWeb
) -> None:
    incident_id = running.web.add_incident(running.add_online_camera("Bar")).incident_id
    running.web.services.incidents.resolve(incident_id, "alice", "recovered")
    bob = logged_in(browser, running, "bob")
    bob.goto(f"{running.url}/incidents/{incident_id}")
    bob.get_by_role("button", name="Reopen").click()
    form = bob.locator("form[data-confirm]").element_handle()
    elsewhere = logged_in(browser, running, "bob")
    elsewhere.goto(f"{running.url}/incidents/{incident_id}")
    elsewhere.get_by_role("button", name="Correct outcome or note").click()
    elsewhere.get_by_label("False alarm").check()
    elsewhere.locator("#resolve").get_by_role("button", name="Correct").click()
    bob.wait_for_function("form => !form.isConnected", arg=form)
    bob.locator("#confirm").get_by_role("button", name="Reopen").click()
    expect(bob.get_by_text("The incident is open again")).to_be_visible()


def test_staff_come_from_recent_alerts_to_the_incident(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    incident_id = running.web.add_incident(camera, jpeg=picture("Bar")).incident_id
    running.web.services.incidents.resolve(incident_id, "alice", "recovered")
    alice = logged_in(browser, running, "alice", viewport=PHONE, theme="dark")
    alice.goto(f"{running.url}/cameras/{camera.camera_id}")
    alice.locator("#recent").get_by_role("link").click()
    expect(alice).to_have_url(f"{running.url}/incidents/{incident_id}")
    expect(alice.get_by_role("button", name="Correct outcome or note")).to_be_visible()
    assert violations(alice) == []
    assert alice.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_link_to_an_alert_that_is_resolved_meanwhile_leads_to_its_page(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    waiting, resolved = (running.web.add_incident(camera).incident_id for _ in range(2))
    running.web.services.incidents.resolve(resolved, "bob", "recovered")
    alice = logged_in(browser, running, "alice")
    alice.goto(f"{running.url}/#alert-{waiting}")
    expect(alice.locator(f"#alert-{waiting}")).to_be_focused()
    alice.evaluate("id => { location.hash = `alert-${id}`; }", resolved)
    expect(alice).to_have_url(f"{running.url}/incidents/{resolved}")


def shown_share(page: Page) -> float:
    """Return how much larger the picture is than its frame."""
    return float(
        page.evaluate(
            """() => document.querySelector(".picture-frame img").getBoundingClientRect().width
                     / document.querySelector(".picture-frame").getBoundingClientRect().width"""
        )
    )


@pytest.mark.parametrize("place", ["/", "/cameras/1", "/incidents/1"])
def test_a_click_on_the_picture_shows_the_face_large(browser: Browser, running: RunningWeb, place: str) -> None:
    camera = running.add_online_camera("Bar")
    running.web.add_incident(camera, jpeg=picture("Bar"), face_xyxy=FACE)
    alice = logged_in(browser, running, "alice")
    alice.goto(running.url + place)
    opener = alice.get_by_role("button", name=re.compile("^The picture of this alert, Bar")).locator("visible=true")
    opener.focus()
    alice.keyboard.press("Enter")
    dialog = alice.get_by_role("dialog", name="Please send assistance: angry-looking customer at Bar")
    expect(dialog).to_be_visible()
    alice.wait_for_function("document.querySelector('.picture-frame img').naturalWidth > 0")
    alice.wait_for_timeout(400)
    assert shown_share(alice) == pytest.approx(2.25, rel=0.02)
    middle = alice.evaluate(
        """() => { const at = document.querySelector(".picture-frame img").getBoundingClientRect();
                   const frame = document.querySelector(".picture-frame").getBoundingClientRect();
                   return [(at.left + 0.65 * at.width - frame.left) / frame.width,
                           (at.top + 0.3 * at.height - frame.top) / frame.height]; }"""
    )
    assert middle == pytest.approx([0.5, 0.5], abs=0.02)
    assert violations(alice) == []
    dialog.get_by_role("button", name="Face").click()
    alice.wait_for_timeout(400)
    assert shown_share(alice) == pytest.approx(1, rel=0.02)
    alice.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_where_the_face_is_not_known_all_of_the_picture_is_shown_and_said(
    browser: Browser, running: RunningWeb
) -> None:
    running.web.add_incident(running.add_online_camera("Bar"), jpeg=picture("Bar"))
    alice = logged_in(browser, running, "alice", viewport=PHONE)
    alice.locator(".alert-card").get_by_role("button", name=re.compile("^The picture")).click()
    expect(alice.locator("#picture-note")).to_contain_text("was not kept with this picture")
    expect(alice.locator("#picture-zoom")).to_be_hidden()
    alice.wait_for_timeout(400)
    assert shown_share(alice) == pytest.approx(1, rel=0.02)
    assert alice.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_snooze_of_ones_own_is_checked_beside_its_field(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    alice = logged_in(browser, running, "alice")
    alice.goto(f"{running.url}/cameras/{camera.camera_id}")
    alice.locator("#snooze-camera").click()
    minutes, problem = alice.get_by_label("Minutes, up to 1440"), alice.locator("#snooze-minutes-problem")
    for typed, words in (("x", "whole number"), ("", "whole number"), ("2000", "for 1 to 1440 minutes, got 2000.")):
        minutes.fill(typed)
        minutes.press("Enter")
        expect(problem).to_contain_text(words)
        expect(minutes).to_have_value(typed)
        expect(minutes).to_be_focused()
    alice.get_by_role("button", name="Snooze until this time").click()
    expect(alice.locator("#snooze-until-problem")).to_have_text("Choose a time of day.")
    assert violations(alice) == []
    assert running.web.services.cameras.get(camera.camera_id).snooze is None
    minutes.fill("37")
    minutes.press("Enter")
    expect(alice.locator("#snooze")).to_be_hidden()
    expect(alice.locator(".snooze-note")).to_contain_text("Snoozed until")
    expect(alice.locator(".snooze-note")).to_contain_text("by alice")
    alice.locator("#snooze-camera").click()
    alice.get_by_label(re.compile("^Until, on the clocks of")).fill("03:30")
    alice.get_by_role("button", name="Snooze until this time").click()
    expect(alice.locator("#snooze")).to_be_hidden()
    expect(alice.locator(".snooze-words").first).to_contain_text("3:30")
