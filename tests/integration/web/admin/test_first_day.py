"""The guide of the first day: each step alone, bad input, left and taken up again, and whom it is shown to."""

import re
from datetime import timedelta

import pytest

from tests.support.clocks import FakeClock
from tests.support.site.records import put_on_record
from tests.support.web_app import PASSWORD, WebApp, WebBrowser
from webapp.domain.events import EventKind
from webapp.domain.site.analysis_gate import OPEN_GATE, Grace
from webapp.domain.site.first_day import FirstDayStep, StepState
from webapp.domain.site.site import Site
from webapp.domain.site.site_records import LegalBasis, RecordKind, StaffChoice, said_of
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.site.site_records import GRACE_SETTING

STEPS = [step.value for step in FirstDayStep]
PURPOSE = {
    "operator": "Hotel Lind, Berlin", "contact": "privacy@lind.example", "purpose": "To help sooner.",
    "legal_basis": "legitimate_interests", "reason": "We weighed both sides.",
}  # fmt: skip


@pytest.fixture
def root(web: WebApp) -> WebBrowser:
    return web.browser("root")


def states(web: WebApp) -> dict[str, str]:
    return {step.value: state.value for step, state in web.services.first_day.progress().states.items()}


def add_desk(web: WebApp) -> int:
    return web.add_camera("Desk", "rtsp://192.0.2.1/s").camera_id


def test_the_first_admin_is_led_to_it_once(web: WebApp, root: WebBrowser) -> None:
    web.services.accounts.add("rita", "admin", PASSWORD)
    rita = web.browser("rita")
    assert root.client.get("/").status_code == 200
    web.services.first_day.begin("root")
    assert rita.client.get("/").status_code == web.browser("alice").client.get("/").status_code == 200
    assert root.client.get("/").location == "/welcome"
    assert [root.client.get("/").status_code for _ in range(2)] == [200, 200]
    assert rita.client.get("/welcome").status_code == 200


@pytest.mark.parametrize("path", ["", "/done", *(f"/{step}" for step in STEPS)])
def test_admins_alone_may_open_it(web: WebApp, root: WebBrowser, path: str) -> None:
    assert root.client.get(f"/welcome{path}").status_code == 200
    for name in ("alice", "bob"):
        assert web.browser(name).client.get(f"/welcome{path}").status_code == 403


def test_it_is_taken_up_where_it_was(web: WebApp, root: WebBrowser) -> None:
    assert root.post("/welcome/site", product_name="Amends", time_zone="", language="").location == "/welcome/purpose"
    assert root.post("/welcome/skip/alerts").location == "/welcome/done"
    assert root.post("/welcome/leave").location == "/"
    page = root.client.get("/welcome").text
    assert "Go on with: Purpose and contact" in page
    assert states(web) == {**dict.fromkeys(STEPS, "open"), "site": "done", "people": "done", "alerts": "skipped"}


def test_the_site_keeps_what_was_typed_wrong_and_says_why(web: WebApp, root: WebBrowser) -> None:
    web.services.site.change(Site(operator="Hotel Lind", contact="privacy@lind.example"), "root")
    answer = root.post("/welcome/site", product_name="L" * 41, time_zone="Europe/Berlin", language="de")
    assert answer.status_code == 400
    assert "at most 40 characters" in answer.text
    assert "L" * 41 in answer.text
    assert re.search(r'selected value="Europe/Berlin"', answer.text)
    assert root.post("/welcome/site", product_name="Lind", time_zone="Europe/Berlin", language="de").status_code == 302
    site = web.services.site.get()
    assert (site.product_name, site.time_zone, site.language, site.operator) == (
        "Lind", "Europe/Berlin", "de", "Hotel Lind",
    )  # fmt: skip
    assert web.audited(EventKind.SETTINGS_CHANGED)[-1][0] == "root"


