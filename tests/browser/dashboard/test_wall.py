"""The wall of cameras in a real browser: it fits, it stands still, it says what it knows, and it does so for hours."""

import logging
import os
import re
import time

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from webapp.domain.cameras.cameras import CameraState, StateReason

pytestmark = [pytest.mark.browser, needs_browser]

log = logging.getLogger(__name__)  # Shown with --log-cli-level=info.
# How long sixteen cameras are watched; two minutes is what the wall was promised for.
SOAK_S = float(os.environ.get("WALL_SOAK_S", "20"))
SLOW_DEVICE = 4
SMALL_DESKTOP = {"width": 1024, "height": 768}
LAPTOP = {"width": 1280, "height": 800}
LARGE_DESKTOP = {"width": 1920, "height": 1080}
FITS = """() => {
  const right = document.querySelector(".queue-section").getBoundingClientRect().left;
  const { scrollWidth, scrollHeight } = document.documentElement;
  return scrollHeight <= innerHeight + 1 && scrollWidth <= innerWidth
    && [...document.querySelectorAll(".tile")].every((tile) => {
      const box = tile.getBoundingClientRect();
      return box.left >= 0 && box.top >= 0 && box.right <= right && box.bottom <= innerHeight;
    });
}"""
WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    shifts.push([entry.value, ...entry.sources.map(source => source.node?.className ?? source.node?.nodeName)]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
COUNT_PICTURES = """async (seconds) => {
  const images = [...document.querySelectorAll(".tile-img")];
  const counts = images.map(() => 0);
  images.forEach((image, index) => {
    new MutationObserver(() => counts[index] += 1).observe(image, { attributeFilter: ["src"] });
  });
  await new Promise((done) => setTimeout(done, seconds * 1000));
  return counts.map((count) => count / seconds);
}"""
WATCH_GAPS = """() => {
  window.gapsMs = [];
  let before = performance.now();
  setInterval(() => {
    gapsMs.push(performance.now() - before);
    before = performance.now();
  }, 50);
}"""


def tile(page: Page, name: str) -> Locator:
    return page.locator(".tile").filter(has=page.get_by_role("link", name=name, exact=True))


def test_any_number_of_cameras_fits_beside_the_alerts(browser: Browser, running: RunningWeb) -> None:
    alice = logged_in(browser, running, "alice")
    for number in range(1, 17):
        camera = running.add_online_camera(f"Camera {number:02}")
        if number % 5 == 0:
            running.web.add_incident(camera)
        expect(alice.locator(".tile")).to_have_count(number)
        for size in (DESKTOP, LARGE_DESKTOP):
            alice.set_viewport_size(size)
            alice.wait_for_function(FITS, timeout=5_000 * PATIENCE)
    expect(alice.locator(".tile-img:visible")).to_have_count(16)
    alice.wait_for_function("() => document.querySelector('.tile-picture').clientWidth > 300")


# What of the wall pictures cover; with 16:9 pictures of one size more than about two thirds is luck with the number.
LEAST_SHARES = {1: 0.55, 2: 0.55, 3: 0.45, 4: 0.55, 5: 0.5, 6: 0.6, 7: 0.4, 8: 0.45, 9: 0.5, 12: 0.45, 16: 0.5}
SHARE = """(least) => {
  const area = element => { const { width, height } = element.getBoundingClientRect(); return width * height; };
  const pictures = [...document.querySelectorAll(".tile-picture")].map(area);
  const share = pictures.reduce((sum, one) => sum + one, 0) / area(document.getElementById("wall"));
  return share >= least && share;
}"""
ABOVE_THE_FOLD = """() => [...document.querySelectorAll(".tile")].every(
  (tile) => tile.getBoundingClientRect().bottom <= innerHeight)"""


def test_pictures_fill_the_wall_from_a_small_window_to_a_large_one(browser: Browser, running: RunningWeb) -> None:
    alice = logged_in(browser, running, "alice")
    shares = {}
    for number in range(1, 17):
        running.add_online_camera(f"Camera {number:02}")
        if number not in LEAST_SHARES:
            continue
        expect(alice.locator(".tile")).to_have_count(number)
        for size in (SMALL_DESKTOP, LAPTOP, DESKTOP, LARGE_DESKTOP):
            alice.set_viewport_size(size)
            alice.wait_for_function(FITS, timeout=5_000 * PATIENCE)
            covered = alice.wait_for_function(SHARE, arg=LEAST_SHARES[number], timeout=5_000 * PATIENCE)
            shares[number, size["width"]] = covered.json_value()
            assert alice.evaluate(ABOVE_THE_FOLD), (number, size)
    log.info("%s", {key: round(share, 2) for key, share in shares.items()})


def test_what_is_said_of_a_camera_stands_outside_its_picture(browser: Browser, running: RunningWeb) -> None:
    cameras = [running.add_online_camera(f"Camera {number}") for number in range(9)]
    running.web.add_incident(cameras[0])
    running.web.services.snoozes.snooze(cameras[1].camera_id, 15, "bob")
    alice = logged_in(browser, running, "alice")
    expect(tile(alice, "Camera 0").locator(".tile-alert")).to_be_visible()
    expect(tile(alice, "Camera 1").locator(".snooze-note")).to_be_visible()
    for name, part in (("Camera 0", ".tile-alert"), ("Camera 1", ".snooze-note")):
        picture = tile(alice, name).locator(".tile-picture").bounding_box()
        said = tile(alice, name).locator(part).bounding_box()
        assert picture is not None
        assert said is not None
        assert said["y"] >= picture["y"] + picture["height"] or said["x"] >= picture["x"] + picture["width"]


def test_an_acknowledged_tile_says_who_is_on_it_in_another_colour(browser: Browser, running: RunningWeb) -> None:
    bar = running.add_online_camera("Bar")
    incident = running.web.add_incident(bar)
    alice = logged_in(browser, running, "alice")
    mark = tile(alice, "Bar").locator(".tile-alert")
    edge = "element => getComputedStyle(element.closest('.tile')).borderTopColor"
    expect(mark).to_have_text("Waits for help")
    red = mark.evaluate(edge)
    running.web.services.incidents.acknowledge(incident.incident_id, by="bob")
    expect(mark).to_have_text("bob is on it")
    blue = mark.evaluate(edge)
    assert (red, blue) == ("rgb(180, 35, 24)", "rgb(36, 88, 211)")
    running.web.add_incident(bar)
    expect(mark).to_have_text("Waits for help")


def test_on_a_phone_the_cameras_are_one_column(browser: Browser, running: RunningWeb) -> None:
    for number in range(5):
        running.add_online_camera(f"Camera {number}")
    alice = logged_in(browser, running, "alice", viewport=PHONE)
    expect(alice.locator(".tile")).to_have_count(5)
    boxes = [one.bounding_box() for one in alice.locator(".tile").all()]
    assert {(box["x"], box["width"]) for box in boxes} == {(12, 366)}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_moves_when_pictures_and_faces_arrive(
    browser: Browser, running: RunningWeb, size: dict[str, int]
) -> None:
    cameras = [running.add_online_camera(f"Camera {number:02}") for number in range(16)]
    running.web.services.snoozes.snooze(cameras[3].camera_id, 15, "bob")
    alice = logged_in(browser, running, "alice", viewport=size)
    # As on a slow device, where drawing could begin before the page is whole.
    alice.context.new_cdp_session(alice).send("Emulation.setCPUThrottlingRate", {"rate": SLOW_DEVICE})
    alice.add_init_script(WATCH_SHIFTS)
    alice.reload()
    expect(alice.locator(".tile-img:visible").first).to_be_visible()
    running.web.services.cameras.report_state(cameras[1].camera_id, CameraState.OFFLINE, StateReason("wrong password"))
    expect(tile(alice, "Camera 01")).to_contain_text("wrong password")
    running.web.services.cameras.report_state(cameras[1].camera_id, CameraState.ONLINE)
    alice.wait_for_timeout(1500)
    shifts = alice.evaluate("shifts")
    assert sum(shift[0] for shift in shifts) < 0.001, shifts  # A tenth is what Google calls good.


def test_a_tile_says_who_is_there_and_how_they_look(browser: Browser, running: RunningWeb) -> None:
    running.add_online_camera("Front desk")
    alice = logged_in(browser, running, "alice")
    chip = tile(alice, "Front desk").get_by_role("list", name="Faces now").get_by_role("listitem")
    expect(chip).to_have_text(re.compile(r"^(angry-looking|neutral|happy|surprise) 70 %$"))
    expect(chip.locator("svg use")).to_have_attribute("href", re.compile(r"icons\.svg\?v=\w+#mood-"))


def test_a_tile_says_what_is_wrong_in_words(browser: Browser, running: RunningWeb) -> None:
    lobby, bar = running.add_online_camera("Lobby"), running.add_online_camera("Bar")
    frozen = running.add_online_camera("Frozen corridor")
    alice = logged_in(browser, running, "alice")
    expect(tile(alice, "Bar").locator(".tile-alert")).to_be_hidden()
    running.web.add_incident(bar)
    running.web.services.cameras.report_state(
        lobby.camera_id, CameraState.OFFLINE, StateReason("wrong user name or password")
    )
    expect(tile(alice, "Bar")).to_contain_text("Waits for help")
    expect(tile(alice, "Lobby")).to_contain_text(re.compile("No pictures since .+: wrong user name or password"))
    expect(tile(alice, "Lobby")).to_contain_text("Offline")
    expect(tile(alice, "Lobby").get_by_role("listitem")).to_have_count(0)
    expect(tile(alice, "Frozen corridor").locator(".tile-frozen")).to_have_text(re.compile(r"^frozen \d+ s$"))
    running.web.services.cameras.set_enabled(frozen.camera_id, False)
    expect(tile(alice, "Frozen corridor")).to_contain_text("Switched off")
    expect(tile(alice, "Frozen corridor").locator("img")).to_be_hidden()


def test_faces_told_late_are_not_shown_on_a_camera_that_is_gone(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Late lobby")
    alice = logged_in(browser, running, "alice")
    large, told = alice.context.new_page(), []
    large.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: told.append("faces_seen" in str(frame)))
    )
    large.goto(f"{running.url}/cameras/{camera.camera_id}")
    chips = [page.get_by_role("list", name="Faces now").get_by_role("listitem") for page in (alice, large)]
    for chip in chips:
        expect(chip).to_have_count(1)
    running.web.services.cameras.report_state(camera.camera_id, CameraState.OFFLINE, StateReason("timed out"))
    expect(large.locator("#faces-none")).to_be_visible()
    told.clear()
    while sum(told) < 2:
        large.wait_for_timeout(100)
    for chip in chips:
        expect(chip).to_have_count(0)
    running.web.services.cameras.report_state(camera.camera_id, CameraState.ONLINE)
    for chip in chips:
        expect(chip).to_have_count(1)


