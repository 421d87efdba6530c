"""The compliance file: what it says, what it says is missing, and what never stands in it."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest

from tests.fakes.web import FakeModelCards
from webapp.domain.alerts.incidents import Incident
from webapp.domain.events import EventKind
from webapp.domain.site.compliance.duties import Line
from webapp.domain.site.site_records import LegalBasis, StaffChoice
from webapp.domain.vision.emotions import Emotion
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.compliance.json_export import Status, as_json, status_of

SCHEMA = Path("docs/compliance.schema.json")


@pytest.fixture
def hotel(use_cases):
    """Everything is on record but the entries that only people can make."""
    site = replace(use_cases.site.get(), operator="Hotel", contact="Dana", time_zone="Europe/Berlin")
    use_cases.site.change(site, "root")
    camera = use_cases.cameras.add(CameraForm("Front desk", "rtsp://192.0.2.7/live?token=hush", "viewer", "s3cret"))
    use_cases.site_records.record_purpose(LegalBasis.LEGITIMATE_INTERESTS, "It helps guests.", "root")
    use_cases.site_records.record_notice(date(2026, 3, 1), "Dana", "root")
    use_cases.site_records.record_staff_zones(camera.camera_id, StaffChoice.NO_STAFF_IN_VIEW, "root")
    return use_cases


def exported(use_cases, card=None):
    file = use_cases.compliance.file(card)
    return json.loads(json.dumps(as_json(file, use_cases.site.zone())))


@pytest.mark.parametrize("has_model", [True, False])
def test_the_export_is_as_its_schema_says_empty_and_full(use_cases, request, has_model):
    schema = json.loads(SCHEMA.read_text())
    card = FakeModelCards().card() if has_model else None
    jsonschema.validate(exported(use_cases, card), schema)
    request.getfixturevalue("hotel").backups.make("root")
    jsonschema.validate(exported(use_cases, card), schema)


def test_what_is_missing_is_said_and_what_is_on_record_no_longer(use_cases, request):
    before = use_cases.compliance.file(None).gaps
    assert {Line.PURPOSE, Line.LEGAL_BASIS, Line.NOTICE, Line.MODEL, Line.CONTROLLER} <= before
    after = request.getfixturevalue("hotel").compliance.file(FakeModelCards().card()).gaps
    assert after == {Line.ACCURACY}  # Of this model nobody has measured how many people raise an alert.


def test_a_purpose_that_changed_is_missing_again(hotel):
    hotel.site.change(replace(hotel.site.get(), purpose="To sell more."), "root")
    assert {Line.PURPOSE, Line.LEGAL_BASIS, Line.NOTICE} <= hotel.compliance.file(None).gaps


def test_a_camera_without_a_word_on_staff_is_a_gap(hotel):
    hotel.cameras.add(CameraForm("Bar", "rtsp://192.0.2.8/live"))
    assert Line.STAFF in hotel.compliance.file(None).gaps


def test_blanks_are_blank_until_they_are_written_and_each_change_is_on_record(hotel, unit_of_work):
    file = hotel.compliance.file(None)
    assert status_of(file, Line.NECESSITY) is Status.BLANK
    hotel.compliance.change_answers(replace(file.answers, necessity="A bell was tried."), "root")
    assert status_of(hotel.compliance.file(None), Line.NECESSITY) is Status.WRITTEN
    with unit_of_work.reading() as work:
        changes = [one for one in work.events.after(0, limit=100) if one.payload.get("setting") == "compliance"]
    assert [(one.actor, one.payload["after"]) for one in changes] == [("root", {"necessity": "A bell was tried."})]


@pytest.mark.security
def test_no_secret_and_no_address_of_a_camera_stands_in_it(hotel):
    camera = hotel.cameras.list()[0]
    hotel.cameras.change(camera.camera_id, CameraForm("Desk", "rtsp://192.0.2.9/live", "viewer", "n3wer"), "root")
    said = json.dumps(exported(hotel))
    for secret in ("hush", "s3cret", "n3wer", "192.0.2", "viewer"):
        assert secret not in said


def test_what_should_be_gone_for_more_than_an_hour_is_overdue(hotel, unit_of_work, clock):
    old = clock.now() - timedelta(days=181)
    incident = Incident(None, "Bar", 1, Emotion.ANGRY, old, old, 0.8, ended_at=old)
    with unit_of_work() as work:
        work.incidents.add(incident, None)
        work.commit()
    file = hotel.compliance.file(None)
    assert (Line.RETENTION in file.gaps, [one.value for one in file.overdue]) == (True, ["incidents"])
    hotel.retention.delete_batch()
    after = hotel.compliance.file(None)
    assert Line.RETENTION not in after.gaps
    assert [(one.month, one.counts["incidents"]) for one in after.deletions] == [(date(2026, 3, 1), 1)]


def test_changes_of_cameras_and_settings_are_listed_and_alerts_and_log_ins_are_not(hotel):
    kinds = {event.kind for event in hotel.compliance.file(None).changes}
    assert kinds == {EventKind.SETTINGS_CHANGED, EventKind.CAMERA_ADDED, EventKind.SITE_RECORDED}
