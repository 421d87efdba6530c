"""Kiosks, over SQLAlchemy."""

from datetime import datetime

from sqlalchemy import select, update

from webapp.domain.cameras.kiosks import Kiosk
from webapp.services.ports import KioskRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import KioskRow


class SQLKioskRepository(SQLRepository, KioskRepository):
    """`KioskRepository` over SQLAlchemy."""

    def get(self, camera_id: int) -> Kiosk | None:
        return _kiosk(self._session.get(KioskRow, camera_id))

    def put(self, kiosk: Kiosk) -> None:
        row = self._session.get(KioskRow, kiosk.camera_id) or KioskRow(camera_id=kiosk.camera_id)
        row.shows_self, row.device = kiosk.shows_self, kiosk.device
        row.link_ends_at, row.paired_at, row.seen_at = kiosk.link_ends_at, kiosk.paired_at, kiosk.seen_at
        self._session.add(row)
        self._session.flush()

    def note_seen(self, camera_id: int, at: datetime) -> None:
        self._session.execute(update(KioskRow).where(KioskRow.camera_id == camera_id).values(seen_at=at))

    def set_code(self, camera_id: int, code_hash: str | None) -> None:
        self._session.get_one(KioskRow, camera_id).code_hash = code_hash

    def set_secret(self, camera_id: int, secret_hash: str | None) -> None:
        self._session.get_one(KioskRow, camera_id).secret_hash = secret_hash

    def find_by_code(self, code_hash: str) -> Kiosk | None:
        return _kiosk(self._session.scalar(select(KioskRow).where(KioskRow.code_hash == code_hash).with_for_update()))

    def find_by_secret(self, secret_hash: str) -> Kiosk | None:
        return _kiosk(self._session.scalar(select(KioskRow).where(KioskRow.secret_hash == secret_hash)))


def _kiosk(row: KioskRow | None) -> Kiosk | None:
    if row is None:
        return None
    return Kiosk(row.camera_id, row.shows_self, row.link_ends_at, row.device, row.paired_at, row.seen_at)
