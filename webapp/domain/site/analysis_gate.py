"""The gate: which cameras may analyse nobody yet, since what the law asks for first is not on record."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from webapp.domain.site.site import Site
from webapp.domain.site.site_records import RecordKind, SiteRecord, StaffChoice, newest, said_of

# After an upgrade, cameras that ran before go on for so long.
GRACE = timedelta(days=30)


@dataclass(frozen=True)
class GatedCamera:
    """What the gate has to know of a camera.

    Attributes:
        camera_id: its id.
        is_demo: whether nobody real is in its pictures.
        staff_zones: how many staff zones are drawn.
    """

    camera_id: int
    is_demo: bool
    staff_zones: int


@dataclass(frozen=True)
class Grace:
    """A time in which cameras of an upgraded installation go on without the records.

    Attributes:
        until: when it ends (aware UTC).
        camera_ids: of those that saw people before; none that came later, was off or was a demo has such a time.
    """

    until: datetime
    camera_ids: frozenset[int]

    def as_json(self) -> str:
        """Return it as it is stored."""
        return json.dumps({"until": self.until.isoformat(), "camera_ids": sorted(self.camera_ids)})

    @classmethod
    def from_json(cls, stored: str | None) -> "Grace | None":
        """Read what `as_json` wrote; None where there is none."""
        if not stored:
            return None
        read: Mapping[str, Any] = json.loads(stored)
        return cls(datetime.fromisoformat(read["until"]), frozenset(read["camera_ids"]))


@dataclass(frozen=True)
class AnalysisGate:
    """Whether a camera's faces may be analysed.

    Attributes:
        missing: what is not on record, or not as things are now; empty where the gate is open.
        shuts_at: until when it stays open all the same (aware UTC); None where it does not.
    """

    missing: tuple[RecordKind, ...] = ()
    shuts_at: datetime | None = field(default=None)

    def is_open(self, now: datetime) -> bool:
        """Tell whether faces may be analysed at a moment (aware)."""
        return not self.missing or (self.shuts_at is not None and now < self.shuts_at)


OPEN_GATE = AnalysisGate()
SHUT_GATE = AnalysisGate(tuple(RecordKind))


def analysis_gate(
    camera: GatedCamera, site: Site, records: Sequence[SiteRecord], grace: Grace | None = None
) -> AnalysisGate:
    """Return the gate of one camera; the demo camera's is always open."""
    if camera.is_demo:
        return OPEN_GATE
    missing = (*missing_of_site(site, records), *_missing_of_camera(camera, records))
    has_grace = bool(missing) and grace is not None and camera.camera_id in grace.camera_ids
    return AnalysisGate(missing, grace.until if has_grace and grace else None)


def missing_of_site(site: Site, records: Sequence[SiteRecord]) -> tuple[RecordKind, ...]:
    """Return what the whole site has not on record, as it is now: another purpose has to be put on record again.

    So has the notice: the sign at the door says the purpose, and another operator or contact makes it wrong too.
    """
    return tuple(kind for kind in (RecordKind.PURPOSE, RecordKind.NOTICE) if not _says(newest(records, kind), site))


def cameras_without_zones(cameras: Collection[GatedCamera], records: Sequence[SiteRecord]) -> tuple[int, ...]:
    """Return the ids of the cameras of which nobody said where staff stand."""
    return tuple(camera.camera_id for camera in cameras if not camera.is_demo and _missing_of_camera(camera, records))


def _says(record: SiteRecord | None, site: Site) -> bool:
    said = said_of(site)
    return record is not None and all(record.content.get(name) == words for name, words in said.items())


def _missing_of_camera(camera: GatedCamera, records: Sequence[SiteRecord]) -> tuple[RecordKind, ...]:
    """Return what is missing of the camera itself: zones that were confirmed as drawn, and are gone, are not there."""
    record = newest(records, RecordKind.STAFF_ZONES, camera.camera_id)
    is_said = record is not None and (
        record.content["choice"] == StaffChoice.NO_STAFF_IN_VIEW or camera.staff_zones > 0
    )
    return () if is_said else (RecordKind.STAFF_ZONES,)
