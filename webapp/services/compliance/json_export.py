"""The compliance file for programs; `docs/compliance.schema.json` describes it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from webapp.domain.cameras.schedule import WEEKDAYS
from webapp.domain.events import Event
from webapp.domain.site.compliance.duties import ASKED, Line, Source
from webapp.domain.site.site_records import SiteRecord
from webapp.services.compliance.file import OVERSIGHT_DAYS, CameraOnFile, ComplianceFile, DeletedMonth

# A change that a program has to know of gets another number; a field more does not.
SCHEMA = "amends.compliance/1"
_MOST_TEXT = 200
# Addresses of cameras and of people, and their devices, are nothing for a file that is handed on.
_LEFT_OUT = frozenset({"url", "address", "username", "device", "sign_in_name"})


class Status(StrEnum):
    """What is to be said of a line."""

    SHOWN = "shown"
    MISSING = "missing"
    WRITTEN = "written"
    BLANK = "blank"


def status_of(file: ComplianceFile, line: Line) -> Status:
    """Return what is to be said of a line: shown or missing, where people answer written or blank."""
    if line in file.gaps:
        return Status.MISSING
    if ASKED[line].source is Source.SOFTWARE:
        return Status.SHOWN
    return Status.BLANK if line in file.blanks else Status.WRITTEN


def as_json(file: ComplianceFile, zone: ZoneInfo) -> dict[str, Any]:
    """Return the file ready for JSON: times in ISO 8601 (UTC), no picture, no address, no secret.

    Args:
        file: as it is now.
        zone: of the site, which the schedules of the cameras mean.
    """
    return {
        "schema": SCHEMA,
        "made_at": file.made_at.isoformat(),
        "time_zone": zone.key,
        "site": {name: getattr(file.site, name) for name in ("product_name", "operator", "purpose", "contact")},
        "lines": [_line(file, line, file.made_at.astimezone(zone).date()) for line in Line],
        "records": [_record(one) for one in file.records],
        "cameras": [_camera(one) for one in file.cameras],
        "retention": [_kept(file, one.kind, one.days, one.total, one.count) for one in file.retention],
        "deletions": [_deleted(one) for one in file.deletions],
        "backups": [{"name": one.name, "kind": one.kind.value, "made_at": _iso(one.made_at)} for one in file.backups],
        "visitor_requests": [
            {**one.as_json(), "at": _iso(one.at), "by": one.by, "record": one.proof_id} for one in file.requests
        ],
        "model": asdict(file.card) if file.card else None,
        "oversight": {**asdict(file.oversight), "days": OVERSIGHT_DAYS, "never_share": file.oversight.never_share},
        "people": {role.value: count for role, count in sorted(file.roles.items())},
        "changes": {"total": file.change_count, "newest": [_change(one) for one in file.changes]},
        "answers": asdict(file.answers),
    }  # fmt: skip


def _line(file: ComplianceFile, line: Line, today: date) -> dict[str, Any]:
    asked = ASKED[line]
    duties = [
        {
            "law": duty.law.value,
            "article": duty.article,
            "holds_from": duty.holds_from.isoformat(),
            "holds": duty.holds(today),
        }
        for duty in asked.duties
    ]
    return {
        "line": line.value,
        "source": asked.source.value,
        "status": status_of(file, line).value,
        "duties": duties,
    }


def _record(record: SiteRecord) -> dict[str, Any]:
    return {
        "kind": record.kind.value,
        "at": record.at.isoformat(),
        "by": record.by,
        "camera_id": record.camera_id,
        "content": dict(record.content),
    }


def _camera(one: CameraOnFile) -> dict[str, Any]:
    camera, said = one.camera, one.staff_record
    hours = {day: camera.opening.day_words(number) for number, day in enumerate(WEEKDAYS)}
    return {
        "camera_id": camera.camera_id,
        "name": camera.name,
        "place": camera.place,
        "kind": camera.kind.value,
        "enabled": camera.enabled,
        "zones": [zone.as_dict() for zone in camera.image_settings.zones],
        "hours": None if camera.opening.is_always else {day: words for day, words in hours.items() if words},
        "staff": _record(said) if said else None,
        "missing": [kind.value for kind in one.gate.missing],
        "analysed_without_until": _iso(one.gate.shuts_at),
    }


def _kept(file: ComplianceFile, kind: StrEnum, days: int, total: int, older: int) -> dict[str, Any]:
    return {"kind": kind.value, "days": days, "total": total, "older": older, "is_overdue": kind in file.overdue}


def _deleted(one: DeletedMonth) -> dict[str, Any]:
    return {"month": f"{one.month:%Y-%m}", "counts": dict(one.counts), "last_at": _iso(one.last_at)}


def _change(event: Event) -> dict[str, Any]:
    return {"at": _iso(event.at), "kind": event.kind.value, "by": event.actor, "details": _spoken(event.payload)}


def _spoken(value: Any) -> Any:
    """Return what is said of a change: nothing of addresses, and of long texts the beginning."""
    if isinstance(value, Mapping):
        return {name: _spoken(inner) for name, inner in value.items() if name not in _LEFT_OUT}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_spoken(inner) for inner in value]
    return value[:_MOST_TEXT] if isinstance(value, str) else value


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
