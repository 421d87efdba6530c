"""An upgrade stops no camera that runs: it names a date until which the records may be made up for."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from webapp.domain.site.analysis_gate import GRACE, Grace
from webapp.services.site.site_records import GRACE_SETTING
from webapp.storage.db.engine import migrate, open_engine

ADD_CAMERA = (
    "INSERT INTO cameras (name, name_key, url, username, enabled, revision, state) "
    "VALUES (:name, :name, :url, '', :enabled, 1, 'online')"
)


@pytest.mark.parametrize(
    ("urls", "ids"),
    [
        (["demo:", "rtsp://192.0.2.1/s", "off usb:0", "kiosk:"], {2, 4}),
        (["demo:", "off usb:0"], None),
        ([], None),
    ],
)
def test_cameras_that_saw_people_before_go_on_for_thirty_days(tmp_path, urls, ids):
    engine = open_engine(f"sqlite:///{tmp_path / 'amends.db'}")
    migrate(engine, "0016")
    with engine.begin() as connection:
        for number, url in enumerate(urls):
            connection.execute(
                text(ADD_CAMERA),
                {"name": f"camera {number}", "url": url.removeprefix("off "), "enabled": not url.startswith("off ")},
            )
    migrate(engine, "0017")
    with engine.connect() as connection:
        wanted = text("SELECT value FROM settings WHERE key = :key")
        grace = Grace.from_json(connection.execute(wanted, {"key": GRACE_SETTING}).scalar())
    engine.dispose()
    assert (grace and grace.camera_ids) == ids
    if grace:
        assert abs(grace.until - datetime.now(UTC) - GRACE) < timedelta(minutes=5)
