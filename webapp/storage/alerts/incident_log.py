"""Lists of incidents: counted by their facets, and read in the order of an index up to the page that is wanted.

Where few match, those are looked up and sorted; where many do, a walk through all in the wanted order soon has met as
many as a page takes. So a page takes thousands of steps at most, where there are a million incidents.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.services.ports import IncidentFilter, IncidentKey, IncidentOrder
from webapp.storage.db.expression_tables import IncidentFacetRow
from webapp.storage.db.facets import facets_wanted
from webapp.storage.db.tables import IncidentRow

_OF_FACETS: dict[IncidentKey, InstrumentedAttribute[Any]] = {
    IncidentKey.CAMERA: IncidentFacetRow.camera_name,
    IncidentKey.STATE: IncidentFacetRow.state,
    IncidentKey.OUTCOME: IncidentFacetRow.outcome,
    IncidentKey.PERSON: IncidentFacetRow.acknowledged_by,
}
_Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class IncidentLog:
    """The incidents that a filter leaves, within one transaction.

    Attributes:
        session: the transaction.
        wanted: the filter.
        total: how many it leaves, where that is known.
    """

    session: Session
    wanted: IncidentFilter
    total: int | None = None

    def count(self) -> int:
        """Return how many there are."""
        if self.wanted.words:
            return self._counted(self._facets)
        if not self._has_days:
            return self._of_facets(self._facets)
        outside = self._outside()
        if outside is None:
            return self._counted(self._facets)
        return self._of_facets(self._facets) - sum(
            IncidentLog(self.session, one)._counted(self._facets) for one in outside
        )

    def ids(self, order: IncidentOrder, limit: int, offset: int) -> list[int]:
        """Return a page of them, in their order."""
        column = _OF_FACETS.get(order.key)
        if column is None:
            return self._page(self._facets, order, limit, offset)
        found: list[int] = []
        for of_group, count in self._groups(column, order):
            if not self._has_days and not self.wanted.words and count <= offset:
                offset -= count
                continue
            ids = self._page(of_group, order, limit - len(found), offset)
            found += ids
            if len(found) == limit:
                break
            offset = 0 if ids or not offset else offset - self._counted(of_group)
        return found

    def narrowed(self, query: Select[Any]) -> Select[Any]:
        """Return a query of incidents that leaves the others out."""
        return query.where(*self._conditions(self._facets, is_walk=True))

    def _groups(
        self, column: InstrumentedAttribute[Any], order: IncidentOrder
    ) -> Iterator[tuple[list[ColumnElement[bool]], int]]:
        """Yield the facets with one value of a column after another, and how many incidents have them."""
        first = column.desc() if order.descending else column.asc()
        # What is missing is last either way, on every database; from behind it is first.
        first = first.nulls_first() if order.is_from_behind else first.nulls_last()
        total = func.sum(IncidentFacetRow.incidents)
        groups = select(column, total).where(*self._facets).group_by(column).having(total > 0).order_by(first)
        for value, count in self.session.execute(groups).all():
            yield [*self._facets, column.is_(None) if value is None else column == value], count

    def _page(self, facets: _Conditions, order: IncidentOrder, limit: int, offset: int) -> list[int]:
        is_walk = not self._are_few(facets, limit + offset)
        query = select(IncidentRow.id).where(*self._conditions(facets, is_walk=is_walk))
        if self.wanted.words and not (is_walk and order.key is IncidentKey.SCORE):
            query = query.where(IncidentRow.note_key != literal_column("''"))  # There is an index of those.
        query = query.order_by(*_sorted_by(order, is_walk=is_walk)).limit(limit).offset(offset)
        return list(self.session.scalars(query))

    def _counted(self, facets: _Conditions) -> int:
        has_words = bool(self.wanted.words)
        query = select(func.count()).select_from(IncidentRow).where(*self._conditions(facets, is_walk=has_words))
        if has_words:
            query = query.where(IncidentRow.note_key != literal_column("''"))
        return self.session.scalar(query) or 0

    def _conditions(self, facets: _Conditions, *, is_walk: bool) -> Iterator[ColumnElement[bool]]:
        wanted = self.wanted
        if facets:
            # The index of the facets is not to be used for a walk, nor beside that of the notes: SQLite would.
            is_apart = is_walk or bool(wanted.words)
            column: ColumnElement[Any] = IncidentRow.facet_id.expression
            column = func.coalesce(column, null()) if is_apart else column
            yield column.in_(_with(select(IncidentFacetRow.id), facets))
        if wanted.opened_from:
            yield IncidentRow.opened_at >= wanted.opened_from
        if wanted.opened_before:
            yield IncidentRow.opened_at < wanted.opened_before
        yield from map(_mentions, wanted.words)

    def _are_few(self, facets: _Conditions, needed: int) -> bool:
        """Whether it is sooner done to look all up than to walk until so many are found."""
        if self.wanted.words:
            count = self.total or 0
        elif facets:
            count = self._of_facets(facets)
        else:
            return False
        return count * count < needed * self._span()

    def _of_facets(self, facets: _Conditions) -> int:
        if not facets:
            return self.session.scalar(select(func.count()).select_from(IncidentRow)) or 0
        return self.session.scalar(_with(select(func.sum(IncidentFacetRow.incidents)), facets)) or 0

    def _span(self) -> int:
        """Return about how many incidents there are."""
        first, last = self.session.execute(
            select(
                select(func.min(IncidentRow.id)).scalar_subquery(), select(func.max(IncidentRow.id)).scalar_subquery()
            )
        ).one()
        return (last or 0) - (first or 0) + 1

    @property
    def _facets(self) -> list[ColumnElement[bool]]:
        return facets_wanted(self.wanted)

    @property
    def _has_days(self) -> bool:
        return bool(self.wanted.opened_from or self.wanted.opened_before)

    def _outside(self) -> list[IncidentFilter] | None:
        """Return the days that are left out, where those are sooner counted."""
        opened_at, wanted = IncidentRow.opened_at, self.wanted
        ends = select(select(func.min(opened_at)).scalar_subquery(), select(func.max(opened_at)).scalar_subquery())
        oldest, newest = self.session.execute(ends).one()
        if oldest is None:
            return None
        begin, end = wanted.opened_from, wanted.opened_before
        inside = min(end or newest, newest) - max(begin or oldest, oldest)
        if 2 * inside < newest - oldest:
            return None
        before = replace(wanted, opened_from=None, opened_before=begin) if begin else None
        behind = replace(wanted, opened_from=end, opened_before=None) if end else None
        return [one for one in (before, behind) if one]


def _with(query: Select[Any], facets: _Conditions) -> Select[Any]:
    return query.where(IncidentFacetRow.incidents > 0, *facets)


def _mentions(word: str) -> ColumnElement[bool]:
    """Look for a word in the notes.

    On SQLite half a million notes are read in 60 ms, out of an index that holds nothing but notes. PostgreSQL reads the
    rows, with several processes; for more, this is where an index of `pg_trgm`'s goes.
    """
    return IncidentRow.note_key.contains(word.casefold(), autoescape=True)


def _sorted_by(order: IncidentOrder, *, is_walk: bool) -> list[ColumnElement[Any]]:
    """Return the order of incidents that have the same facet: among equals the newest is first."""
    opened_at, score = IncidentRow.opened_at.expression, IncidentRow.peak_score.expression
    newest: list[ColumnElement[Any]] = [opened_at, IncidentRow.id.expression]
    behind: list[ColumnElement[Any]] = [one.asc() if order.is_from_behind else one.desc() for one in newest]
    if order.key is IncidentKey.OPENED:
        return [opened_at.desc() if order.descending else opened_at.asc(), *behind[1:]]
    if order.key is IncidentKey.SCORE:
        score = score if is_walk else func.coalesce(score, null())
        return [score.desc() if order.descending else score.asc(), *behind]
    return behind
