"""The staff's pages in a real browser."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.fakes.web import picture
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.domain.cameras.snoozes import Snooze

pytestmark = [pytest.mark.browser, needs_browser]

PICTURE = """
selector => {
  const image = document.querySelector(selector);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [32, 18];
  canvas.getContext('2d').drawImage(image, 0, 0, 32, 18);
  return canvas.getContext('2d').getImageData(0, 0, 32, 18).data.join();
}
"""


def picture_changes(page: Page, selector: str) -> bool:
    page.wait_for_function("selector => document.querySelector(selector)?.naturalWidth > 0", arg=selector)
    before = page.evaluate(PICTURE, selector)
    for _ in range(40):
        page.wait_for_timeout(100)
        if page.evaluate(PICTURE, selector) != before:
            return True
    return False


@pytest.mark.alone
def test_an_alert_goes_from_the_camera_to_the_log(browser: Browser, running: RunningWeb) -> None:
    desk = running.add_online_camera("Front desk")
    alice, bob = logged_in(browser, running, "alice"), logged_in(browser, running, "bob")
    expect(alice.locator("#queue-empty")).to_be_visible()
    assert picture_changes(alice, ".tile-img")
    alice.wait_for_timeout(500)

    committed_at = time.perf_counter()
    incident = running.web.add_incident(desk, jpeg=picture("Front desk"))
    card = alice.locator(".alert-card")
    card.wait_for()
    assert time.perf_counter() - committed_at < 1.0
    expect(card).to_contain_text("Please send assistance: angry-looking customer at Front desk")
    expect(card).to_contain_text("at its peak: medium")
    expect(alice).to_have_title("(1) Amends")
    expect(alice.locator("#announcer")).to_have_text("Please send assistance: angry-looking customer at Front desk")
    expect(alice.locator(".tile-alert")).to_be_visible()

    card.get_by_role("button", name="Acknowledge").click()
    expect(card).to_contain_text("You are taking care of it")
    expect(alice).to_have_title("Amends")
    expect(bob.locator(".alert-owner")).to_have_text("alice is taking care of it")
    expect(bob.locator("#toasts")).to_contain_text("alice is taking care of Front desk.")
    expect(bob.get_by_role("button", name="Acknowledge")).to_have_count(0)

    card.get_by_role("button", name="Resolve").click()
    alice.get_by_label("Recovered").check()
    alice.get_by_label("Note").fill("Offered <b>a drink</b>")
    alice.locator("#resolve-form").get_by_role("button", name="Resolve").click()
    for page in (alice, bob):
        expect(page.locator(".alert-card")).to_have_count(0)

    bob.get_by_role("link", name="Incidents").click()
    bob.locator("tbody tr a").first.click()
    expect(bob).to_have_url(f"{running.url}/incidents/{incident.incident_id}")
    expect(bob.locator(".note")).to_have_text("Offered <b>a drink</b>")
    expect(bob.locator(".timeline-list")).to_contain_text("Resolved by alice")


def test_what_was_clicked_by_mistake_is_undone(browser: Browser, running: RunningWeb) -> None:
    running.web.add_incident(running.add_online_camera("Bar"))
    alice, bob = logged_in(browser, running, "alice"), logged_in(browser, running, "bob")
    alice.get_by_role("button", name="Acknowledge").click()
    expect(bob.locator(".alert-owner")).to_have_text("alice is taking care of it")
    alice.get_by_role("button", name="Undo").click()
    for page in (alice, bob):
        expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()
    expect(bob.locator("#toasts")).to_contain_text("alice gave the alert at Bar back.")

    alice.get_by_role("button", name="Resolve").click()
    alice.get_by_label("False alarm").check()
    alice.locator("#resolve-form").get_by_role("button", name="Resolve").click()
    expect(bob.locator(".alert-card")).to_have_count(0)
    alice.get_by_role("button", name="Undo").click()
    expect(bob.locator(".alert-card")).to_have_count(1)
    expect(alice.locator(".alert-card")).to_be_focused()
    expect(alice.get_by_role("button", name="Undo")).to_have_count(0)


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def test_the_queue_tells_apart_what_is_new_mine_and_others(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    first, second, third = (running.web.add_incident(camera).incident_id for _ in range(3))
    running.web.services.incidents.acknowledge(first, "bob")
    alice = logged_in(browser, running, "alice")
    expect(part(alice, "New").locator(".alert-card")).to_have_count(2)
    expect(part(alice, "Acknowledged by me")).to_have_count(0)
    alice.locator(f'[data-incident-id="{second}"]').get_by_role("button", name="Acknowledge").click()
    expect(part(alice, "New").locator(".alert-card")).to_have_count(1)
    expect(part(alice, "New").locator(".alert-card")).to_have_attribute("data-incident-id", str(third))
    expect(part(alice, "Acknowledged by me").locator(".alert-card")).to_be_focused()
    expect(part(alice, "Acknowledged by others").locator(".alert-owner")).to_have_text("bob is taking care of it")
    newest = running.web.add_incident(camera).incident_id
    expect(part(alice, "New").locator(".alert-card")).to_have_count(2)
    expect(part(alice, "New").locator(".alert-card").first).to_have_attribute("data-incident-id", str(newest))


def test_two_people_race_for_an_alert_and_the_second_reads_who_was_first(browser: Browser, running: RunningWeb) -> None:
    incident = running.web.add_incident(running.add_online_camera("Bar"))
    alice = logged_in(browser, running, "alice")
    # The push is held back, so that the page still offers what somebody else has taken.
    alice.route_web_socket("**/socket.io/**", lambda socket: None)
    alice.reload()
    running.web.services.incidents.acknowledge(incident.incident_id, "bob")
    alice.get_by_role("button", name="Acknowledge").click()
    expect(alice.locator("#toasts")).to_contain_text("already acknowledged by bob")


def test_the_large_view_moves_and_says_when_the_camera_goes(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    alice = logged_in(browser, running, "alice")
    alice.get_by_role("link", name="Bar").click()
    assert picture_changes(alice, "#stream")
    running.web.services.cameras.report_state(camera.camera_id, CameraState.OFFLINE, StateReason("timed out"))
    expect(alice.locator("#stream-words")).to_contain_text(
        re.compile("No pictures since .+: timed out\\. Amends keeps trying")
    )
    expect(alice.locator("#faces-none")).to_be_visible()
    expect(alice.locator("#frozen")).to_contain_text("frozen", timeout=8_000 * PATIENCE)
    running.web.services.cameras.report_state(camera.camera_id, CameraState.ONLINE)
    expect(alice.locator("#stream-words")).to_be_hidden()
    assert picture_changes(alice, "#stream")


@pytest.mark.alone
def test_a_lost_connection_is_said_and_the_page_catches_up(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    alice = logged_in(browser, running, "alice")
    large = alice.context.new_page()
    large.goto(f"{running.url}/cameras/{camera.camera_id}")
    assert picture_changes(large, "#stream")
    running.kill()
    expect(alice.locator("#connection")).to_be_visible(timeout=3_000)
    running.web.add_incident(camera)
    running.start()
    expect(alice.locator("#connection")).to_be_hidden(timeout=8_000)
    expect(alice.locator(".alert-card")).to_have_count(1)
    assert picture_changes(large, "#stream")


def test_a_camera_is_snoozed_from_its_alert_and_everybody_sees_it_at_once(
    browser: Browser, running: RunningWeb
) -> None:
    camera = running.add_online_camera("Bar")
    running.web.add_incident(camera)
    alice, bob = logged_in(browser, running, "alice"), logged_in(browser, running, "bob")
    alice.get_by_role("button", name="Snooze camera").click()
    expect(alice.locator("#snooze-title")).to_have_text("Snooze Bar for how long?")
    alice.get_by_role("button", name="15 minutes").click()
    for page in (alice, bob):
        for place in (".tile", "#snoozed"):
            expect(page.locator(f"{place} .snooze-words")).to_have_text(re.compile("^Snoozed until .+ by alice$"))
    expect(bob.locator("#toasts")).to_contain_text("alice snoozed Bar until")
    expect(alice.locator(".alert-card")).to_have_count(1)

    bob.get_by_role("link", name="Bar").click()
    expect(bob.locator(".snooze-words")).to_be_visible()
    bob.get_by_role("button", name="End now").click()
    expect(bob.locator(".snooze-words")).to_be_hidden()
    expect(alice.locator("#snoozed")).to_be_hidden()
    expect(alice.locator(".tile .snooze-note")).to_be_hidden()
    assert running.web.services.cameras.get(camera.camera_id).snooze is None


def test_a_snooze_that_is_over_goes_by_itself(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    alice = logged_in(browser, running, "alice")
    with running.web.unit_of_work() as work:
        work.cameras.set_snooze(camera.camera_id, Snooze(datetime.now(UTC) + timedelta(seconds=5), "bob"))
        work.commit()
    alice.reload()
    expect(alice.locator(".tile .snooze-note")).to_be_visible()
    expect(alice.locator(".tile .snooze-note")).to_be_hidden(timeout=8_000 * PATIENCE)
    expect(alice.locator("#snoozed")).to_be_hidden()


@pytest.mark.alone
def test_sixteen_cameras_and_a_stream_hold_no_alert_back(browser: Browser, running: RunningWeb) -> None:
    cameras = [running.add_online_camera(f"Camera {number:02}") for number in range(1, 17)]
    alice = logged_in(browser, running, "alice")
    large = alice.context.new_page()
    large.goto(f"{running.url}/cameras/{cameras[0].camera_id}")
    assert picture_changes(large, "#stream")
    alice.bring_to_front()
    expect(alice.locator(".tile-img:visible")).to_have_count(16, timeout=10_000)
    assert alice.evaluate("document.documentElement.scrollHeight <= innerHeight + 1"), "the wall does not fit"
    delays_s = []
    for number, camera in enumerate(cameras[1:11]):
        committed_at = time.perf_counter()
        running.web.add_incident(camera)
        alice.locator(".alert-card").nth(number).wait_for()
        delays_s.append(time.perf_counter() - committed_at)
        alice.wait_for_timeout(150)
    assert max(delays_s) < 1.0, delays_s


def test_names_are_shown_as_they_are_and_never_run(browser: Browser, running: RunningWeb) -> None:
    running.web.add_incident(running.add_online_camera("<img src=x onerror=alert(1)>"))
    alice = logged_in(browser, running, "alice")
    alice.on("dialog", lambda dialog: pytest.fail("a name was run as a script"))
    expect(alice.locator(".tile-name")).to_have_text("<img src=x onerror=alert(1)>")
    expect(alice.locator(".alert-message")).to_contain_text("<img src=x")


def test_a_camera_that_is_added_and_removed_comes_and_goes_by_itself(browser: Browser, running: RunningWeb) -> None:
    alice = logged_in(browser, running, "alice")
    expect(alice.locator("#wall-empty")).to_be_visible()
    camera = running.add_online_camera("New one")
    expect(alice.locator(".tile-name")).to_have_text("New one")
    running.web.services.cameras.remove(camera.camera_id)
    expect(alice.locator("#wall-empty")).to_be_visible()


def test_who_is_locked_out_leaves_the_page_and_comes_back_after_logging_in(
    browser: Browser, running: RunningWeb
) -> None:
    alice = logged_in(browser, running, "alice")
    accounts = running.web.services.accounts
    accounts.change(accounts.find("alice").user_id, role="manager", enabled=True)
    alice.wait_for_url("**/login?ended=1*", timeout=8_000 * PATIENCE)
    expect(alice.locator(".alert-warning")).to_have_text("Your session has ended. Please log in again.")


def test_sound_and_theme_are_remembered(browser: Browser, running: RunningWeb) -> None:
    alice = logged_in(browser, running, "alice")
    expect(alice.locator("#sound-words")).to_have_text("Sound off")
    alice.locator("#sound").click()
    alice.get_by_role("button", name="Switch between light and dark").click()
    alice.reload()
    expect(alice.locator("#sound-words")).to_have_text("Sound on")
    expect(alice.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_on_a_phone_an_alert_is_taken_with_the_keyboard_alone(browser: Browser, running: RunningWeb) -> None:
    running.web.add_incident(running.add_online_camera("Front desk"))
    alice = logged_in(browser, running, "alice", viewport=PHONE)
    alice.get_by_role("button", name="Acknowledge").focus()
    alice.keyboard.press("Enter")
    expect(alice.locator(".alert-owner")).to_contain_text("You are taking care of it")
    alice.get_by_role("button", name="Resolve").focus()
    alice.keyboard.press("Enter")
    alice.get_by_label("False alarm").press("Space")
    alice.keyboard.press("Tab")
    alice.keyboard.type("a joke")
    alice.keyboard.press("Tab")
    alice.keyboard.press("Tab")
    alice.keyboard.press("Enter")
    expect(alice.locator("#queue-empty")).to_be_visible()
    assert running.web.services.incidents.get(1).note == "a joke"


def test_a_picture_that_cannot_be_read_now_is_said_and_asked_for_again(browser: Browser, running: RunningWeb) -> None:
    alice = logged_in(browser, running, "alice", service_workers="block")  # Past them no request can be answered here.
    alice.route("**/incidents/*/snapshot.jpg*", lambda route: route.fulfill(status=503))
    incident = running.web.add_incident(running.add_online_camera("Front desk"), jpeg=picture())
    card = alice.locator(".alert-card")
    expect(card.locator(".alert-no-picture")).to_be_visible()
    expect(card.locator(".alert-open")).to_be_hidden()
    alice.unroute("**/incidents/*/snapshot.jpg*")
    running.web.services.incidents.acknowledge(incident.incident_id, "bob")
    expect(card.locator(".alert-open")).to_be_visible()
    expect(card.locator(".alert-no-picture")).to_be_hidden()
    assert card.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
