"""Putting on record what has to be before faces are analysed."""

from datetime import date

import pytest

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.events import EventKind
from webapp.domain.site.analysis_gate import OPEN_GATE
from webapp.domain.site.site import Site
from webapp.domain.site.site_records import LegalBasis, RecordKind, StaffChoice
from webapp.errors import InputInvalid, NotFound
from webapp.services.analysis_configuration import AnalysisConfigurationService
from webapp.services.cameras.camera_settings import CameraForm

SITE = Site(operator="Hotel Lind", contact="privacy@lind.example", time_zone="Pacific/Auckland")


def test_a_camera_waits_for_three_records_and_vision_is_told_of_each(use_cases, unit_of_work):
    configuration = AnalysisConfigurationService(unit_of_work, AlertRule())
    camera = use_cases.cameras.add(CameraForm("Desk", "rtsp://192.0.2.1/s"))
    demo = use_cases.cameras.add(CameraForm("Demo", "demo:"))
    use_cases.site.change(SITE, "root")
    missing, before = [], None
    for record in (
        lambda: use_cases.site_records.record_purpose(LegalBasis.LEGITIMATE_INTERESTS, "Nobody is identified.", "root"),
        lambda: use_cases.site_records.record_notice(date(2020, 1, 1), "Dana", "root"),
        lambda: use_cases.site_records.record_staff_zones(camera.camera_id, StaffChoice.NO_STAFF_IN_VIEW, "root"),
    ):
        now = configuration.current(before)
        assert now is not before
        assert now.gates[demo.camera_id] == OPEN_GATE
        missing.append(now.gates[camera.camera_id].missing)
        before = now
        record()
    assert [len(kinds) for kinds in missing] == [3, 2, 1]
    assert configuration.current(before).gates[camera.camera_id] == OPEN_GATE
    assert use_cases.site_records.gates()[camera.camera_id] == OPEN_GATE
    assert [(one.kind, one.by) for one in use_cases.site_records.list()] == [(kind, "root") for kind in RecordKind]
    with unit_of_work.reading() as work:
        events = [one for one in work.events.after(0, limit=100) if one.kind is EventKind.SITE_RECORDED]
    assert [(event.actor, event.payload["record"]) for event in events] == [("root", kind.value) for kind in RecordKind]


def test_today_is_the_day_on_the_clocks_of_the_site(use_cases, clock):
    clock.advance(12 * 3600)
    use_cases.site.change(SITE, "root")
    there = clock.now().astimezone(use_cases.site.zone()).date()
    assert there > clock.now().date()
    assert use_cases.site_records.record_notice(there, "Dana", "root").content["hangs_since"] == there.isoformat()


def test_nothing_is_kept_of_what_cannot_be_put_on_record(use_cases):
    with pytest.raises(InputInvalid):
        use_cases.site_records.record_purpose(LegalBasis.CONSENT, "They said yes.", "root")
    with pytest.raises(NotFound):
        use_cases.site_records.record_staff_zones(7, StaffChoice.NO_STAFF_IN_VIEW, "root")
    assert list(use_cases.site_records.list()) == []


def test_a_record_outlives_its_camera(use_cases):
    camera = use_cases.cameras.add(CameraForm("Desk", "rtsp://192.0.2.1/s"))
    use_cases.site_records.record_staff_zones(camera.camera_id, StaffChoice.NO_STAFF_IN_VIEW, "root")
    use_cases.cameras.remove(camera.camera_id)
    (record,) = use_cases.site_records.list()
    assert (record.camera_id, record.content["camera"]) == (None, "Desk")
