"""Pictures in a store on another machine: what is deleted while it is away or slow, and what then is said."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.fakes.snapshots import DistantSnapshots
from tests.support.clocks import START, FakeClock
from tests.support.filled.scored_days import Visitors
from tests.support.web_app import WebApp
from webapp.domain.site.compliance.visits import KeptOfVisit, Place, Visit
from webapp.domain.site.retention import KeptKind
from webapp.errors import SnapshotStoreFailed
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import IncidentFilter
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.storage.alerts.snapshots import SnapshotFiles
from webapp.storage.db.engine import open_engine
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory


@pytest.fixture
def distant(settings: Settings) -> DistantSnapshots:
    return DistantSnapshots(SnapshotFiles(settings.snapshots_dir))


@pytest.fixture
def shop(use_cases: UseCases, distant: DistantSnapshots, clock: FakeClock) -> UseCases:
    """An installation whose pictures are elsewhere, with two alerts of a morning."""
    shop = UseCases(use_cases.settings, replace(use_cases.adapters, snapshots=distant))
    camera = shop.cameras.add(CameraForm("Front desk", "demo:"))
    rule = shop.rules.effective(camera.camera_id)
    visitors = Visitors(camera, shop.recorder, shop.incidents, shop.adapters.unit_of_work, rule)
    for minutes in (0, 10):
        visitors.pass_by(START + timedelta(minutes=minutes), 0.95, "recovered", "")
    clock.set(START + timedelta(hours=1))
    return shop


def morning(shop: UseCases) -> Visit:
    (camera,) = shop.cameras.list()
    return Visit(Place(camera.name, camera.camera_id), START - timedelta(minutes=1), START + timedelta(minutes=30))


def pictures(settings: Settings) -> list[Path]:
    return list(settings.snapshots_dir.rglob("*.jpg"))


def test_a_visit_is_not_said_to_be_deleted_while_its_pictures_cannot_be(
    shop: UseCases, distant: DistantSnapshots, settings: Settings
) -> None:
    distant.is_away = True
    for asked in (shop.visits.find, lambda visit: shop.visits.delete(visit, "root")):
        with pytest.raises(SnapshotStoreFailed):
            asked(morning(shop))
    assert shop.incidents.search(IncidentFilter()).total == 2
    assert shop.visits.proofs() == []
    distant.is_away = False
    proof = shop.visits.delete(morning(shop), "root")
    assert (proof.deleted.incidents, proof.deleted.snapshots, proof.left) == (2, 2, KeptOfVisit())
    assert pictures(settings) == []


def test_the_database_is_free_while_the_store_is_asked(
    shop: UseCases, distant: DistantSnapshots, settings: Settings, clock: FakeClock
) -> None:
    impatient: Engine = open_engine(settings.sqlalchemy_url, busy_timeout_s=0.02)
    calls = []

    def write() -> None:
        with SQLUnitOfWorkFactory(impatient)() as work:
            work.settings.put("as an alert would", str(len(calls)))
            work.commit()
        calls.append("written")

    distant.on_call = write
    shop.visits.delete(morning(shop), "root")
    deleted = len(calls)
    clock.advance(11 * 24 * 3600)
    shop.retention.delete_batch()
    shop.retention.sweep()
    impatient.dispose()
    assert deleted >= 3
    assert len(calls) > deleted


def test_while_the_store_is_away_all_else_goes_and_its_pictures_later(
    shop: UseCases, distant: DistantSnapshots, settings: Settings, clock: FakeClock
) -> None:
    clock.advance(181 * 24 * 3600)
    distant.is_away = True
    with pytest.raises(SnapshotStoreFailed):
        shop.retention.delete_batch()
    assert shop.incidents.search(IncidentFilter()).total == 0
    assert len(pictures(settings)) == 2
    with pytest.raises(SnapshotStoreFailed):
        shop.retention.sweep()
    distant.is_away = False
    assert shop.retention.delete_batch()[KeptKind.SNAPSHOTS] == 2
    assert pictures(settings) == []


@pytest.fixture
def distant_web(settings: Settings, engine: Engine, clock: FakeClock, distant: DistantSnapshots) -> WebApp:
    there = {"snapshot_store": "s3://amends/hotel"}
    web = WebApp(settings.model_copy(update=there), engine, clock)
    web.add_people()
    object.__setattr__(web.services, "adapters", replace(web.services.adapters, snapshots=distant))
    return web


def test_pages_say_that_the_store_is_away_and_where_pictures_are(
    distant_web: WebApp, shop: UseCases, distant: DistantSnapshots
) -> None:
    root = distant_web.browser("root").client
    incident_id = shop.incidents.search(IncidentFilter()).incidents[0].incident_id
    assert root.get(f"/incidents/{incident_id}/snapshot.jpg").status_code == 200
    assert "s3://amends/hotel are in no backup" in root.get("/admin/backups").text
    distant.is_away = True
    picture = root.get(f"/incidents/{incident_id}/snapshot.jpg")
    assert (picture.status_code, picture.headers["Retry-After"]) == (503, "5")
    assert "The store of the pictures does not answer" in picture.text
    told = root.get(f"/incidents/{incident_id}/snapshot.jpg", headers={"Accept": "application/json"}).get_json()
    assert told["error"] == "snapshot_store_failed"
    assert root.get(f"/incidents/{incident_id}").status_code == 200
    assert "they lie in s3://amends/hotel, outside this machine" in root.get("/admin/compliance.html").text


def test_without_a_bucket_no_page_speaks_of_one(web: WebApp) -> None:
    root = web.browser("root").client
    assert "are in no backup" not in root.get("/admin/backups").text
    assert "exception" not in root.get("/admin/compliance.html").text
