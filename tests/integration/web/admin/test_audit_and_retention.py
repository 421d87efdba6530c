"""The audit trail says who did and who looked at what; retention says what it deletes before it does."""

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import HOW, WebApp
from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.domain.events import PUSHED_KINDS, EventKind
from webapp.domain.people.audit import AuditFilter
from webapp.domain.site.retention import RetentionRule
from webapp.web.audit.audited_views import NOTED_VIEWS

DAYS = {"snapshots": "3", "scores": "7", "incidents": "90", "events": "365", "expressions": "400"}


def test_what_would_be_deleted_is_shown_before_it_is_saved(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    web.add_incident(camera, jpeg=b"picture")
    clock.advance(5 * 24 * 3600)
    root = web.browser("root")
    preview = root.post("/admin/retention", **DAYS).text
    assert "What saving would delete" in preview
    assert "<strong>1</strong> of 1" in preview
    assert web.services.retention.rule() == RetentionRule()
    assert root.post("/admin/retention", **DAYS, seen="yes").location == "/admin/retention"
    assert web.services.retention.rule().snapshots == 3
    assert web.audited(EventKind.SETTINGS_CHANGED)[0][0] == "root"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"snapshots": "0"}, "Expected 1 to 3650 days"),
        ({"snapshots": "100"}, "no longer than their alerts"),
        ({"snapshots": "1", "incidents": "1", "events": "29", "expressions": "400"}, "at least 30 days, got 29"),
        ({"events": "", "expressions": "400"}, "Enter a number of days."),
        ({"scores": "a week"}, "Not a valid integer value."),
    ],
)
def test_days_that_cannot_be_used_are_said(web: WebApp, fields: dict[str, str], words: str) -> None:
    answer = web.browser("root").post("/admin/retention", **{**DAYS, **fields, "seen": "yes"})
    assert answer.status_code == 400
    assert words in answer.text
    assert web.services.retention.rule() == RetentionRule()