def test_a_second_person_is_invited_and_the_link_shown_once(web: WebApp, root: WebBrowser) -> None:
    for user in web.services.accounts.list():
        if user.name != "root":
            web.services.accounts.change(user.user_id, role=user.role, enabled=False, actor="root")
    assert states(web)["people"] == "open"
    refused = root.post("/welcome/people/invite", note="n" * 121, role="admin", days="3")
    assert refused.status_code == 400
    assert "Expected a note of at most" in refused.text
    assert "n" * 121 in refused.text
    answer = root.post("/welcome/people/invite", note="Dana", role="manager", days="7")
    assert "/join#" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "/join#" not in root.client.get("/welcome/people").text
    assert states(web)["people"] == "done"


def test_ones_own_password_is_changed_by_the_form_of_the_account(web: WebApp, root: WebBrowser) -> None:
    new = "another good sentence"
    wrong = root.post("/welcome/people/password", current="wrong", new=new, repeated=new)
    assert wrong.status_code == 400
    assert "<details open>" in wrong.text
    answer = root.post("/welcome/people/password", current=PASSWORD, new=new, repeated=new)
    assert answer.location == "/welcome/people"
    web.browser().log_in("root", new)


def test_a_template_fills_in_why_and_leaves_who_and_whom_to_ask(web: WebApp, root: WebBrowser) -> None:
    sent = {**PURPOSE, "purpose": "Mine", "template": "shop"}
    page = root.post("/welcome/purpose", **sent).text
    assert "service desk or the till" in page
    assert "fitting rooms" in page
    assert "Hotel Lind, Berlin" in page
    assert "privacy@lind.example" in page
    assert "Mine<" not in page
    assert web.services.site_records.list() == []
    root.client.set_cookie("amends_language", "de")
    assert "Umkleidekabinen" in root.post("/welcome/purpose", **sent).text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"operator": ""}, "Expected who uses it and whom people may ask"),
        ({"contact": " "}, "Expected who uses it and whom people may ask"),
        ({"legal_basis": ""}, "Choose a legal basis."),
        ({"reason": ""}, "Say why it carries the purpose."),
        ({"reason": "a" * 2001}, "Expected a reason of at most"),
        ({"purpose": "p" * 401}, "at most 400 characters"),
    ],
)
def test_a_purpose_that_says_too_little_is_not_put_on_record(
    web: WebApp, root: WebBrowser, changed: dict[str, str], words: str
) -> None:
    answer = root.post("/welcome/purpose", **{**PURPOSE, **changed})
    assert answer.status_code == 400
    assert words in answer.text
    assert (changed.get("operator") == "") or "Hotel Lind, Berlin" in answer.text
    assert web.services.site.get() == Site()
    assert web.services.site_records.list() == []


def test_the_purpose_is_put_on_record_and_asked_again_when_it_changes(web: WebApp, root: WebBrowser) -> None:
    assert root.post("/welcome/purpose", **PURPOSE).location == "/welcome/camera"
    (record,) = web.services.site_records.list()
    assert (record.content["legal_basis"], record.by) == ("legitimate_interests", "root")
    assert web.services.site.get().operator == "Hotel Lind, Berlin"
    assert "We weighed both sides." in root.client.get("/welcome/purpose").text
    assert states(web)["purpose"] == "done"
    web.services.site.change(Site(operator="Hotel Ulme", contact="privacy@lind.example"), "root")
    assert states(web)["purpose"] == "open"


def test_another_purpose_stops_no_running_camera_from_the_guide(web: WebApp, root: WebBrowser) -> None:
    web.services.cameras.add(CameraForm("Desk", "rtsp://192.0.2.1/s"))
    put_on_record(web.services)
    before = web.services.site.get()
    answer = root.post("/welcome/purpose", **{**PURPOSE, "purpose": "To count moods."})
    assert answer.status_code == 409
    assert "Desk would analyse nobody" in answer.text
    assert "To count moods." in answer.text
    assert web.services.site.get() == before
    assert root.post("/welcome/purpose", **{**PURPOSE, **said_of(before)}).status_code == 302


