"""The sites of a central instance, and who sees them, over SQLAlchemy."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from webapp.domain.cameras.names import name_key
from webapp.domain.sites.feed import SiteNote
from webapp.domain.sites.sites import FeedPosition, RegisteredSite, SiteAccess
from webapp.services.ports import SiteRepository
from webapp.storage.db.beyond_one_box.sites_tables import RegisteredSiteRow, SiteAccessRow
from webapp.storage.db.repository import SQLRepository


class SQLSiteRepository(SQLRepository, SiteRepository):
    """`SiteRepository` over SQLAlchemy."""

    def has_any(self) -> bool:
        return self._session.scalar(select(RegisteredSiteRow.id).limit(1)) is not None

    def list(self) -> Sequence[RegisteredSite]:
        ordered = select(RegisteredSiteRow).order_by(RegisteredSiteRow.name_key)
        return [_site(row) for row in self._session.scalars(ordered)]

    def get(self, site_id: int) -> RegisteredSite | None:
        row = self._session.get(RegisteredSiteRow, site_id)
        return _site(row) if row else None

    def find(self, token_hash: str, *, for_update: bool = False) -> RegisteredSite | None:
        query = select(RegisteredSiteRow).where(RegisteredSiteRow.token_hash == token_hash)
        row = self._session.scalar(query.with_for_update() if for_update else query)
        return _site(row) if row else None

    def find_named(self, name: str) -> RegisteredSite | None:
        row = self._session.scalar(select(RegisteredSiteRow).where(RegisteredSiteRow.name_key == name_key(name)))
        return _site(row) if row else None

    def add(self, site: RegisteredSite, token_hash: str) -> RegisteredSite:
        row = RegisteredSiteRow(
            name=site.name,
            name_key=name_key(site.name),
            token_hash=token_hash,
            created_at=site.created_at,
            takes_pictures=site.takes_pictures,
            version=site.version,
            time_zone=site.time_zone,
            sends_pictures=site.sends_pictures,
            event_id=site.position.event_id,
        )
        self._session.add(row)
        self._session.flush()
        return _site(row)

    def set_token(self, site_id: int, token_hash: str | None) -> None:
        self._session.get_one(RegisteredSiteRow, site_id).token_hash = token_hash

    def set_takes_pictures(self, site_id: int, takes_pictures: bool) -> None:
        self._session.get_one(RegisteredSiteRow, site_id).takes_pictures = takes_pictures

    def set_silent(self, site_id: int, since: datetime | None) -> None:
        changed = update(RegisteredSiteRow).where(RegisteredSiteRow.id == site_id)
        self._session.execute(changed.values(silent_since=since))

    def set_position(self, site_id: int, position: FeedPosition) -> None:
        row = self._session.get_one(RegisteredSiteRow, site_id)
        row.event_id, row.event_at, row.fill_after = position.event_id, position.event_at, position.fill_after

    def note(self, site_id: int, note: SiteNote, at: datetime) -> None:
        row = self._session.get_one(RegisteredSiteRow, site_id)
        row.seen_at, row.version, row.time_zone = at, note.version, note.time_zone
        row.newest_frame_at, row.sends_pictures = note.newest_frame_at, note.sends_pictures
        row.keep_incidents_days, row.keep_pictures_days = note.keep_incidents_days, note.keep_pictures_days

    def remove(self, site_id: int) -> None:
        self._session.execute(delete(RegisteredSiteRow).where(RegisteredSiteRow.id == site_id))

    def access_of(self, user_id: int) -> SiteAccess:
        ids = set(self._session.scalars(select(SiteAccessRow.site_id).where(SiteAccessRow.user_id == user_id)))
        return SiteAccess(None in ids, frozenset(site_id for site_id in ids if site_id is not None))

    def give_access(self, user_id: int, access: SiteAccess) -> None:
        self._session.execute(delete(SiteAccessRow).where(SiteAccessRow.user_id == user_id))
        given = [None] if access.all_sites else sorted(access.site_ids)
        self._session.add_all(SiteAccessRow(user_id=user_id, site_id=site_id) for site_id in given)
        self._session.flush()


def _site(row: RegisteredSiteRow) -> RegisteredSite:
    return RegisteredSite(
        name=row.name,
        created_at=row.created_at,
        site_id=row.id,
        takes_pictures=row.takes_pictures,
        has_token=row.token_hash is not None,
        seen_at=row.seen_at,
        silent_since=row.silent_since,
        version=row.version,
        time_zone=row.time_zone,
        newest_frame_at=row.newest_frame_at,
        sends_pictures=row.sends_pictures,
        keep_incidents_days=row.keep_incidents_days,
        keep_pictures_days=row.keep_pictures_days,
        position=FeedPosition(row.event_id, row.event_at, row.fill_after),
    )
