from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from webapp.domain.events import Event, EventKind
from webapp.domain.site.compliance.visits import BackupCopy, DeletionProof, KeptOfVisit, Place, Visit, moment_of
from webapp.errors import InputInvalid

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_time_is_read_on_the_clocks_of_the_site_unless_it_names_its_own():
    assert moment_of("2026-07-01T14:30", BERLIN, "begin") == datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    assert moment_of("2026-07-01 14:30+00:00", BERLIN, "begin") == datetime(2026, 7, 1, 14, 30, tzinfo=UTC)


def test_of_an_hour_that_comes_twice_both_are_meant():
    begin, end = (moment_of("2026-10-25T02:30", BERLIN, field) for field in ("begin", "end"))
    assert (begin.hour, end.hour) == (0, 1)


def test_of_an_hour_that_is_skipped_nothing_around_it_is_lost():
    begin, end = (moment_of("2026-03-29T02:30", BERLIN, field) for field in ("begin", "end"))
    assert (begin, end) == (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC))
    assert Visit(Place("Desk", 1), begin, moment_of("2026-03-29T03:10", BERLIN, "end"))


def test_a_day_on_which_the_clocks_are_set_back_is_a_day():
    begin, end = (moment_of(f"2026-10-{day}T00:00", BERLIN, "begin") for day in (25, 26))
    assert Visit(Place("Desk", 1), begin, end)


@pytest.mark.parametrize("text", ["", "noon", "2026-02-31T10:00", "1999-01-01T00:00", "9999-12-31T23:59"])
def test_what_is_no_time_of_a_visit_is_refused(text):
    with pytest.raises(InputInvalid, match="Expected a day and a time"):
        moment_of(text, BERLIN, "begin")


def test_a_proof_comes_back_from_the_audit_trail_as_it_was():
    visit = Visit(Place("Desk", 7), AT, AT.replace(hour=10))
    proof = DeletionProof(visit, KeptOfVisit(1, 1, 4), KeptOfVisit(), (BackupCopy("a.tar.gz", AT),), AT, "root", 12)
    event = Event(EventKind.VISITOR_DATA_DELETED, AT, proof.as_json(), "root", event_id=12)
    assert DeletionProof.from_event(event) == proof
