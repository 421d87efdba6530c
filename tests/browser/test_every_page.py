"""Every page: accessible in both themes, fitting a phone, quiet in the console, with nothing from elsewhere."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in, running_web
from tests.fakes.web import picture
from tests.support.filled.scored_days import Visitors
from tests.support.needs_browser import needs_browser
from webapp.domain.cameras.cameras import Camera, CameraState, StateReason
from webapp.domain.cameras.schedule import OpeningSpan
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.on_call import OnCallOverride, OnCallSchedule, OnCallSlot
from webapp.domain.notifications.outcomes import Outcome, SendFailure
from webapp.domain.notifications.routes import Recipient, RecipientKind, Route, Step
from webapp.runtime.notifications.words import CatalogueWriter
from webapp.services.alerts.incident_recorder import IncidentRecorder
from webapp.services.site.logos import DrawnLogo, LogoGround

pytestmark = [pytest.mark.browser, needs_browser]

PAGES = (
    "/", "/cameras/1", "/cameras/2", "/cameras/1/help", "/cameras/2/help", "/incidents",
    "/incidents?outcome=escalated&state=new",
    "/incidents?from=2026-02-31", "/incidents?q=quieter&sort=-score", "/incidents/1", "/incidents/30", "/insights",
    "/insights?from=2020-01-01&to=2020-01-02", "/insights?from=2026-02-31", "/summary", "/summary?from=2020-01-01",
    "/advice", "/advice/1", "/advice/2", "/admin/cameras", "/admin/cameras/new", "/admin/cameras/new/find",
    "/admin/cameras/1/zones", "/admin/cameras/2/masks", "/admin/cameras/1/settings",
    "/admin/cameras/1", "/admin/rules", "/admin/reminders", "/admin/cameras/1/rule", "/admin/users", "/admin/sessions",
    "/admin/tokens", "/admin/system", "/admin/backups", "/admin/restore", "/admin/mail", "/admin/notice",
    "/admin/notice/sign", "/admin/compliance", "/admin/compliance/answers", "/admin/compliance/request",
    "/admin/compliance/request?place=1&begin=2026-01-01T10:00&end=2026-01-01T11:00",
    "/admin/compliance/request?place=1&begin=soon", "/notice", "/admin/retention", "/admin/audit",
    "/admin/audit?text=nothing+like+it",
    "/guide", "/guide?q=poster", "/guide/alerts", "/guide/rules", "/guide/whole", "/api-reference", "/whats-new",
    "/welcome", "/welcome/site", "/welcome/people", "/welcome/purpose", "/welcome/camera", "/welcome/zones",
    "/welcome/notice", "/welcome/alerts", "/welcome/done",
    "/account", "/account/notifications", "/account/passkeys", "/account/devices", "/account/first-password",
    "/forgotten-password", "/reset", "/join", "/kiosk/pair",
    "/admin/notifications", "/admin/notifications?camera=1&level=high", "/admin/notifications/routes/new",
    "/admin/notifications/routes/1", "/admin/notifications/channels", "/admin/notifications/channels/1",
    "/admin/notifications/channels/new/webhook", "/admin/notifications/channels/new/email",
    "/admin/notifications/on-call", "/admin/notifications/on-call/1", "/admin/notifications/log",
    "/admin/notifications/log?state=failed", "/wall", "/wall?group=Entrances", "/wall/pair",
    "/admin/wall-screens", "/admin/cameras?group=Entrances", "/test-photo", "/model", "/nothing",
)  # fmt: skip
DROP_A_PICTURE = """() => {
  const files = new DataTransfer();
  files.items.add(new File(["picture"], "me.jpg", { type: "image/jpeg" }));
  document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer: files, cancelable: true }));
}"""
# Where words of a button lie outside of it.
OVERFULL = """() => [...document.querySelectorAll(".btn, .rule-tabs a")]
  .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.textContent.trim())"""
NAMES = (
    "Front desk", "Offline lobby", "Bar", "Frozen corridor", "Terrace", "Gym", "Lift", "Parking", "Spa", "Garden",
    "Conference room with a rather long name", "Roof", "Delivery", "Kitchen", "Pool", "Club",
)  # fmt: skip


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWeb]:
    """Sixteen cameras in every state and thirty incidents."""
    with running_web(tmp_path_factory.mktemp("full")) as running:
        fill(running)
        yield running


def fill(running: RunningWeb) -> None:
    running.web.services.logos.change(DrawnLogo(picture("Our house"), 640, 360, LogoGround.LIGHT), "root")
    running.web.services.invitations.invite("staff", days=3, note="Dana, night shift", actor="root")
    running.web.services.tokens.create(1, name="A monitor with a rather long name of its own", scope="read")
    services, cameras = running.web.services, [running.add_online_camera(name) for name in NAMES]
    services.cameras.report_state(cameras[1].camera_id, CameraState.OFFLINE, StateReason("wrong user name or password"))
    services.cameras.set_enabled(cameras[4].camera_id, False)
    services.snoozes.snooze(cameras[2].camera_id, 60, "bob")
    for camera in (cameras[0], cameras[1], cameras[10]):
        services.cameras.set_groups(camera.camera_id, ["Entrances", "Ground floor with a rather long name"])
    services.wall_screens.add("Staff room", "Entrances", "root")
    let_people_pass(running, cameras[0])
    notify_people(running)
    for number in range(30):
        camera, at = cameras[number % 16], datetime.now(UTC) - timedelta(minutes=37 * (30 - number))
        incident = running.web.add_incident(camera, at=at, jpeg=picture(camera.name) if number % 5 else None)
        if number < 26:
            services.incidents.resolve(incident.incident_id, "alice", "recovered", "Offered a quieter room.")
        elif number == 27:
            services.incidents.acknowledge(incident.incident_id, "bob")


def notify_people(running: RunningWeb) -> None:
    """Let there be a channel that fails, a route, a week with gaps, and what was sent and what was not."""
    services = running.web.services
    told, root, alice = services.notifications, services.accounts.find("root"), services.accounts.find("alice")
    config = {"url": "http://127.0.0.1:9/", "secret": "0123456789abcdef"}
    shared = told.channels.add(NotificationChannel(ChannelKind.WEBHOOK, "Pager of the whole house", None, config), root)
    turns = tuple(OnCallSlot(OpeningSpan(day, 8 * 60, 16 * 60), alice.user_id) for day in range(5))
    away = OnCallOverride(datetime.now(UTC), datetime.now(UTC) + timedelta(days=2), root.user_id)
    week = told.routes.put_schedule(OnCallSchedule("Front desk", turns, (away,)), "root")
    first = Step(0, (Recipient(RecipientKind.ON_CALL, week.schedule_id),))
    later = Step(5, (Recipient(RecipientKind.CHANNEL, shared.channel_id), Recipient(RecipientKind.ROLE, "manager")))
    told.routes.put(Route("Front desk by day", (first, later), groups=("Entrances",)), "root")
    for _ in range(3):
        told.channels.test(shared.channel_id, root)
        for claim in told.deliveries.claim(CatalogueWriter(lambda text, _language: text), limit=5):
            told.deliveries.finish(claim, Outcome(SendFailure.REFUSED, is_final=True, detail="HTTP 400"))


def let_people_pass(running: RunningWeb, camera: Camera) -> None:
    """Store faces over time, alerts of them and what staff said: enough for an advice."""
    web = running.web
    recorder = IncidentRecorder(web.unit_of_work, web.snapshots, web.clock)
    rule = web.services.rules.effective(camera.camera_id)
    visitors = Visitors(camera, recorder, web.services.incidents, web.unit_of_work, rule)
    for number in range(10):
        angry, outcome = (0.85, "recovered") if number % 2 else (0.58, "false_alarm")
        visitors.pass_by(datetime.now(UTC) - timedelta(hours=30 - number), angry, outcome)


def complaints_of(page: Page, running: RunningWeb) -> list[str]:
    """Return what a page will have complained of: it grows."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if _is_foreign(request.url, running) else None)
    return complaints