def test_who_looked_at_a_picture_is_known_and_noted_once_an_hour(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    incident = web.add_incident(camera, jpeg=b"picture")
    alice = web.browser("alice")
    for seconds in (0, 10, 3600):
        clock.advance(seconds)
        assert alice.client.get(f"/incidents/{incident.incident_id}/snapshot.jpg").status_code == 200
    looked = ("alice", {"incident": incident.incident_id, **HOW})
    assert web.audited(EventKind.PICTURE_VIEWED) == [looked, looked]


def test_who_was_refused_has_not_looked(web: WebApp, camera: Camera) -> None:
    incident = web.add_incident(camera)
    web.browser("alice").client.get(f"/incidents/{incident.incident_id}/snapshot.jpg")
    web.browser("alice").client.get("/incidents.csv")
    assert web.audited(EventKind.PICTURE_VIEWED) == []
    assert web.audited(EventKind.LOG_EXPORTED) == []


def test_an_export_and_a_tried_picture_are_noted_and_the_picture_is_not(web: WebApp) -> None:
    bob = web.browser("bob")
    bob.client.get("/incidents.csv?state=new")
    bob.post("/test-photo", url="http://example.com/my-secret-face.jpg")
    assert web.audited(EventKind.LOG_EXPORTED) == [("bob", {"filter": {"state": "new"}, **HOW})]
    assert web.audited(EventKind.PHOTO_TESTED) == [("bob", HOW)]


def test_every_noted_view_is_a_view_and_nothing_of_it_is_pushed(web: WebApp) -> None:
    assert set(NOTED_VIEWS) <= set(web.app.view_functions)
    assert not set(NOTED_VIEWS.values()) & PUSHED_KINDS


def test_routine_that_nobody_did_is_left_out_until_it_is_asked_for(web: WebApp, camera: Camera) -> None:
    incident = web.add_incident(camera)
    web.services.cameras.report_state(camera.camera_id, CameraState.ONLINE)
    web.services.incidents.acknowledge(incident.incident_id, "alice")
    root = web.browser("root")
    shown = root.client.get("/admin/audit").text
    trail = shown.split("<tbody>")[1]
    assert "Incident acknowledged" in trail
    assert "Incident opened" not in trail
    assert "Camera state changed" not in trail
    assert "2 lines of routine are left out" in shown
    assert 'href="?shown=all"' in shown
    everything = root.client.get("/admin/audit?shown=all").text
    for words in ("Incident opened", "Camera state changed", "Incident acknowledged"):
        assert words in everything.split("<tbody>")[1]
    assert "routine are left out" not in everything
    nothing = root.client.get("/admin/audit?text=state+changed").text
    assert "Nothing matches" in nothing
    assert "1 line of routine is left out" in nothing
    assert 'href="?text=state+changed&amp;shown=all"' in nothing
    assert root.client.get("/admin/audit?shown=few").status_code == 400


def test_whoever_reads_the_trail_otherwise_gets_all_of_it(web: WebApp, camera: Camera) -> None:
    web.add_incident(camera)
    kinds = {event.kind for event in web.services.audit.search(AuditFilter()).events}
    assert EventKind.INCIDENT_OPENED in kinds


def test_the_trail_is_searched_by_words_topic_person_and_day(web: WebApp, clock: FakeClock) -> None:
    web.add_camera("Café 7")
    clock.advance(2 * 24 * 3600)
    root = web.browser("root")
    root.post("/admin/users", name="dora", role="staff", password="")

    def shown(query: str) -> str:
        return root.client.get(f"/admin/audit?{query}").text.split("<tbody>")[-1]

    assert "User added" in shown("text=DORA")
    assert "Camera added" not in shown("text=dora")
    assert "Café 7" in shown("text=camera+café")
    assert "Signed in" in shown("topic=signing_in")
    assert "User added" not in shown("topic=signing_in")
    assert "User added" in shown("actor=root&topic=people")
    assert "Nothing matches" in shown("actor=bob")
    assert "Camera added" in shown("to=2026-03-02")
    assert "Signed in" not in shown("to=2026-03-02")
    assert "Camera added" not in shown("from=2026-03-04")
    assert "Nothing matches" in shown("text=100%25")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-02-31", "Expected a date such as"), ("to=1999-12-31", "Expected a year from 2000 on."),
        ("topic=nothing", "Choose one of: signing_in"), ("tz=Mars/Olympus", "This time zone is not known here."),
        ("from=2026-03-04&to=2026-03-01", "The last day is before the first one."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("page", ["/admin/audit", "/incidents"])
def test_a_filter_that_cannot_be_used_is_said_alike_on_every_page(
    web: WebApp, page: str, query: str, words: str
) -> None:
    if page == "/incidents":
        query, words = query.replace("topic=", "state="), words.replace("signing_in", "new")
    answer = web.browser("root").client.get(f"{page}?{query}")
    assert answer.status_code == 400
    assert "invalid-feedback" in answer.text
    assert words in answer.text


def test_a_long_trail_has_pages(web: WebApp) -> None:
    for number in range(60):
        web.services.audit.note(EventKind.SETTINGS_CHANGED, "root", number=number)
    root = web.browser("root")
    assert "number: 59" in root.client.get("/admin/audit").text
    second = root.client.get("/admin/audit?page=2").text
    assert "Page 2 of 2" in second
    assert "number: 3" in second


def test_the_trail_leaves_out_that_a_better_picture_was_taken(web: WebApp, camera: Camera) -> None:
    incident = web.add_incident(camera).incident_id
    for peak in (0.82, 0.86, 0.9):
        web.raise_peak(incident, peak, b"\xff\xd8")
    for query in ("", "?topic=alerts", "?q=peaked"):
        assert "Incident peaked" not in web.browser("root").client.get(f"/admin/audit{query}").text
    assert "Incident opened" in web.browser("root").client.get("/admin/audit?shown=all").text
    assert [event.kind for event in web.services.incidents.history(incident).timeline] == ["incident_opened"]
