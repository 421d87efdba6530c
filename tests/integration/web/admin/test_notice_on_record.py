"""Another operator, purpose or contact outdates what is on record: the form says so before any camera stops."""

import re
from datetime import timedelta

import pytest

from tests.support.site.records import RECORDS, SITE, put_on_record
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.domain.events import EventKind
from webapp.domain.site.analysis_gate import Grace
from webapp.domain.site.site_records import StaffChoice
from webapp.services.site.gate_words import awaiting_reason
from webapp.services.site.site_records import GRACE_SETTING

FIELDS = {"product_name": "Amends", **SITE, "purpose": "So that we can help.", "public_url": "", "language": ""}
AGAIN = {"legal_basis": "consent", "reason": "They say yes.", "hangs_since": "2026-01-01", "hung_by": "Miro"}
STOPS = "Running cameras would stop"

pytestmark = pytest.mark.security


@pytest.fixture
def desk(web: WebApp) -> Camera:
    """A camera that is analysed."""
    camera = web.add_camera("Desk", "rtsp://192.0.2.1/s")
    put_on_record(web.services)
    web.browser("root").post("/admin/notice", **FIELDS, act="record", **AGAIN)
    assert web.services.site_records.waiting() == []
    return camera


def put_off(web: WebApp, camera: Camera, days: int = 9) -> Grace:
    grace = Grace(web.services.clock.now() + timedelta(days=days), frozenset({camera.camera_id}))
    with web.unit_of_work() as work:
        work.settings.put(GRACE_SETTING, grace.as_json())
        work.commit()
    web.services.first_day.note_shown()  # The guide opens by itself once; another test holds that.
    return grace


@pytest.mark.parametrize("field", ["operator", "purpose", "contact"])
def test_the_form_says_which_cameras_would_stop_before_it_saves(web: WebApp, desk: Camera, field: str) -> None:
    before = web.services.site.get()
    asked = web.browser("root").post("/admin/notice", **FIELDS | {field: "Something else"})
    assert asked.status_code == 409
    assert STOPS in asked.text
    assert "Desk would analyse nobody" in asked.text
    assert "Something else" in asked.text  # Nothing that was typed is lost.
    assert "They say yes." in asked.text  # What was put on record last is offered again.
    assert 'value="Miro"' in asked.text
    assert f'value="{web.services.clock.now().date().isoformat()}"' in asked.text
    assert web.services.site.get() == before


def test_both_are_put_on_record_in_the_same_act_and_no_camera_waits(web: WebApp, desk: Camera) -> None:
    root, other = web.browser("root"), FIELDS | {"purpose": "To learn more."}
    assert root.post("/admin/notice", **other, act="record", **AGAIN).status_code == 302
    assert web.services.site.get().purpose == "To learn more."
    assert web.services.site_records.waiting() == []
    newest = [payload for _, payload in web.audited(EventKind.SITE_RECORDED)][-2:]
    assert [one["record"] for one in newest] == ["purpose", "notice"]
    assert newest[0]["before"] == {"purpose": "So that we can help."}
    trail = root.client.get("/admin/audit").text
    assert "Put on record" in trail
    assert "legal basis: Consent: GDPR, Article 6(1)(a)" in trail
    assert "before: purpose So that we can help." in trail


def test_who_chooses_so_lets_the_cameras_stop(web: WebApp, desk: Camera) -> None:
    assert web.browser("root").post("/admin/notice", **FIELDS | {"contact": "X"}, act="stop").status_code == 302
    assert [one.camera.name for one in web.services.site_records.waiting()] == ["Desk"]
    page = web.browser("root").client.get("/admin/notice").text
    assert "It is worded otherwise now" in page
    assert "Put both on record" in page


@pytest.mark.parametrize(
    "fields", [{"product_name": "Hearth"}, {"language": "de"}, {"public_url": "https://a.example"}]
)
def test_other_words_outdate_nothing(web: WebApp, desk: Camera, fields: dict[str, str]) -> None:
    assert web.browser("root").post("/admin/notice", **FIELDS | fields).status_code == 302
    assert web.services.site_records.waiting() == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": " "}, "Expected a reason"),
        ({"hangs_since": "2999-01-01"}, "today at the latest"),
        ({"hangs_since": "soon"}, "Expected the day on which the sign was hung"),
        ({"hung_by": ""}, "Expected the name of who hung the sign"),
        ({"legal_basis": "because"}, "Expected one of the legal bases"),
        ({"purpose": " "}, "Expected a product name and a purpose"),
    ],
)
def test_what_cannot_be_put_on_record_is_said_beside_its_field_and_loses_nothing(
    web: WebApp, desk: Camera, fields: dict[str, str], words: str
) -> None:
    before = web.services.site.get(), len(web.services.site_records.list())
    typed = FIELDS | {"contact": "Someone new"} | AGAIN | fields
    answer = web.browser("root").post("/admin/notice", **typed, act="record")
    assert answer.status_code == 400
    assert words in answer.text
    assert STOPS in answer.text
    for kept in ("Someone new", typed["hung_by"], typed["reason"].strip(), typed["hangs_since"]):
        assert kept in answer.text
    assert (web.services.site.get(), len(web.services.site_records.list())) == before