def _is_foreign(url: str, running: RunningWeb) -> bool:
    return not url.startswith((running.url, "data:", "blob:", running.url.replace("http", "ws")))


@pytest.mark.parametrize("third", [0, 1, 2])
def test_every_page_can_be_used_by_everybody(browser: Browser, full: RunningWeb, third: int) -> None:
    page = logged_in(browser, full, "root")
    problems, complaints = [], complaints_of(page, full)
    for path in PAGES[third::3]:
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(full.url + path)
        page.wait_for_timeout(250)
        problems += [f"{path}: {problem}" for problem in problems_of(page)]
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        page.wait_for_function("() => document.documentElement.dataset.bsTheme === 'dark'")
        problems += [f"{path} on a phone, dark: {problem}" for problem in problems_of(page)]
        problems += [
            f"{path}: {text}" for text in complaints if not re.search(r"status of 40[04]|required format", text)
        ]
        complaints.clear()
    page.context.close()
    assert problems == []


def problems_of(page: Page) -> list[str]:
    """Return what keeps somebody from using a page as it is shown now."""
    problems = violations(page)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        problems.append("wider than the screen")
    return problems + [f"{words!r} does not fit its button" for words in page.evaluate(OVERFULL)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_log_in_page_and_the_dialogs_can_be_used_by_everybody(
    browser: Browser, full: RunningWeb, theme: str
) -> None:
    page = browser.new_context(viewport=PHONE, color_scheme=theme).new_page()
    page.goto(f"{full.url}/login?ended=1")
    problems = violations(page)
    page.get_by_role("button", name="Log in").click()
    page.locator(".invalid-feedback").first.wait_for()
    problems += violations(page)
    page.context.close()
    page = logged_in(browser, full, "root", viewport=PHONE, theme=theme)
    page.get_by_role("button", name="Resolve").first.click()
    problems += violations(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Menu").click()
    problems += violations(page)
    page.goto(f"{full.url}/admin/cameras")
    page.locator(".row-menu summary", has_text="for Bar").click()
    problems += violations(page)
    page.get_by_role("button", name="Remove Bar").click()
    problems += violations(page)
    page.context.close()
    assert problems == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_wall_in_every_state_and_a_snooze_can_be_used_by_everybody(
    browser: Browser, full: RunningWeb, theme: str
) -> None:
    page = logged_in(browser, full, "alice", theme=theme)
    for words in ("No pictures since", "Snoozed until", "frozen", "Switched off", "Waits for help"):
        page.locator(f".tile :text('{words}'):visible").first.wait_for()
    problems = violations(page)
    page.get_by_role("button", name="Snooze camera").first.click()
    page.get_by_role("button", name="15 minutes").wait_for()
    problems += violations(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Front desk", exact=True).click()
    page.get_by_role("img", name=re.compile("^Faces in the last minute")).wait_for()
    page.get_by_text("As a table").click()
    problems += violations(page)
    page.context.close()
    assert problems == []


@pytest.mark.parametrize(("size", "theme"), [("desktop", "dark"), ("phone", "light")])
def test_what_is_seen_in_a_picture_can_be_read_by_everybody(
    browser: Browser, full: RunningWeb, tmp_path: Path, theme: str, size: str
) -> None:
    page = logged_in(browser, full, "alice", viewport=DESKTOP if size == "desktop" else PHONE, theme=theme)
    (tmp_path / "me.jpg").write_bytes(picture("me"))
    (tmp_path / "large.jpg").write_bytes(b"x" * 9_000_000)
    page.goto(f"{full.url}/test-photo")
    page.get_by_label("A photo with a face").set_input_files(tmp_path / "large.jpg")
    page.get_by_text("larger than 8 MB").wait_for()
    problems = violations(page)
    page.get_by_label("A photo with a face").set_input_files(tmp_path / "me.jpg")
    page.get_by_role("button", name="Test it").click()
    page.get_by_role("heading", name="3 faces found").wait_for()
    problems += violations(page)
    assert page.get_by_role("progressbar", name="Happy").first.get_attribute("value") == "0.8500"
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_label("The address of a photo").fill("https://")
    page.get_by_role("button", name="Fetch and test").click()
    assert page.locator("#url:invalid").count() == 1
    page.context.close()
    assert problems == []


def test_the_report_stands_in_its_frame(browser: Browser, full: RunningWeb) -> None:
    page = logged_in(browser, full, "bob")
    page.get_by_role("link", name="AI model").click()
    page.frame_locator("iframe").get_by_role("heading", name="Report of a test").wait_for()
    page.context.close()


def test_a_picture_can_be_dropped_and_tried_without_scripts(browser: Browser, full: RunningWeb, tmp_path: Path) -> None:
    page = logged_in(browser, full, "alice")
    page.goto(f"{full.url}/test-photo")
    page.evaluate(DROP_A_PICTURE)
    page.get_by_role("button", name="Test it").click()
    page.get_by_role("heading", name="3 faces found").wait_for()
    cookies = page.context.storage_state()
    page.context.close()
    plain = browser.new_context(java_script_enabled=False, storage_state=cookies).new_page()
    (tmp_path / "me.jpg").write_bytes(picture("me"))
    plain.goto(f"{full.url}/test-photo")
    plain.get_by_label("A photo with a face").set_input_files(tmp_path / "me.jpg")
    plain.get_by_role("button", name="Test it").click()
    plain.get_by_role("heading", name="3 faces found").wait_for()
    plain.context.close()


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_admins_menu_stands_in_one_row_on_a_laptop(browser: Browser, full: RunningWeb, language: str) -> None:
    page = logged_in(browser, full, "root")
    page.context.set_extra_http_headers({"Accept-Language": language})
    page.goto(f"{full.url}/admin/cameras")
    heights = set()
    for width_px in (1241, 1280, 1366, 1430, 1431, 1600):
        page.set_viewport_size({"width": width_px, "height": 720})
        heights |= set(page.locator(".menu nav").evaluate_all("all => all.map((one) => one.offsetHeight)"))
    assert page.locator("html").get_attribute("lang") == language
    assert len(heights) == 1
    assert heights.pop() < 60


def test_a_camera_is_removed_only_after_a_question(browser: Browser, running: RunningWeb) -> None:
    running.web.add_camera("Demo")
    page = logged_in(browser, running, "root")
    page.goto(f"{running.url}/admin/cameras")
    page.locator(".row-menu summary", has_text="for Demo").click()
    page.get_by_role("button", name="Remove Demo").click()
    page.locator("#confirm").get_by_role("button", name="Cancel").click()
    assert len(running.web.services.cameras.list()) == 1
    page.get_by_role("button", name="Remove Demo").click()
    page.locator("#confirm").get_by_role("button", name="Remove").click()
    page.get_by_text("No camera yet").wait_for()
    assert running.web.services.cameras.list() == []
