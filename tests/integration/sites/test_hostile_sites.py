"""A site that sends what it likes: nothing beyond bounds is kept, nothing of others is reached, and nothing fails."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.integration.sites.conftest import Site, Sites
from tests.integration.sites.test_feed import JPEG
from webapp.domain.sites.feed import MAX_PICTURE_BYTES
from webapp.storage.sites.site_log import SQLSiteLogRepository

pytestmark = pytest.mark.security
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def note(**changed: Any) -> dict[str, Any]:
    plain = {"version": "1", "time_zone": "UTC", "sends_pictures": True}
    return {**plain, "keep_incidents_days": 10, "keep_pictures_days": 5, **changed}


def incident(**changed: Any) -> dict[str, Any]:
    times = {"started_at": AT.isoformat(), "opened_at": AT.isoformat()}
    plain = {"incident_id": 1, "camera_name": "Desk", "emotion": "angry", "state": "new", "level": "low"}
    return {**plain, **times, "peak_score": 0.9, **changed}


def batch(*incidents: dict[str, Any], **changed: Any) -> dict[str, Any]:
    fill = {"after": 1, "event_id": 1, "event_at": AT.isoformat(), "fill_after": 0}
    return {**fill, "incidents": list(incidents), **changed}


def send(site: Site, *, token: str | None = None, **message: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {token or site.line.token}"}
    return site.line.client.post("/api/v1/sites/feed", headers=headers, json=message)


@pytest.mark.parametrize(
    "sent",
    [
        {"note": note(version="x" * 21)},
        {"note": note(time_zone="x" * 65)},
        {"note": note(keep_incidents_days=0)},
        {"note": note(keep_pictures_days=10**9)},
        {"note": note(odd=1)},
        {"note": note(cameras=[{"camera_id": 1, "name": "x" * 121, "state": "online"}])},
        {"note": note(cameras=[{"camera_id": 1, "name": "x", "state": "odd"}])},
        {"note": note(cameras=[{"camera_id": 1, "name": "x", "state": "online", "url": "rtsp://x"}])},
        {"note": note(cameras=[{"camera_id": n, "name": "x", "state": "online"} for n in range(1, 258)])},
        {"note": note(days=[{"day": "2026-03-02", "hours": [1] * 23, "outcomes": {}}])},
        {"note": note(days=[{"day": "2026-03-02", "hours": [10**9] * 24, "outcomes": {}}])},
        {"note": note(), "batch": batch(incident(camera_name="x" * 121))},
        {"note": note(), "batch": batch(incident(camera_name="a\0b"))},
        {"note": note(), "batch": batch(incident(incident_id=2**31))},
        {"note": note(), "batch": batch(incident(incident_id=0))},
        {"note": note(), "batch": batch(incident(emotion="<b>"))},
        {"note": note(), "batch": batch(incident(peak_score=1.1))},
        {"note": note(), "batch": batch(incident(note="a word about somebody"))},
        {"note": note(), "batch": batch(*[incident(incident_id=n) for n in range(1, 102)])},
        {"note": note(), "batch": batch(gone=list(range(1, 502)))},
        {"note": note(), "batch": batch(event_id=-1)},
        {},
    ],
)
def test_what_is_beyond_bounds_is_refused_and_nothing_of_it_kept(sites: Sites, sent: dict[str, Any]) -> None:
    site = sites.add()
    assert send(site, **sent).status_code in (400, 422)
    assert sites.kept() == []
    with sites.central.unit_of_work.reading() as work:
        assert list(work.site_log.cameras(sites.id_of())) == []
        assert work.sites.get(sites.id_of()).seen_at is None


def test_what_is_larger_than_a_message_is_not_read(sites: Sites) -> None:
    site = sites.add()
    assert send(site, note=note(version="x" * 300_000)).status_code == 413


@pytest.mark.parametrize("token", ["", "amends_site_guessed", "amends_x", "ü"])
def test_without_a_sites_token_nothing_is_taken(sites: Sites, token: str) -> None:
    site = sites.add()
    headers = {"Authorization": f"Bearer {token}".encode("latin-1").decode("latin-1")} if token else {}
    answer = site.line.client.post("/api/v1/sites/feed", headers=headers, json={"note": note()})
    assert answer.status_code == 401
    picture = site.line.client.put("/api/v1/sites/feed/pictures/1?taken_at=2026-03-02T09:00:00Z", headers=headers)
    assert picture.status_code == 401


def test_a_persons_token_is_no_sites_and_a_sites_is_nobodys(sites: Sites) -> None:
    site = sites.add()
    root = sites.central.api("root").token
    assert send(site, token=root, note=note()).status_code == 401
    headers = {"Authorization": f"Bearer {site.line.token}"}
    for path in ("/api/v1/sites", f"/api/v1/sites/{sites.id_of()}/incidents", "/api/v1/incidents/open"):
        assert site.line.client.get(path, headers=headers).status_code in (401, 403), path
    for path in ("/sites", "/metrics"):
        assert site.line.client.get(path, headers=headers).status_code == 302, "to the log-in page"


def picture(site: Site, incident_id: int, body: bytes) -> int:
    headers = {"Authorization": f"Bearer {site.line.token}"}
    path = f"/api/v1/sites/feed/pictures/{incident_id}?taken_at=2026-03-02T09:00:00Z"
    return site.line.client.put(path, headers=headers, data=body).status_code


def test_only_a_jpeg_of_bounded_size_of_an_own_incident_is_kept_as_a_picture(sites: Sites) -> None:
    site, other = sites.add(takes_pictures=True), sites.add("Other", takes_pictures=True)
    for one in (site, other):
        sent = [incident(snapshot_at=AT.isoformat()), incident(incident_id=2)]
        assert send(one, note=note(), batch=batch(*sent)).status_code == 200
    assert picture(site, 1, b"<svg onload=alert(1)>") in (400, 422)
    assert picture(site, 1, JPEG + b"x" * MAX_PICTURE_BYTES) in (400, 413, 422)
    assert picture(site, 2, JPEG) == 404, "it has none"
    assert picture(site, 7, JPEG) == 404, "there is none"
    assert picture(site, 1, JPEG) == 204
    with sites.central.unit_of_work.reading() as work:
        assert work.site_log.picture(sites.id_of(), 1) == JPEG
        assert work.site_log.picture(sites.id_of("Other"), 1) is None


def test_where_pictures_are_not_taken_none_is_kept(sites: Sites) -> None:
    site = sites.add(takes_pictures=False)
    assert send(site, note=note(), batch=batch(incident(snapshot_at=AT.isoformat()))).status_code == 200
    assert picture(site, 1, JPEG) == 404


def test_days_that_cannot_have_been_are_not_kept(sites: Sites) -> None:
    site = sites.add()
    far = [(sites.clock.now() + timedelta(days=days)).date().isoformat() for days in (-3000, -1, 0, 1, 2, 3000)]
    days = [{"day": day, "hours": [1] * 24, "outcomes": {"open": 24}} for day in far]
    assert send(site, note=note(days=days)).status_code == 200
    with sites.central.unit_of_work.reading() as work:
        today = sites.clock.now().date()
        kept = work.site_log.days(sites.id_of(), today - timedelta(days=4000), today + timedelta(days=4000))
    assert [(one.day - today).days for one in kept] == [-1, 0, 1]


def test_what_claims_to_be_of_the_future_is_forgotten_all_the_same(sites: Sites) -> None:
    site = sites.add()
    later = (sites.clock.now() + timedelta(days=3000)).isoformat()
    send(site, note=note(), batch=batch(incident(opened_at=later, started_at=later, ended_at=later)))
    assert sites.kept() == [1]
    sites.clock.advance(11 * 86400)
    sites.central.services.sites.upkeep.forget_old()
    assert sites.kept() == []


def test_a_batch_of_before_or_of_later_changes_nothing(sites: Sites) -> None:
    site = sites.add()
    send(site, note=note(), batch=batch(incident()))
    for after in (0, 2, 1000):
        wrong = {"after": after, "event_id": 9, "event_at": AT.isoformat(), "gone": [1], "incidents": []}
        answer = send(site, note=note(), batch=wrong)
        assert (answer.status_code, answer.json["position"]["event_id"]) == (200, 1)
    assert sites.kept() == [1]


def test_the_oldest_go_where_a_site_has_more_than_its_share(sites: Sites) -> None:
    site = sites.add()
    send(site, note=note(), batch=batch(*[incident(incident_id=n) for n in range(1, 11)]))
    with sites.central.unit_of_work() as work:
        assert isinstance(work.site_log, SQLSiteLogRepository)
        work.site_log.trim(sites.id_of(), 4, 1)
        work.commit()
    assert sites.kept() == [7, 8, 9, 10]