def test_what_was_never_on_record_is_put_there_on_the_same_page(web: WebApp) -> None:
    root, camera = web.browser("root"), web.add_camera("Desk", "rtsp://192.0.2.1/s")
    assert "First say who uses it" in root.client.get("/admin/notice").text
    assert root.post("/admin/notice", **FIELDS).status_code == 302
    page = root.client.get("/admin/notice").text
    assert "Nobody said yet where staff stand in its picture." in page
    refused = root.post("/admin/notice/records", **AGAIN | {"hung_by": ""})
    assert (refused.status_code, "Expected the name of who hung the sign" in refused.text) == (400, True)
    assert "They say yes." in refused.text
    assert root.post("/admin/notice/records", **AGAIN).location == "/admin/notice"
    web.services.site_records.record_staff_zones(camera.camera_id, StaffChoice.NO_STAFF_IN_VIEW, "root")
    assert web.services.site_records.waiting() == []
    assert "by Miro" in root.client.get("/admin/notice").text


def test_admins_are_told_where_nobody_is_analysed_and_where_to_mend_it(web: WebApp) -> None:
    camera = web.add_camera("Desk", "rtsp://192.0.2.1/s")
    reason = awaiting_reason(web.services.site_records.gates()[camera.camera_id].missing)
    web.services.cameras.report_state(camera.camera_id, CameraState.AWAITING_RECORDS, reason)
    root, alice = web.browser("root"), web.browser("alice")
    for address in ("/", "/admin/system"):
        page = root.client.get(address).text
        assert "Nobody is analysed on Desk: not all is on record that has to be." in page
        assert re.search(r'href="/welcome">Put it on record<', page)
    assert "Nobody is analysed on Desk" not in alice.client.get("/").text
    said = "Nobody is analysed. Not on record: purpose, notice, staff zones."
    for page in (root.client.get("/admin/cameras").text, root.client.get(f"/cameras/{camera.camera_id}/help").text):
        assert said in page
        assert "Put it on record" in page
    helped = alice.client.get(f"/cameras/{camera.camera_id}/help").text
    assert said in helped
    assert "Please tell an admin." in helped
    assert "/admin/notice" not in helped
    (state,) = alice.client.get("/dashboard.json").get_json()["cameras"]
    assert (state["state"], state["reason"], state["reason_code"]) == ("awaiting_records", said, "awaiting_records")
    shown = web.api("alice").call("GET", "/cameras").get_json()[0]
    assert (shown["state"], shown["state_code"], shown["state_reason"]) == (
        "awaiting_records",
        "awaiting_records",
        said,
    )
    metrics = root.client.get("/metrics").text
    assert 'amends_camera_awaiting_records{camera="Desk",camera_id="1"} 1.0' in metrics
    assert 'amends_fault{kind="awaiting_records",subject="Desk"} 1.0' in metrics
    assert 'amends_camera_online{camera="Desk",camera_id="1"} 1.0' in metrics


def test_in_german_the_reason_names_the_records_in_german(web: WebApp) -> None:
    camera = web.add_camera("Desk", "rtsp://192.0.2.1/s")
    reason = awaiting_reason(web.services.site_records.gates()[camera.camera_id].missing)
    web.services.cameras.report_state(camera.camera_id, CameraState.AWAITING_RECORDS, reason)
    root = web.browser("root")
    root.client.set_cookie("amends_language", "de")
    page = root.client.get("/admin/cameras").text
    assert "Nicht festgehalten: Zweck, Hinweis, Personalzonen." in page


def test_the_date_of_an_upgraded_installation_is_told_on_the_clocks_of_the_site(web: WebApp) -> None:
    camera = web.add_camera("Desk", "rtsp://192.0.2.1/s")
    grace = put_off(web, camera)
    web.services.cameras.report_state(camera.camera_id, CameraState.ONLINE)
    web.browser("root").post("/admin/notice", **FIELDS, time_zone="Asia/Tokyo")
    local = grace.until.astimezone(web.services.site.zone())
    for address in ("/", "/admin/system", "/admin/notice"):
        page = web.browser("root").client.get(address).text
        assert re.search(rf"From \w+, {local.day} \w+ {local.year}, {local:%H:%M} on nobody is analysed", page), address
    assert "on nobody is analysed" not in web.browser("alice").client.get("/").text
    assert 'amends_fault{kind="records_due",subject="Desk"} 1.0' in web.browser("root").client.get("/metrics").text


def test_within_the_time_of_an_upgrade_other_words_stop_nothing_and_ask_nothing(web: WebApp) -> None:
    camera = web.add_camera("Desk", "rtsp://192.0.2.1/s")
    put_off(web, camera)
    assert web.browser("root").post("/admin/notice", **FIELDS | {"purpose": "To learn more."}).status_code == 302
    assert [one.is_analysed for one in web.services.site_records.waiting()] == [True]


def test_the_form_fills_in_what_was_put_on_record_last(web: WebApp, desk: Camera) -> None:
    web.services.site_records.change_site(web.services.site.get(), "root", RECORDS)
    asked = web.browser("root").post("/admin/notice", **FIELDS | {"contact": "X"})
    assert RECORDS.reason in asked.text
    assert f'value="{RECORDS.hung_by}"' in asked.text
