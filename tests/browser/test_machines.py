"""The machines of a cluster on the page System and the dashboard: by day and night, on a desk and a phone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in, running_web
from tests.support.needs_browser import needs_browser
from webapp.domain.cluster.nodes import ClusterNode
from webapp.domain.cluster.status import ClusterStatus, NamedCamera, NodeState, NodeStatus
from webapp.runtime.files.cluster_file import ClusterFile

pytestmark = [pytest.mark.browser, needs_browser]
AREAS = ("Lobby", "Garage", "Bar", "Restaurant", "Spa", "Kitchen door", "Conference floor", "Terrace")
EMPTY = ClusterStatus()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningWeb]:
    with running_web(tmp_path / "web", placement="cluster") as running:
        yield running


def machine(number: int, state: NodeState = NodeState.ALIVE) -> NodeStatus:
    cameras = tuple(NamedCamera(number * 8 + place, f"{area} {number}") for place, area in enumerate(AREAS))
    started_at = datetime.now(UTC) - timedelta(hours=number, minutes=5)
    return NodeStatus(f"box-{number}", state, state is NodeState.DRAINING, 0.0, 4.0, 1.36, cameras, "0.2.0", started_at)


def full() -> ClusterStatus:
    machines = [machine(number) for number in range(1, 6)]
    machines[1] = replace(machines[1], state=NodeState.DRAINING, is_draining=True)
    machines[4] = replace(machines[4], state=NodeState.SILENT, silent_s=130.0, cameras=(), load=0.0)
    return ClusterStatus(machines, "controller", moving=machines[1].cameras[:2])


def all_silent() -> ClusterStatus:
    machines = [replace(machine(number), state=NodeState.SILENT, silent_s=45.0) for number in range(1, 6)]
    return ClusterStatus(machines, None, [camera for one in machines for camera in one.cameras])


def show(running: RunningWeb, status: ClusterStatus) -> None:
    """Put it where the web process reads it, as housekeeping does each second."""
    ClusterFile(running.data_dir, running.web.unit_of_work, 12.0).write(status)


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark"), (DESKTOP, "dark"), (PHONE, "light")])
def test_the_section_fits_and_can_be_read_empty_full_and_all_silent(
    browser: Browser, running: RunningWeb, size: dict[str, int], theme: str, tmp_path: Path
) -> None:
    page = logged_in(browser, running, "root", viewport=size, theme=theme)
    for name, status in (("empty", EMPTY), ("full", full()), ("silent", all_silent())):
        show(running, status)
        page.goto(f"{running.url}/admin/system")
        section = page.locator("#machines")
        expect(section.locator("tbody tr")).to_have_count(len(status.nodes))
        expect(section.get_by_text("is not known here")).to_have_count(0)
        section.screenshot(path=tmp_path / f"{name}-{size['width']}-{theme}.png")
        assert violations(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.goto(f"{running.url}/")
    notice, alerts = page.locator("#machine-notices").bounding_box(), page.locator(".queue-section").bounding_box()
    assert notice is not None
    assert alerts is not None
    assert notice["y"] + notice["height"] <= alerts["y"]
    assert notice["width"] > size["width"] * 0.9
    page.screenshot(path=tmp_path / f"dashboard-{size['width']}-{theme}.png")
    assert violations(page) == []


def test_a_machine_is_drained_after_a_question_and_gets_cameras_again_without(
    browser: Browser, running: RunningWeb
) -> None:
    with running.web.unit_of_work() as work:
        work.cluster.put_node(ClusterNode("box-1", "box-1", "run", 4.0, started_at=datetime.now(UTC)))
        work.commit()
    page = logged_in(browser, running, "root")
    page.goto(f"{running.url}/admin/system")  # Nobody observes: the database says it.
    page.get_by_role("button", name="Drain box-1").click()
    page.locator("#confirm").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Drain box-1").click()
    page.locator("#confirm").get_by_role("button", name="Drain").click()
    page.get_by_text("box-1 hands its cameras to other machines.").wait_for()
    page.get_by_role("button", name="Let cameras come again box-1").click()
    page.get_by_text("Cameras may come to box-1 again.").wait_for()
    expect(page.get_by_role("button", name="Drain box-1")).to_be_visible()


def test_a_dashboard_that_stays_open_tells_of_a_silent_machine_until_it_is_back(
    browser: Browser, running: RunningWeb
) -> None:
    page = logged_in(browser, running, "root")
    notices = page.locator("#machine-notices")
    expect(notices).to_be_hidden()
    page.clock.install()
    page.reload()
    show(running, full())
    page.clock.run_for(10_000)
    expect(notices).to_contain_text("Machine box-5 has given no sign for 2 min; its cameras are watched elsewhere.")
    show(running, EMPTY)
    page.clock.run_for(10_000)
    expect(notices).to_be_hidden()
