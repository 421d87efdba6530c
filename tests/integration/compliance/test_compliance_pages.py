"""The admin's pages of the compliance file and of a visitor's request."""

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.web import picture
from webapp.domain.events import EventKind
from webapp.domain.site.compliance.answers import MAX_ANSWER_LENGTH
from webapp.domain.site.compliance.duties import Line

REQUEST = "/admin/compliance/request"


@pytest.fixture
def root(web):
    return web.browser("root")


@pytest.fixture
def visit(web):
    """An alert of an hour ago, resolved, and the form's fields that find it."""
    camera, at = web.add_camera("Front desk"), datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    incident = web.add_incident(camera, at=at, jpeg=picture("Front desk"))
    web.services.incidents.resolve(incident.incident_id, "alice", "recovered", "Offered a seat.")
    begin, end = ((at + timedelta(minutes=step)).strftime("%Y-%m-%dT%H:%M") for step in (-2, 2))
    return {"place": str(camera.camera_id), "begin": begin, "end": end}


def test_the_file_says_plainly_what_is_missing_and_where_to_put_it_right(root):
    page = root.client.get("/admin/compliance").text
    assert "The purpose is not on record as it stands now" in page
    assert 'href="/admin/notice"' in page
    assert "This is no legal advice" in page
    assert "AI Act, Article 5(1)(f), since 2 Feb 2025" in page
    assert "from 2 Dec 2027" in page
    for line in Line:
        assert f'id="{line.value}"' in page


def test_the_file_stands_without_a_model(web, root):
    web.model_cards.shown = None
    assert "No AI model can be read" in root.client.get("/admin/compliance").text
    assert root.client.get("/admin/compliance.json").json["model"] is None


@pytest.mark.security
@pytest.mark.parametrize("form", ["html", "json"])
def test_an_export_is_a_file_and_on_record(web, root, form):
    answer = root.client.get(f"/admin/compliance.{form}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="compliance.{form}"'
    assert [actor for actor, _ in web.audited(EventKind.COMPLIANCE_EXPORTED)] == ["root"]


def test_the_exported_page_needs_nothing_else_and_speaks_the_readers_language(root):
    page = root.client.get("/admin/compliance.html", headers={"Accept-Language": "de"}).text
    assert '<html lang="de">' in page
    assert "Compliance-Akte" in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "<script" not in page


def test_entries_are_kept_and_stand_in_the_file_as_text(root):
    answer = root.post("/admin/compliance/answers", necessity="A <b>bell</b> was tried.\r\nNobody rang.")
    assert answer.status_code == 303
    assert "A &lt;b&gt;bell&lt;/b&gt; was tried.\nNobody rang." in root.client.get("/admin/compliance").text
    assert "A &lt;b&gt;bell" in root.client.get("/admin/compliance/answers").text


def test_an_entry_that_is_too_long_is_said_beside_it_and_nothing_is_lost(web, root):
    answer = root.post("/admin/compliance/answers", necessity="x" * (MAX_ANSWER_LENGTH + 1), risks="Children come.")
    assert answer.status_code == 400
    assert 'id="necessity-error"' in answer.text
    assert "Children come." in answer.text
    assert web.services.compliance.answers().risks == ""


def test_what_is_kept_is_shown_and_nothing_changed(web, root, visit):
    page = root.client.get(REQUEST, query_string=visit).text
    assert "incident 1" in page
    assert "Delete for good" in page
    assert "/snapshot" not in page  # A picture is looked at on the alert's page, where that is noted.
    assert web.services.incidents.get(1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"place": "77"}, "place"),
        ({"begin": "soon"}, "begin"),
        ({"end": "2026-01-01T00:00"}, "end"),
        ({"end": ""}, "end"),
    ],
)
def test_what_cannot_be_a_visit_is_said_beside_its_field_and_nothing_is_lost(root, visit, wrong, field):
    answer = root.client.get(REQUEST, query_string={**visit, **wrong})
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text or field == "place"
    kept = {name: value for name, value in {**visit, **wrong}.items() if name != "place"}
    assert all(f'value="{value}"' in answer.text for value in kept.values())


def test_nothing_is_deleted_before_the_box_is_ticked(web, root, visit):
    answer = root.post(f"{REQUEST}/delete", **visit)
    assert answer.status_code == 400
    assert "Tick the box first" in answer.text
    assert web.services.incidents.get(1)


def test_a_deletion_leads_to_its_proof(web, root, visit, settings):
    answer = root.post(f"{REQUEST}/delete", **visit, sure="yes")
    assert answer.status_code == 303
    proof = root.client.get(answer.location).text
    assert "Deleted, looked for again, and nothing was found." in proof
    assert "Front desk" in proof
    assert list(settings.snapshots_dir.rglob("*.jpg")) == []
    ((actor, payload),) = web.audited(EventKind.VISITOR_DATA_DELETED)
    assert (actor, payload["deleted"]["incidents"], payload["left"]["incidents"]) == ("root", 1, 0)
    trail = root.client.get("/admin/audit").text
    assert "Deleted on a visitor&#39;s request" in trail
    assert root.client.get(f"{REQUEST}/999").status_code == 404


def test_a_picture_that_cannot_be_deleted_is_said_and_its_alert_stays(web, root, visit, settings):
    (jpeg,) = settings.snapshots_dir.rglob("*.jpg")
    jpeg.unlink()
    jpeg.mkdir()
    answer = root.post(f"{REQUEST}/delete", **visit, sure="yes")
    assert (answer.status_code, "A picture could not be deleted" in answer.text) == (500, True)
    assert web.services.incidents.get(1)
    assert web.audited(EventKind.VISITOR_DATA_DELETED) == []


def test_an_open_alert_is_refused_with_the_way_to_it(web, root, visit):
    open_one = web.add_incident(web.services.cameras.list()[0], at=datetime.now(UTC) - timedelta(hours=1))
    assert f'href="/incidents/{open_one.incident_id}"' in root.client.get(REQUEST, query_string=visit).text
    answer = root.post(f"{REQUEST}/delete", **visit, sure="yes")
    assert (answer.status_code, web.audited(EventKind.VISITOR_DATA_DELETED)) == (409, [])
    assert "still open" in answer.text


def test_a_visitor_is_handed_what_was_ticked_without_a_name_of_staff(web, root, visit):
    refused = root.post(f"{REQUEST}/export", **visit)
    assert refused.status_code == 400
    assert "Choose the alerts that are about this visitor." in refused.text
    answer = root.post(f"{REQUEST}/export", **visit, incident=["1", "x", "9" * 5000])
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        said = json.loads(packed.read("visit.json"))
        words = packed.read("READ ME.txt").decode()
        assert packed.read("alert-1.jpg").startswith(b"\xff\xd8")
    assert [one["note"] for one in said["alerts"]] == ["Offered a seat."]
    assert "alice" not in json.dumps(said) + words
    assert [payload["incidents"] for _, payload in web.audited(EventKind.VISITOR_DATA_EXPORTED)] == [[1]]


@pytest.mark.security
def test_managers_neither_read_the_file_nor_delete(web, visit):
    bob = web.browser("bob")
    assert bob.client.get("/admin/compliance").status_code == 403
    assert bob.post(f"{REQUEST}/delete", **visit, sure="yes").status_code == 403
    assert web.services.incidents.get(1)
