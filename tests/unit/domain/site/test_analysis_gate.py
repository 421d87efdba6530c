"""Which cameras may analyse nobody yet, and what is missing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.support.clocks import START
from webapp.domain.site.analysis_gate import (
    OPEN_GATE,
    AnalysisGate,
    GatedCamera,
    Grace,
    analysis_gate,
    cameras_without_zones,
)
from webapp.domain.site.site import Site
from webapp.domain.site.site_records import (
    LegalBasis,
    RecordKind,
    SiteRecord,
    StaffChoice,
    newest,
    notice_record,
    purpose_record,
    staff_zones_record,
)
from webapp.errors import InputInvalid

SITE = Site(operator="Hotel Lind, Berlin", contact="privacy@lind.example", purpose="To help sooner.")
CAMERA = GatedCamera(1, is_demo=False, staff_zones=1)
TODAY = date(2026, 11, 29)
PURPOSE, NOTICE, ZONES = RecordKind


def record(kind, content, record_id, camera_id=None):
    return SiteRecord(kind, content, START, "root", camera_id, record_id)


def all_three(site=SITE, choice=StaffChoice.AS_DRAWN):
    return [
        record(PURPOSE, purpose_record(site, LegalBasis.LEGITIMATE_INTERESTS, "Nobody is identified."), 1),
        record(NOTICE, notice_record(site, TODAY, "Dana", TODAY), 2),
        record(ZONES, staff_zones_record("Desk", choice, 1), 3, camera_id=1),
    ]


def test_the_gate_opens_when_all_three_are_on_record():
    assert analysis_gate(CAMERA, SITE, all_three()) == OPEN_GATE
    for number, kind in enumerate(RecordKind):
        records = [one for position, one in enumerate(all_three()) if position != number]
        gate = analysis_gate(CAMERA, SITE, records)
        assert gate.missing == (kind,)
        assert not gate.is_open(START)


def test_the_demo_camera_is_never_shut():
    assert analysis_gate(replace(CAMERA, is_demo=True), Site(), []) == OPEN_GATE


@pytest.mark.parametrize("said", ["operator", "purpose", "contact"])
def test_who_says_something_else_puts_purpose_and_notice_on_record_again(said):
    changed = replace(SITE, **{said: "Another one"})
    assert analysis_gate(CAMERA, changed, all_three()).missing == (PURPOSE, NOTICE)
    again = [*all_three(), *(replace(one, record_id=one.record_id + 10) for one in all_three(changed))]
    assert analysis_gate(CAMERA, changed, again) == OPEN_GATE
    assert analysis_gate(CAMERA, replace(changed, time_zone="Europe/Berlin"), again) == OPEN_GATE


def test_the_staff_zones_of_one_camera_say_nothing_of_another():
    other = replace(CAMERA, camera_id=2)
    assert analysis_gate(other, SITE, all_three()).missing == (ZONES,)
    assert cameras_without_zones([CAMERA, other, replace(other, camera_id=3, is_demo=True)], all_three()) == (2,)


def test_zones_that_were_confirmed_and_are_gone_have_to_be_confirmed_again():
    without = replace(CAMERA, staff_zones=0)
    assert analysis_gate(without, SITE, all_three()).missing == (ZONES,)
    assert analysis_gate(without, SITE, all_three(choice=StaffChoice.NO_STAFF_IN_VIEW)) == OPEN_GATE


def test_cameras_that_ran_before_an_upgrade_go_on_until_a_date():
    grace = Grace(START + timedelta(days=30), frozenset({1}))
    gate = analysis_gate(CAMERA, SITE, [], Grace.from_json(grace.as_json()))
    assert gate == AnalysisGate((PURPOSE, NOTICE, ZONES), grace.until)
    assert gate.is_open(START)
    assert not gate.is_open(grace.until)
    assert not analysis_gate(replace(CAMERA, camera_id=2), SITE, [], grace).is_open(START)


def test_the_newest_record_counts_whatever_their_order():
    first, second = record(PURPOSE, {"n": 1}, 1), record(PURPOSE, {"n": 2}, 2)
    assert newest([second, first], PURPOSE) == second
    assert newest([], PURPOSE) is None


@pytest.mark.parametrize(
    ("put_on_record", "field"),
    [
        (lambda: purpose_record(Site(), LegalBasis.CONSENT, "Why"), "operator"),
        (lambda: purpose_record(replace(SITE, contact=" "), LegalBasis.CONSENT, "Why"), "contact"),
        (lambda: purpose_record(SITE, LegalBasis.CONSENT, " "), "reason"),
        (lambda: purpose_record(SITE, LegalBasis.CONSENT, "a" * 2001), "reason"),
        (lambda: notice_record(SITE, TODAY + timedelta(days=1), "Dana", TODAY), "hangs_since"),
        (lambda: notice_record(SITE, TODAY, "", TODAY), "hung_by"),
        (lambda: notice_record(SITE, TODAY, "a" * 121, TODAY), "hung_by"),
        (lambda: notice_record(Site(), TODAY, "Dana", TODAY), ""),
        (lambda: staff_zones_record("Desk", StaffChoice.AS_DRAWN, 0), "choice"),
    ],
)
def test_what_cannot_be_put_on_record_is_said_of_its_field(put_on_record, field):
    with pytest.raises(InputInvalid) as error:
        put_on_record()
    assert error.value.field == field
