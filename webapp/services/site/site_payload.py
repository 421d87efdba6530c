"""What is said of the site and what is on record, ready for JSON: the same for programs and for the command line."""

from typing import Any

from webapp.domain.site.analysis_gate import missing_of_site
from webapp.domain.site.site_records import RecordKind, SiteRecord, newest
from webapp.services.site.site_records import SiteRecordService


def site_payload(service: SiteRecordService) -> dict[str, Any]:
    """Return what the site says of itself, the records that are newest, and which cameras wait for what."""
    site, records, waiting = service.site.get(), service.list(), service.waiting()
    of_site = {kind.value: newest(records, kind) for kind in (RecordKind.PURPOSE, RecordKind.NOTICE)}
    return {
        "product_name": site.product_name,
        "operator": site.operator,
        "purpose": site.purpose,
        "contact": site.contact,
        "public_url": site.public_url,
        "time_zone": site.time_zone,
        "language": site.language,
        "is_complete": site.is_complete,
        "missing": [kind.value for kind in missing_of_site(site, records)],
        "records": {kind: record_payload(record) if record else None for kind, record in of_site.items()},
        "waiting": [
            {
                "camera_id": one.camera.camera_id,
                "camera": one.camera.name,
                "missing": [kind.value for kind in one.gate.missing],
                "is_analysed": one.is_analysed,
                "shuts_at": one.gate.shuts_at.isoformat() if one.gate.shuts_at else None,
            }
            for one in waiting
        ],
    }


def record_payload(record: SiteRecord) -> dict[str, Any]:
    """Return a record as JSON holds it."""
    return {
        "record_id": record.record_id,
        "kind": record.kind.value,
        "camera_id": record.camera_id,
        "content": dict(record.content),
        "at": record.at.isoformat(),
        "by": record.by,
    }