def test_the_first_camera_comes_through_the_wizard_and_back(web: WebApp, root: WebBrowser) -> None:
    assert "Keep the demonstration for now" in root.client.get("/welcome/camera").text
    root.post("/admin/cameras/new/find", go="look")
    assert "Lobby north" in root.client.get("/welcome/camera").text
    assert "You came from the guide" in root.client.get("/admin/cameras/new").text
    for step, sent in {
        "": {"kind": "rtsp"}, "/address": {"url": "rtsp://192.0.2.1/s"}, "/picture": {"turn_deg": "0"},
        "/name": {"name": "Desk"}, "/zones": {"zones": "[]", "staff": "later"},
    }.items():  # fmt: skip
        assert root.post(f"/admin/cameras/new{step}", go="next", **sent).status_code == 302
    assert root.post("/admin/cameras/new/rule", go="next").location == "/welcome/camera"
    assert "Desk" in root.client.get("/welcome/camera").text
    assert (states(web)["camera"], states(web)["zones"]) == ("done", "open")
    root.post("/welcome/leave")
    assert "You came from the guide" not in root.client.get("/admin/cameras").text


def test_the_demonstration_does_for_now(web: WebApp, root: WebBrowser) -> None:
    web.add_camera()
    assert root.post("/welcome/skip/camera").location == "/welcome/notice"
    assert (states(web)["camera"], states(web)["zones"]) == ("skipped", "done")
    assert "There is only the demonstration" in root.client.get("/welcome/zones").text
    add_desk(web)
    assert (states(web)["camera"], states(web)["zones"]) == ("done", "open")


def test_where_staff_stand_is_said_camera_by_camera(web: WebApp, root: WebBrowser) -> None:
    desk, bar = add_desk(web), web.add_camera("Bar", "rtsp://192.0.2.2/s").camera_id
    nothing = root.post(f"/welcome/zones/{desk}")
    assert nothing.status_code == 400
    assert "Choose one of the two." in nothing.text
    undrawn = root.post(f"/welcome/zones/{desk}", **{f"camera-{desk}-staff": "as_drawn"})
    assert undrawn.status_code == 400
    assert "Expected a staff zone over each place" in undrawn.text
    for camera_id, left in ((desk, "open"), (bar, "done")):
        sent = {f"camera-{camera_id}-staff": "no_staff_in_view"}
        assert root.post(f"/welcome/zones/{camera_id}", **sent).location == "/welcome/zones"
        assert states(web)["zones"] == left
    assert [one.camera_id for one in web.services.site_records.list()] == [desk, bar]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"hangs": ""}, "Hang the sign first"),
        ({"hung_by": ""}, "Enter the name of who hung it."),
        ({"hangs_since": "2999-01-01"}, "today at the latest"),
        ({"hangs_since": "soon"}, "Enter the day on which it was hung."),
    ],
)
def test_a_sign_that_cannot_hang_is_not_put_on_record(
    web: WebApp, root: WebBrowser, changed: dict[str, str], words: str
) -> None:
    root.post("/welcome/purpose", **PURPOSE)
    answer = root.post("/welcome/notice", **{"hangs": "y", "hangs_since": "2020-01-01", "hung_by": "Dana", **changed})
    assert answer.status_code == 400
    assert words in answer.text
    assert [one.kind for one in web.services.site_records.list()] == [RecordKind.PURPOSE]


def test_a_sign_without_who_and_whom_to_ask_is_refused_with_the_way_out(web: WebApp, root: WebBrowser) -> None:
    page = root.client.get("/welcome/notice").text
    assert "The sign is not complete" in page
    assert "/admin/notice/sign" not in page
    answer = root.post("/welcome/notice", hangs="y", hangs_since="2020-01-01", hung_by="Dana")
    assert "Expected a complete notice" in answer.text


