"""Puts on record what has to be before faces are analysed, and says what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from webapp.domain.cameras.cameras import Camera, CameraKind
from webapp.domain.cameras.names import check_visible
from webapp.domain.cameras.zones import ZoneKind
from webapp.domain.events import Event, EventKind, changed
from webapp.domain.site.analysis_gate import AnalysisGate, GatedCamera, Grace, analysis_gate
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
from webapp.errors import AnalysisWouldStop, InputInvalid, NotFound
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory
from webapp.services.site.site import SiteService, house_of

GRACE_SETTING = "analysis_gate_grace"


@dataclass(frozen=True)
class WaitingCamera:
    """An enabled camera that lacks a record.

    Attributes:
        camera: which.
        gate: what it lacks, and until when it is analysed all the same.
        is_analysed: whether it is so at this moment.
    """

    camera: Camera
    gate: AnalysisGate
    is_analysed: bool


@dataclass(frozen=True)
class NewRecords:
    """Purpose and notice, put on record in one act with what they say.

    Attributes:
        legal_basis: on which the site stands.
        reason: why that basis carries the purpose.
        hangs_since: the first day on which the new sign hung.
        hung_by: who hung it.
    """

    legal_basis: LegalBasis
    reason: str
    hangs_since: date
    hung_by: str


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

    def waiting(self) -> Sequence[WaitingCamera]:
        """Return the enabled cameras that lack a record, by name; also those that are analysed until a date."""
        with self.unit_of_work.reading() as work:
            return waiting_of(work, work.cameras.list(), self.clock.now())

    def stopped_by(self, site: Site) -> Sequence[Camera]:
        """Return the enabled cameras that are analysed now, and would not be if this were said of the site."""
        with self.unit_of_work.reading() as work:
            return self._stopped_by(work, site)

    def change_site(
        self, site: Site, by: str, records: NewRecords | None = None, *, may_stop: bool = False
    ) -> Sequence[SiteRecord]:
        """Let other words hold from now on, with new records of purpose and notice in the same transaction.

        Vision sees both at once, so that no camera stops for a moment.

        Args:
            site: what is said from now on.
            by: who says so.
            records: what is put on record with it; None puts nothing on record.
            may_stop: whether cameras may analyse nobody from now on, for want of records.

        Raises:
            AnalysisWouldStop: cameras would, and may not.
            InputInvalid: one of the words cannot be used, or the records cannot be made of it.
        """
        with self.unit_of_work() as work:
            stopped = [] if records or may_stop else self._stopped_by(work, site)
            if stopped:
                raise AnalysisWouldStop(
                    "This changes what is on record: %(cameras)s would analyse nobody until purpose and notice are "
                    "put on record again. Put both on record in the same act, or say that they may stop.",
                    cameras=", ".join(camera.name for camera in stopped),
                )
            self.site.change_within(work, site, by)
            stored = self._add_both(work, site, records, by) if records else []
            work.commit()
        return stored

    def record_purpose(self, legal_basis: LegalBasis, reason: str, by: str) -> SiteRecord:
        """Put on record why, by whom and on which legal basis, as the site says it now.

        Raises:
            InputInvalid: the site does not say enough, or the reason is missing.
        """
        with self.unit_of_work() as work:
            return self._stored(work, self._purpose(house_of(work), legal_basis, reason, by))

    def record_notice(self, hangs_since: date, hung_by: str, by: str) -> SiteRecord:
        """Put on record that the sign hangs, as the notice is worded now.

        Raises:
            InputInvalid: the notice is not complete, or day or name cannot be.
        """
        with self.unit_of_work() as work:
            return self._stored(work, self._notice(house_of(work), hangs_since, hung_by, by))

    def record_staff_zones(self, camera_id: int, choice: StaffChoice, by: str) -> SiteRecord:
        """Put on record where staff stand in a camera's picture.

        Raises:
            InputInvalid: zones are said to be drawn, and none is; or it is the demo: nobody real stands there.
            NotFound: there is no such camera.
        """
        with self.unit_of_work() as work:
            camera = work.cameras.get(camera_id)
            if camera is None:
                raise NotFound("There is no camera %(camera_id)s; it may have been removed.", camera_id=camera_id)
            if camera.kind is CameraKind.DEMO:  # It would hold for the real camera whose address it may get.
                raise InputInvalid(
                    "The demo camera shows no real place: nothing has to be on record of '%(camera)s'.",
                    camera=camera.name,
                    field="camera_id",
                )
            content = staff_zones_record(camera.name, choice, gated(camera).staff_zones)
            record = SiteRecord(RecordKind.STAFF_ZONES, content, self.clock.now(), by, camera_id)
            return self._stored(work, record)

    def _purpose(self, site: Site, legal_basis: LegalBasis, reason: str, by: str) -> SiteRecord:
        check_visible("".join(reason.splitlines()).replace("\t", " "), "reason")
        return SiteRecord(RecordKind.PURPOSE, purpose_record(site, legal_basis, reason), self.clock.now(), by)

    def _notice(self, site: Site, hangs_since: date, hung_by: str, by: str) -> SiteRecord:
        check_visible(hung_by, "hung_by")
        now = self.clock.now()
        today = now.astimezone(self.site.zone_of(site)).date()
        return SiteRecord(RecordKind.NOTICE, notice_record(site, hangs_since, hung_by, today), now, by)

    def _add_both(self, work: UnitOfWork, site: Site, records: NewRecords, by: str) -> Sequence[SiteRecord]:
        purpose = self._purpose(site, records.legal_basis, records.reason, by)
        notice = self._notice(site, records.hangs_since, records.hung_by, by)
        return [self._add(work, record) for record in (purpose, notice)]

    def _stopped_by(self, work: ReadUnitOfWork, site: Site) -> Sequence[Camera]:
        now, cameras = self.clock.now(), [camera for camera in work.cameras.list() if camera.enabled]
        before, after = gates_of(work, cameras), gates_of(work, cameras, site)
        ids = {number for number, gate in before.items() if gate.is_open(now) and not after[number].is_open(now)}
        return [camera for camera in cameras if camera.camera_id in ids]

    def _stored(self, work: UnitOfWork, record: SiteRecord) -> SiteRecord:
        stored = self._add(work, record)
        work.commit()
        return stored

    def _add(self, work: UnitOfWork, record: SiteRecord) -> SiteRecord:
        """Add a record, and say of it what was before: of a camera that is gone nothing is compared."""
        before = newest(work.site_records.list(), record.kind, record.camera_id)
        was = changed(before.content, record.content).get("before") if before else None
        payload: dict[str, Any] = {"record": record.kind.value, **record.content, "before": was}
        stored = work.site_records.add(record)
        work.events.append(Event(EventKind.SITE_RECORDED, record.at, payload, record.by or None))
        return stored


def gated(camera: Camera) -> GatedCamera:
    """Return what the gate has to know of a camera."""
    staff_zones = len(camera.image_settings.of_kind(ZoneKind.STAFF))
    return GatedCamera(camera.camera_id, camera.kind is CameraKind.DEMO, staff_zones)


def gates_of(work: ReadUnitOfWork, cameras: Sequence[Camera], site: Site | None = None) -> Mapping[int, AnalysisGate]:
    """Return each camera's gate, within a transaction; of another `site` than there is, where one is given."""
    site, records = site or house_of(work), work.site_records.list()
    grace = Grace.from_json(work.settings.get(GRACE_SETTING))
    return {camera.camera_id: analysis_gate(gated(camera), site, records, grace) for camera in cameras}


def waiting_of(work: ReadUnitOfWork, cameras: Sequence[Camera], now: datetime) -> Sequence[WaitingCamera]:
    """Return which of some cameras lack a record, within a transaction; see `SiteRecordService.waiting`."""
    enabled = [camera for camera in cameras if camera.enabled]
    gates = gates_of(work, enabled)
    of_cameras = [(camera, gates[camera.camera_id]) for camera in enabled]
    return [WaitingCamera(camera, gate, gate.is_open(now)) for camera, gate in of_cameras if gate.missing]
