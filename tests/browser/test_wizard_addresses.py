"""An RTSP camera of which only the host is typed, in the browser; and the axes of durations."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_the_streams_that_answer_are_offered_with_their_pictures(
    browser: Browser, running: RunningWeb, size: dict[str, int], theme: str
) -> None:
    page = logged_in(browser, running, "root", viewport=size, theme=theme)
    page.goto(f"{running.url}/admin/cameras/new")
    page.get_by_label("Network camera (RTSP)").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Address", exact=True).fill("192.0.2.20")
    assert violations(page) == []
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Streams of the camera")).to_be_visible()
    expect(page.get_by_alt_text("What the camera sends there now")).to_have_count(2)
    expect(page.get_by_text("640 × 360 · Recommended")).to_be_visible()
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Is this the right picture?")).to_be_visible()


def test_an_axis_of_durations_has_round_ticks(browser: Browser, running: RunningWeb) -> None:
    camera = running.web.add_camera("Desk")
    incident = running.web.add_incident(camera, at=datetime.now(UTC) - timedelta(minutes=8.5))
    running.web.services.incidents.acknowledge(incident.incident_id, "alice")
    page = logged_in(browser, running, "bob")
    page.goto(f"{running.url}/insights")
    page.locator('[data-chart="waiting"] canvas').wait_for()
    ticks = page.evaluate("""() => {
      const chart = echarts.getInstanceByDom(document.querySelector('[data-chart="waiting"]'));
      return chart.getModel().getComponent("yAxis").axis.getViewLabels().map((label) => label.formattedLabel);
    }""")
    assert ticks == ["0 min", "2 min", "4 min", "6 min", "8 min", "10 min"]