def test_the_three_records_of_the_guide_open_the_gate(web: WebApp, root: WebBrowser) -> None:
    desk = add_desk(web)
    root.post("/welcome/purpose", **PURPOSE)
    root.post(f"/welcome/zones/{desk}", **{f"camera-{desk}-staff": "no_staff_in_view"})
    assert "Waits for the records" in root.client.get("/welcome/done").text
    root.post("/welcome/notice", hangs="y", hangs_since="2020-01-01", hung_by="Dana")
    assert web.services.site_records.gates()[desk] == OPEN_GATE
    assert "Faces are analysed" in root.client.get("/welcome/done").text
    said = [(actor, payload["record"]) for actor, payload in web.audited(EventKind.SITE_RECORDED)]
    assert said == [("root", kind) for kind in ("purpose", "staff_zones", "notice")]


def test_a_test_alert_is_raised_and_its_arrival_noted(web: WebApp, root: WebBrowser) -> None:
    raised = root.post_json("/welcome/alerts/test").json
    assert raised["is_test"] is True
    assert states(web)["alerts"] == "open"
    assert root.post_json("/welcome/alerts/arrived").status_code == 204
    assert states(web)["alerts"] == "done"
    assert web.audited(EventKind.INCIDENT_OPENED)[-1][0] == "root"


def test_a_page_without_scripts_is_led_to_the_dashboard(web: WebApp, root: WebBrowser) -> None:
    assert root.post("/welcome/alerts/test").location == "/welcome/alerts"
    assert "The test alert is raised: open the dashboard" in root.client.get("/welcome/alerts").text
    assert states(web)["alerts"] == "done"


def test_the_dashboard_lists_what_is_left_to_admins_until_it_is_dismissed(web: WebApp, root: WebBrowser) -> None:
    title = "Setting up"
    assert title not in root.client.get("/").text
    web.services.first_day.begin("root")
    web.services.first_day.note_shown()
    page = root.client.get("/").text
    assert title in page
    assert "Purpose and contact" in page
    assert title not in web.browser("alice").client.get("/").text
    assert title not in web.browser("bob").client.get("/").text
    root.post("/welcome/dismiss")
    assert title not in root.client.get("/").text
    desk = add_desk(web)
    page = root.client.get("/").text
    assert re.findall(r'href="/welcome/(\w+)">', page.split(title)[1].split("</details>")[0]) == [
        "purpose",
        "zones",
        "notice",
    ]
    web.services.site.change(Site(operator="Hotel Lind", contact="privacy@lind.example"), "root")
    web.services.site_records.record_purpose(LegalBasis.CONSENT, "They said yes.", "root")
    web.services.site_records.record_notice(web.clock.now().date(), "Dana", "root")
    web.services.site_records.record_staff_zones(desk, StaffChoice.NO_STAFF_IN_VIEW, "root")
    assert title not in root.client.get("/").text


def test_an_upgraded_installation_asks_once_and_names_the_date(web: WebApp, root: WebBrowser, clock: FakeClock) -> None:
    desk = add_desk(web)
    with web.unit_of_work() as work:
        work.settings.put(GRACE_SETTING, Grace(clock.now() + timedelta(days=30), frozenset({desk})).as_json())
        work.commit()
    assert root.client.get("/").location == "/welcome"
    assert "go on without the records until" in root.client.get("/welcome").text
    page = root.client.get("/").text
    assert "Cameras go on without until" in page
    assert "Name, language, time zone" not in page
    clock.advance(31 * 86_400)
    page = web.browser("root").client.get("/").text
    assert "Cameras go on without until" not in page
    assert "Purpose and contact" in page


def test_what_is_needed_cannot_be_skipped(web: WebApp, root: WebBrowser) -> None:
    for step in ("purpose", "zones", "notice"):
        assert root.post(f"/welcome/skip/{step}").status_code == 404
        with pytest.raises(ValueError, match="cannot be skipped"):
            web.services.first_day.note(FirstDayStep(step), StepState.SKIPPED)
