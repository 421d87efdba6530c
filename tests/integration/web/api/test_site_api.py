"""What the site says of itself and what is on record, over the API."""

from typing import Any

import pytest

from tests.support.site.records import put_on_record
from tests.support.web_app import WebApp
from webapp.domain.events import EventKind

SITE = {"operator": "Hotel Lind", "contact": "privacy@lind.example"}
PURPOSE = {"kind": "purpose", "legal_basis": "legitimate_interests", "reason": "Nobody is identified."}
NOTICE = {"kind": "notice", "hangs_since": "2020-01-01", "hung_by": "Dana"}
RECORDS = {"legal_basis": "consent", "reason": "They say yes.", "hangs_since": "2020-01-02", "hung_by": "Miro"}


@pytest.fixture
def watching(web: WebApp) -> WebApp:
    """An installation whose camera is analysed."""
    web.add_camera("Desk", "rtsp://192.0.2.1/s")
    put_on_record(web.services)
    return web


def test_an_installation_by_script_puts_all_on_record(web: WebApp) -> None:
    root = web.api("root")
    sent = {"name": "Desk", "url": "rtsp://192.0.2.1/s", "no_staff_in_view": True}
    camera_id = root.call("POST", "/cameras", sent).get_json()["camera_id"]
    before = root.call("GET", "/site").get_json()
    assert (before["missing"], before["is_complete"]) == (["purpose", "notice"], False)
    waiting = {"camera_id": camera_id, "camera": "Desk", "is_analysed": False, "shuts_at": None}
    assert before["waiting"] == [{**waiting, "missing": ["purpose", "notice"]}]
    changed = root.call("PATCH", "/site", SITE | {"time_zone": "Europe/Berlin"}).get_json()
    assert (changed["operator"], changed["time_zone"], changed["is_complete"]) == ("Hotel Lind", "Europe/Berlin", True)
    made = [root.call("POST", "/site/records", one) for one in (PURPOSE, NOTICE)]
    assert [one.status_code for one in made] == [201, 201]
    after = root.call("GET", "/site").get_json()
    assert (after["missing"], after["waiting"]) == ([], [])
    assert [after["records"][kind] for kind in ("purpose", "notice")] == [one.get_json() for one in made]
    listed = root.call("GET", "/site/records").get_json()
    assert [(one["kind"], one["camera_id"], one["by"]) for one in listed] == [
        ("staff_zones", camera_id, "root"), ("purpose", None, "root"), ("notice", None, "root"),
    ]  # fmt: skip


def test_where_staff_stand_is_put_on_record_for_one_camera(web: WebApp) -> None:
    root, camera = web.api("root"), web.add_camera("Desk", "rtsp://192.0.2.1/s")
    sent = {"kind": "staff_zones", "camera_id": camera.camera_id, "choice": "as_drawn"}
    refused = root.call("POST", "/site/records", sent)
    assert (refused.status_code, refused.get_json()["field"]) == (400, "choice")
    assert root.call("POST", "/site/records", sent | {"choice": "no_staff_in_view"}).status_code == 201
    assert root.call("POST", "/site/records", sent | {"camera_id": 99}).status_code == 404


def test_what_is_on_record_is_not_outdated_by_surprise(watching: WebApp) -> None:
    root = watching.api("root")
    refused = root.call("PATCH", "/site", {"purpose": "To learn more."})
    assert (refused.status_code, refused.get_json()["error"]) == (409, "analysis_would_stop")
    assert "Desk" in refused.get_json()["message"]
    assert root.call("PATCH", "/site", {"purpose": "To learn more.", "records": RECORDS}).get_json()["waiting"] == []
    stopped = root.call("PATCH", "/site", {"purpose": "To learn even more.", "may_stop": True}).get_json()
    assert [one["missing"] for one in stopped["waiting"]] == [["purpose", "notice"]]
    said = watching.audited(EventKind.SITE_RECORDED)[-1][1]
    assert (said["record"], said["before"]["hung_by"], said["hung_by"]) == ("notice", "Dana", "Miro")  # type: ignore[index]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "words"),
    [
        ("PATCH", "/site", {}, 422, "at least one field"),
        ("PATCH", "/site", {"operator": "x" * 121}, 422, "operator"),
        ("PATCH", "/site", {"time_zone": "Berlin"}, 400, "IANA name"),
        ("PATCH", "/site", {"purpose": "Else", "records": {"legal_basis": "consent"}}, 422, "hung_by"),
        ("POST", "/site/records", {"kind": "wish"}, 422, "kind"),
        ("POST", "/site/records", {"kind": "notice", "hung_by": "Dana"}, 400, "Expected hangs_since"),
        ("POST", "/site/records", NOTICE | {"reason": "Because."}, 400, "has no reason"),
        ("POST", "/site/records", NOTICE | {"hangs_since": "2999-01-01"}, 400, "today at the latest"),
        ("POST", "/site/records", NOTICE | {"hangs_since": "soon"}, 422, "hangs_since"),
        ("POST", "/site/records", NOTICE | {"hung_by": "  "}, 422, "hung_by"),
        ("POST", "/site/records", PURPOSE | {"legal_basis": "because"}, 422, "legal_basis"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    watching: WebApp, method: str, path: str, sent: dict[str, Any], status: int, words: str
) -> None:
    before = watching.api("root").call("GET", "/site").get_json()
    answer = watching.api("root").call(method, path, sent)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert watching.api("root").call("GET", "/site").get_json() == before


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_only_an_admin_reads_or_changes_it(watching: WebApp, name: str) -> None:
    api = watching.api(name)
    for path, method, sent in (("/site", "PATCH", SITE), ("/site/records", "POST", NOTICE)):
        assert api.call("GET", path).status_code == 403
        assert api.call(method, path, sent).status_code == 403


def test_a_demo_is_added_though_nothing_is_put_on_record_of_its_staff(watching: WebApp) -> None:
    before = len(watching.services.site_records.list())
    sent = {"name": "Show", "url": "demo:", "no_staff_in_view": True}
    assert watching.api("root").call("POST", "/cameras", sent).status_code == 201
    assert len(watching.services.site_records.list()) == before
