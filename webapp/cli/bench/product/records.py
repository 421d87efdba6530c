"""What has to be on record before recordings are analysed: a bench watches no place, and says so."""

from dataclasses import replace
from datetime import date

from webapp.domain.site.site_records import LegalBasis, StaffChoice
from webapp.services.site.site_records import NewRecords
from webapp.services.use_cases import UseCases

_NOBODY = "Measured with recordings, on this machine alone: nobody is watched."


def put_on_record(installation: UseCases) -> None:
    """Put on record what the cameras of a bench wait for."""
    if not any(gate.missing for gate in installation.site_records.gates().values()):
        return
    site = replace(installation.site.get(), operator="Bench", contact="Whoever runs it")
    records = NewRecords(LegalBasis.LEGITIMATE_INTERESTS, _NOBODY, date(2026, 1, 1), "Bench")
    installation.site_records.change_site(site, "bench", records)
    for camera_id, gate in installation.site_records.gates().items():
        if gate.missing:
            installation.site_records.record_staff_zones(camera_id, StaffChoice.NO_STAFF_IN_VIEW, "bench")
