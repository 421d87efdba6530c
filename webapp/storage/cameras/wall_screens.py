"""Wall screens, over SQLAlchemy."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from webapp.domain.site.wall_screens import WallScreen
from webapp.services.ports import WallScreenRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.wall_tables import WallScreenRow


class SQLWallScreenRepository(SQLRepository, WallScreenRepository):
    """`WallScreenRepository` over SQLAlchemy."""

    def list(self) -> Sequence[WallScreen]:
        ordered = select(WallScreenRow).order_by(func.lower(WallScreenRow.name), WallScreenRow.id)
        return [_screen(row) for row in self._session.scalars(ordered)]

    def get(self, screen_id: int) -> WallScreen | None:
        row = self._session.get(WallScreenRow, screen_id)
        return _screen(row) if row else None

    def add(self, screen: WallScreen) -> WallScreen:
        row = WallScreenRow(name=screen.name, group_name=screen.group, device=screen.device)
        self._session.add(row)
        self._session.flush()
        return _screen(row)

    def update(self, screen: WallScreen) -> None:
        row = self._session.get_one(WallScreenRow, screen.screen_id)
        row.name, row.group_name, row.device = screen.name, screen.group, screen.device
        row.link_ends_at, row.paired_at, row.seen_at = screen.link_ends_at, screen.paired_at, screen.seen_at
        self._session.flush()

    def note_seen(self, screen_id: int, at: datetime) -> None:
        self._session.execute(update(WallScreenRow).where(WallScreenRow.id == screen_id).values(seen_at=at))

    def set_code(self, screen_id: int, code_hash: str | None) -> None:
        self._session.get_one(WallScreenRow, screen_id).code_hash = code_hash

    def set_secret(self, screen_id: int, secret_hash: str | None) -> None:
        self._session.get_one(WallScreenRow, screen_id).secret_hash = secret_hash

    def find_by_code(self, code_hash: str) -> WallScreen | None:
        wanted = select(WallScreenRow).where(WallScreenRow.code_hash == code_hash).with_for_update()
        row = self._session.scalar(wanted)
        return _screen(row) if row else None

    def find_by_secret(self, secret_hash: str) -> WallScreen | None:
        row = self._session.scalar(select(WallScreenRow).where(WallScreenRow.secret_hash == secret_hash))
        return _screen(row) if row else None

    def remove(self, screen_id: int) -> None:
        self._session.execute(delete(WallScreenRow).where(WallScreenRow.id == screen_id))


def _screen(row: WallScreenRow) -> WallScreen:
    return WallScreen(row.name, row.group_name, row.id, row.link_ends_at, row.device or "", row.paired_at, row.seen_at)
