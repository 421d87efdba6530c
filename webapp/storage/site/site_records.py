"""What is on record about the site, over SQLAlchemy."""

from collections.abc import Sequence

from sqlalchemy import select

from webapp.domain.site.site_records import RecordKind, SiteRecord
from webapp.services.ports import SiteRecordRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.site_tables import SiteRecordRow


class SQLSiteRecordRepository(SQLRepository, SiteRecordRepository):
    """`SiteRecordRepository` over SQLAlchemy."""

    def add(self, record: SiteRecord) -> SiteRecord:
        row = SiteRecordRow(
            kind=record.kind,
            camera_id=record.camera_id,
            content=dict(record.content),
            recorded_at=record.at,
            recorded_by=record.by,
        )
        self._session.add(row)
        self._session.flush()
        return _record(row)

    def list(self) -> Sequence[SiteRecord]:
        return [_record(row) for row in self._session.scalars(select(SiteRecordRow).order_by(SiteRecordRow.id))]


def _record(row: SiteRecordRow) -> SiteRecord:
    return SiteRecord(
        RecordKind(row.kind), row.content, row.recorded_at, row.recorded_by, row.camera_id, record_id=row.id
    )
