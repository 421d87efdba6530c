"""The whole product in real browsers: from a camera that is switched on to the manager's log.

Nothing stands in for anything: capture, vision, network, database, web and two Chromiums. The demo camera's portrait
smiles, so here a happy face is what alerts; with the clips at hand, an angry one is.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from tests.support.running import PASSWORD, RunningAmends, running_amends, wait_until
from tests.support.site.records import put_on_record
from webapp.services.cameras.camera_settings import CameraForm
from webapp.settings import REPOSITORY_DIR

CLIP = REPOSITORY_DIR.parent / "shared" / "media" / "episode-angry.mp4"
FULL_RATE = {"AMENDS_ANALYSIS_FPS": "12"}
HAPPY = {
    "AMENDS_ALERT_EMOTIONS": "happy",
    "AMENDS_ALERT_TRIGGER_THRESHOLD": "0.4",
    "AMENDS_ALERT_CLEAR_THRESHOLD": "0.2",
}

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_browser]

PICTURE_CHANGES = """
async () => {
  const image = document.querySelector('#stream');
  const draw = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [64, 36];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0, 64, 36);
    return context.getImageData(0, 0, 64, 36).data.join();
  };
  const before = draw();
  for (let look = 0; look < 40; look++) {
    await new Promise(done => setTimeout(done, 100));
    if (draw() !== before) return true;
  }
  return false;
}
"""


def logged_in(browser: Browser, amends: RunningAmends, name: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(amends.url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{amends.url}/")
    return page


def play_journey(browser: Browser, amends: RunningAmends, camera_id: int, camera: str, words: str) -> None:
    amends.installation.accounts.add("Dana", "staff", PASSWORD)
    dana, manager = logged_in(browser, amends, "Dana"), logged_in(browser, amends, "admin")
    expect(dana.locator("#queue-empty")).to_be_visible()
    dana.evaluate("window.wasNotReloaded = true")

    amends.installation.cameras.set_enabled(camera_id, True)
    card = dana.locator(".alert-card").first
    expect(card).to_contain_text(f"Please send assistance: {words} customer at {camera}", timeout=30_000 * PATIENCE)
    assert dana.evaluate("window.wasNotReloaded")
    expect(dana).to_have_title("(1) Amends")
    expect(manager.locator(".alert-card")).to_have_count(1)

    watch_the_stream(browser, amends, camera_id)
    card.get_by_role("button", name="Acknowledge").click()
    expect(manager.locator(".alert-card").first).to_contain_text("Dana")
    expect(manager.get_by_role("button", name="Acknowledge")).to_have_count(0)

    card.get_by_role("button", name="Resolve").click()
    dana.get_by_text("Recovered").click()
    dana.get_by_label("Note").fill("offered a quieter room")
    dana.locator("#resolve-form").get_by_role("button", name="Resolve").click()
    expect(manager.locator(".alert-card")).to_have_count(0)

    manager.get_by_role("link", name="Incidents").click()
    row = manager.locator("tbody tr").first
    expect(row).to_contain_text(camera)
    expect(row).to_contain_text("Dana")
    row.get_by_role("link").first.click()
    expect(manager.locator("main")).to_contain_text("offered a quieter room")
    watch_the_score_grow(manager, amends)


def watch_the_score_grow(page: Page, amends: RunningAmends) -> None:
    """The score over time is written while the alert lasts, a few seconds late."""
    incident_id = int(page.url.rpartition("/")[2])

    def is_kept() -> bool:
        with amends.installation.adapters.unit_of_work() as work:
            return len(work.scores.of_incident(incident_id)) > 10

    wait_until(is_kept, "the score over time is stored", 30)
    page.reload()
    expect(page.locator("#score-chart canvas")).to_be_visible()


def watch_the_stream(browser: Browser, amends: RunningAmends, camera_id: int) -> None:
    page = logged_in(browser, amends, "Dana")
    page.goto(f"{amends.url}/cameras/{camera_id}")
    page.wait_for_function("() => document.querySelector('#stream').naturalWidth > 300")
    assert page.evaluate(PICTURE_CHANGES)
    page.context.close()


def test_from_the_camera_to_the_log_with_the_demo_camera(browser: Browser, tmp_path: Path) -> None:
    with running_amends(tmp_path, **FULL_RATE, **HAPPY) as amends:
        demo = amends.installation.cameras.find("Demo").camera_id
        amends.installation.cameras.set_enabled(demo, False)
        wait_until(lambda: not amends.pids("capture"), "the camera is left")
        settle_everything(amends)
        play_journey(browser, amends, demo, "Demo", "happy-looking")


@pytest.mark.shared
@pytest.mark.skipif(not CLIP.is_file(), reason="needs the clip ../shared/media/episode-angry.mp4")
def test_from_the_camera_to_the_log_with_an_angry_looking_person(browser: Browser, tmp_path: Path) -> None:
    with running_amends(tmp_path, **FULL_RATE) as amends:
        cameras = amends.installation.cameras
        cameras.remove(cameras.find("Demo").camera_id)
        desk = cameras.add(CameraForm("Front desk", f"file:{CLIP}", enabled=False))
        put_on_record(amends.installation)
        settle_everything(amends)
        play_journey(browser, amends, desk.camera_id, "Front desk", "angry-looking")


def settle_everything(amends: RunningAmends) -> None:
    """Resolve what was raised before the journey begins."""
    for incident in amends.installation.incidents.open_incidents():
        amends.installation.incidents.resolve(incident.incident_id, "admin", "no_action")
