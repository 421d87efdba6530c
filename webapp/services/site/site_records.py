"""Puts on record what has to be before faces are analysed, and says what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.domain.cameras.cameras import Camera, CameraKind
from webapp.domain.cameras.zones import ZoneKind
from webapp.domain.events import Event, EventKind
from webapp.domain.site.analysis_gate import AnalysisGate, GatedCamera, Grace, analysis_gate
from webapp.domain.site.site_records import (
    LegalBasis,
    RecordKind,
    SiteRecord,
    StaffChoice,
    notice_record,
    purpose_record,
    staff_zones_record,
)
from webapp.errors import NotFound
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory
from webapp.services.site.site import SiteService, house_of

GRACE_SETTING = "analysis_gate_grace"


@dataclass(frozen=True)
class SiteRecordService:
    """The use cases around the records; `site` knows whose clocks say which day it is."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    site: SiteService

    def list(self) -> Sequence[SiteRecord]:
        """Return all that was ever put on record, oldest first."""
        with self.unit_of_work.reading() as work:
            return work.site_records.list()

    def gates(self) -> Mapping[int, AnalysisGate]:
        """Return each camera's gate, by camera id."""
        with self.unit_of_work.reading() as work:
            return gates_of(work, work.cameras.list())

    def record_purpose(self, legal_basis: LegalBasis, reason: str, by: str) -> SiteRecord:
        """Put on record why, by whom and on which legal basis, as the site says it now.

        Raises:
            InputInvalid: the site does not say enough, or the reason is missing.
        """
        with self.unit_of_work() as work:
            content = purpose_record(house_of(work), legal_basis, reason)
            return self._add(work, SiteRecord(RecordKind.PURPOSE, content, self.clock.now(), by))

    def record_notice(self, hangs_since: date, hung_by: str, by: str) -> SiteRecord:
        """Put on record that the sign hangs, as the notice is worded now.

        Raises:
            InputInvalid: the notice is not complete, or day or name cannot be.
        """
        with self.unit_of_work() as work:
            site, now = house_of(work), self.clock.now()
            today = now.astimezone(self.site.zone_of(site)).date()
            content = notice_record(site, hangs_since, hung_by, today)
            return self._add(work, SiteRecord(RecordKind.NOTICE, content, now, by))

    def record_staff_zones(self, camera_id: int, choice: StaffChoice, by: str) -> SiteRecord:
        """Put on record where staff stand in a camera's picture.

        Raises:
            InputInvalid: zones are said to be drawn, and none is.
            NotFound: there is no such camera.
        """
        with self.unit_of_work() as work:
            camera = work.cameras.get(camera_id)
            if camera is None:
                raise NotFound("There is no camera %(camera_id)s; it may have been removed.", camera_id=camera_id)
            content = staff_zones_record(camera.name, choice, gated(camera).staff_zones)
            return self._add(work, SiteRecord(RecordKind.STAFF_ZONES, content, self.clock.now(), by, camera_id))

    def _add(self, work: UnitOfWork, record: SiteRecord) -> SiteRecord:
        stored = work.site_records.add(record)
        payload: dict[str, Any] = {"record": record.kind.value, **record.content}
        work.events.append(Event(EventKind.SITE_RECORDED, record.at, payload, record.by or None))
        work.commit()
        return stored


def gated(camera: Camera) -> GatedCamera:
    """Return what the gate has to know of a camera."""
    staff_zones = len(camera.image_settings.of_kind(ZoneKind.STAFF))
    return GatedCamera(camera.camera_id, camera.kind is CameraKind.DEMO, staff_zones)


def gates_of(work: ReadUnitOfWork, cameras: Sequence[Camera]) -> Mapping[int, AnalysisGate]:
    """Return each camera's gate, within a transaction."""
    site, records, grace = house_of(work), work.site_records.list(), Grace.from_json(work.settings.get(GRACE_SETTING))
    return {camera.camera_id: analysis_gate(gated(camera), site, records, grace) for camera in cameras}
