"""The gate, at the pixel: a real recording is shown and nobody in it is analysed before the third record is there."""

import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from tests.browser.accessibility import violations
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from tests.support.running import PASSWORD, RunningAmends, running_amends, wait_until
from tests.support.site.records import RECORDS, SITE
from tests.support.videos import grey_portrait
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.zones import Zone, ZoneKind
from webapp.domain.site.site_records import StaffChoice
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.storage.db.tables import IncidentRow, IncidentScoreRow, SnapshotRow, TrackScoreRow

# The portrait smiles, so here a happy face is what alerts.
HAPPY = {
    "AMENDS_ALERT_EMOTIONS": "happy",
    "AMENDS_ALERT_TRIGGER_THRESHOLD": "0.4",
    "AMENDS_ALERT_CLEAR_THRESHOLD": "0.2",
}
# Wide enough for the detector, the model and an alert's dwell, if they did run.
WATCHED_S = 4.0
# The recording has no colour: what has some was drawn.
COLOURED = 60
MOST_NOISE = 20
CORNER = Zone(ZoneKind.PRIVACY, ((0.0, 0.75), (0.2, 0.75), (0.2, 0.9), (0.0, 0.9)), "Street")
OF_PEOPLE = (IncidentRow, IncidentScoreRow, TrackScoreRow, SnapshotRow)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.security, needs_browser]


def logged_in(browser: Browser, amends: RunningAmends) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(amends.url)
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{amends.url}/")
    return page


def live_picture(page: Page, amends: RunningAmends, camera_id: int) -> np.ndarray:
    """Return what the live picture shows now, (height, width, 3), BGR."""
    answer = page.request.get(f"{amends.url}/cameras/{camera_id}/snapshot.jpg")
    picture = cv2.imdecode(np.frombuffer(answer.body(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def coloured_pixels(picture: np.ndarray) -> int:
    """Return how many pixels have a colour: boxes and names of expressions do, the recording does not."""
    spread = picture.max(axis=2).astype(int) - picture.min(axis=2)
    return int((spread > COLOURED).sum())


def kept(amends: RunningAmends) -> int:
    """Return how much is stored of anybody: rows, and pictures as files."""
    engine = amends.installation.adapters.unit_of_work.engine  # type: ignore[attr-defined]
    with engine.connect() as connection:
        rows = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in OF_PEOPLE]
    return sum(rows) + sum(path.is_file() for path in amends.settings.snapshots_dir.rglob("*"))


def assert_nobody_is_analysed(page: Page, amends: RunningAmends, camera_id: int) -> None:
    until_s = time.monotonic() + WATCHED_S
    while time.monotonic() < until_s:
        frame = amends.live.newest(camera_id)
        assert frame is not None
        assert frame.faces == ()
        picture = live_picture(page, amends, camera_id)
        assert coloured_pixels(picture) < MOST_NOISE
        height, width = picture.shape[:2]
        assert picture[int(height * 0.78) : int(height * 0.86), int(width * 0.03) : int(width * 0.16)].max() < 60
        time.sleep(0.2)


def test_nobody_is_analysed_before_the_last_record_and_again_when_the_purpose_is_another(
    browser: Browser, tmp_path: Path
) -> None:
    video = grey_portrait(tmp_path / "visit.mp4")
    with running_amends(tmp_path, **HAPPY) as amends:
        cameras, records = amends.installation.cameras, amends.installation.site_records
        cameras.set_enabled(cameras.find("Demo").camera_id, False)
        wait_until(lambda: not amends.pids("capture"), "the demo camera is left")
        for incident in amends.installation.incidents.open_incidents():
            amends.installation.incidents.resolve(incident.incident_id, "admin", "no_action")
        time.sleep(3)  # The scores of the demo's face are written a few seconds late.
        before = kept(amends)
        records.change_site(replace(amends.installation.site.get(), **SITE), "admin")
        page = logged_in(browser, amends)
        zone = CameraSettings(ImageSettings(zones=(CORNER,)))
        desk = cameras.add(CameraForm("Desk", f"file:{video}"), looks=zone).camera_id
        tile = page.locator(".tile", has_text="Desk")

        for said, record in (
            ("purpose, notice, staff zones.", lambda: records.record_purpose(RECORDS.legal_basis, RECORDS.reason, "a")),
            ("notice, staff zones.", lambda: records.record_notice(RECORDS.hangs_since, RECORDS.hung_by, "a")),
            ("staff zones.", lambda: records.record_staff_zones(desk, StaffChoice.NO_STAFF_IN_VIEW, "a")),
        ):
            expect(tile).to_contain_text(f"Nobody is analysed. Not on record: {said}", timeout=30_000 * PATIENCE)
            assert cameras.get(desk).state is CameraState.AWAITING_RECORDS
            wait_until(lambda: amends.frame_age_s(desk) < 2, "its picture is shown")
            assert_nobody_is_analysed(page, amends, desk)
            assert kept(amends) == before
            record()

        wait_until(lambda: cameras.get(desk).state is CameraState.ONLINE, "the gate is open", 2)
        wait_until(lambda: coloured_pixels(live_picture(page, amends, desk)) > 20 * MOST_NOISE, "a face is drawn", 30)
        expect(page.locator(".alert-card").first).to_contain_text("happy-looking", timeout=30_000 * PATIENCE)
        wait_until(lambda: kept(amends) > before, "the alert is stored")

        change_the_purpose(page, amends)
        expect(tile).to_contain_text("Nobody is analysed. Not on record: purpose, notice.", timeout=10_000 * PATIENCE)
        open_incidents = amends.installation.incidents.open_incidents
        wait_until(lambda: [one.ended_at is None for one in open_incidents()] == [False], "the alert has ended", 5)
        assert_nobody_is_analysed(page, amends, desk)


def change_the_purpose(page: Page, amends: RunningAmends) -> None:
    """Change it on the page, which asks first; the dashboard is where it was afterwards."""
    page.goto(f"{amends.url}/admin/notice")
    page.get_by_label("Why", exact=True).fill("To learn who is unhappy.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Running cameras would stop")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Desk would analyse nobody")
    assert violations(page) == []
    assert amends.installation.site_records.waiting() == []
    page.get_by_role("button", name="Save, and let the cameras stop").click()
    expect(page.get_by_text("Saved. The notice says so from now on")).to_be_visible()
    page.goto(amends.url)