def test_pictures_that_no_longer_come_are_called_frozen(browser: Browser, running: RunningWeb) -> None:
    running.add_online_camera("Bar")
    alice = logged_in(browser, running, "alice")
    expect(alice.locator(".tile-img")).to_be_visible()
    alice.route("**/cameras/pictures*", lambda route: route.abort())
    expect(alice.locator(".tile-frozen")).to_have_text(
        re.compile(r"^frozen ([3-9]|[1-9]\d) s$"), timeout=8_000 * PATIENCE
    )
    alice.unroute("**/cameras/pictures*")
    expect(alice.locator(".tile-frozen")).to_be_hidden()


def test_many_cameras_are_asked_for_together_and_small(browser: Browser, running: RunningWeb) -> None:
    for number in range(9):
        running.add_online_camera(f"Camera {number}")
    alice = logged_in(browser, running, "alice")
    expect(alice.locator(".tile-img:visible")).to_have_count(9)
    with alice.expect_request(re.compile("/cameras/pictures")) as asked:
        pass
    assert "size=tile" in asked.value.url
    assert len(asked.value.url.split("have=")[1].split(",")) == 9
    alice.goto(f"{running.url}/")


@pytest.mark.alone
def test_each_of_nine_tiles_shows_two_pictures_a_second_and_more(browser: Browser, running: RunningWeb) -> None:
    for number in range(9):
        running.add_online_camera(f"Camera {number}")
    alice = logged_in(browser, running, "alice")
    expect(alice.locator(".tile-img:visible")).to_have_count(9)
    rates = alice.evaluate(COUNT_PICTURES, 4)
    log.info("%s pictures a second", rates)
    assert min(rates) >= 2


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(180 + SOAK_S)
def test_sixteen_cameras_run_on_with_flat_memory(browser: Browser, running: RunningWeb) -> None:
    for number in range(16):
        running.add_online_camera(f"Camera {number:02}")
    alice = logged_in(browser, running, "alice")
    expect(alice.locator(".tile-img:visible")).to_have_count(16)
    alice.wait_for_timeout(3000)
    alice.evaluate(WATCH_GAPS)
    requests = Requests(alice)
    before = memory(alice)
    began = time.monotonic()
    while time.monotonic() - began < SOAK_S:
        alice.wait_for_timeout(1000)
    after = memory(alice)
    gaps_ms = sorted(alice.evaluate("gapsMs"))
    usual_gap_ms = gaps_ms[int(0.95 * len(gaps_ms))]  # The longest one tells more of the machine than of the page.
    log.info("%s -> %s, %d sheets, %d to %d ms", before, after, requests.count, usual_gap_ms, gaps_ms[-1])
    assert after["JSHeapUsedSize"] < before["JSHeapUsedSize"] + 2_000_000
    assert after["Nodes"] < before["Nodes"] + 200
    assert after["JSEventListeners"] < before["JSEventListeners"] + 20
    assert requests.most_at_once == 1
    assert requests.count > SOAK_S / 4
    assert usual_gap_ms < 500


class Requests:
    """Counts the requests for pictures that are on their way."""

    def __init__(self, page: Page) -> None:
        self.count = self.most_at_once = self._open = 0
        page.on("request", lambda request: self._change(request.url, 1))
        page.on("requestfinished", lambda request: self._change(request.url, -1))
        page.on("requestfailed", lambda request: self._change(request.url, -1))

    def _change(self, url: str, by: int) -> None:
        if "/cameras/pictures" in url:
            self._open = max(self._open + by, 0)
            self.count += by > 0
            self.most_at_once = max(self.most_at_once, self._open)


def memory(page: Page) -> dict[str, int]:
    """Return what the page holds after its garbage has been collected."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: int(one["value"]) for one in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return {name: metrics[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}
