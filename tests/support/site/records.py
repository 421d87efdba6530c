"""What has to be on record before a camera other than the demo analyses anybody, put there for a test."""

from dataclasses import replace
from datetime import date

from webapp.domain.site.site import Site
from webapp.domain.site.site_records import LegalBasis, RecordKind, StaffChoice
from webapp.services.site.site_records import NewRecords
from webapp.services.use_cases import UseCases

SITE = {"operator": "Hotel Example, 1 Harbour Street", "contact": "privacy@hotel.example"}
RECORDS = NewRecords(LegalBasis.LEGITIMATE_INTERESTS, "Nobody is identified.", date(2020, 1, 1), "Dana")


def put_on_record(use_cases: UseCases, by: str = "root") -> None:
    """Put purpose and notice on record, and of each camera that lacks it that no staff is in view."""
    gates = use_cases.site_records.gates()
    if any(kind is not RecordKind.STAFF_ZONES for gate in gates.values() for kind in gate.missing):
        site: Site = use_cases.site.get()
        use_cases.site_records.change_site(site if site.is_complete else replace(site, **SITE), by, RECORDS)
    for camera_id, gate in gates.items():
        if RecordKind.STAFF_ZONES in gate.missing:
            use_cases.site_records.record_staff_zones(camera_id, StaffChoice.NO_STAFF_IN_VIEW, by)
