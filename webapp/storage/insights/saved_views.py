"""The views of the log that people keep, over SQLAlchemy."""

from collections.abc import Sequence

from sqlalchemy import select

from webapp.domain.cameras.names import name_key
from webapp.domain.insights.saved_views import SavedView
from webapp.services.ports import SavedViewRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import SavedViewRow


class SQLSavedViewRepository(SQLRepository, SavedViewRepository):
    """`SavedViewRepository` over SQLAlchemy."""

    def of_user(self, user_id: int) -> Sequence[SavedView]:
        query = select(SavedViewRow).where(SavedViewRow.user_id == user_id).order_by(SavedViewRow.name_key)
        return [_view(row) for row in self._session.scalars(query)]

    def put(self, user_id: int, view: SavedView) -> SavedView:
        key = name_key(view.name)
        same = select(SavedViewRow).where(SavedViewRow.user_id == user_id, SavedViewRow.name_key == key)
        row = self._session.scalar(same) or SavedViewRow(user_id=user_id, name_key=key)
        row.name, row.query = view.name, view.query
        self._session.add(row)
        self._session.flush()
        return _view(row)

    def remove(self, user_id: int, view_id: int) -> bool:
        row = self._session.get(SavedViewRow, view_id)
        if row is None or row.user_id != user_id:
            return False
        self._session.delete(row)
        self._session.flush()
        return True


def _view(row: SavedViewRow) -> SavedView:
    return SavedView(row.name, row.query, row.id)
