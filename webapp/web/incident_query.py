"""The log's filter as it stands in the page's address."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from webapp.domain.emotions import Emotion
from webapp.domain.incidents import IncidentState, Outcome
from webapp.services.ports import NEWEST_FIRST, IncidentFilter, IncidentKey, IncidentOrder

_MAX_PAGE = 100_000
_MAX_ID = 2**31
_MAX_TEXT = 200
_FIELDS = ("q", "camera", "state", "outcome", "emotion", "person", "from", "to", "tz", "sort")
_Choice = TypeVar("_Choice", bound=StrEnum)


class IncidentQuery:
    """What a person asked the log for.

    Attributes:
        texts: the fields as they were sent, to be shown again.
        errors: field → what is wrong with it.
        page: from 1.
        wanted: the filter; of no use while there are errors.
        order: how the list is sorted.
        zone: the reader's time zone: a day begins where they are.
        first_day: from which day on; None for all.
        last_day: up to which day, included; None for all.
    """

    def __init__(self, arguments: Mapping[str, str]) -> None:
        self.texts = {name: arguments.get(name, "").strip()[:_MAX_TEXT] for name in _FIELDS}
        self.errors: dict[str, str] = {}
        page = arguments.get("page", "1")
        self.page = min(max(int(page), 1), _MAX_PAGE) if page.isascii() and page.isdigit() and len(page) < 10 else 1
        self.zone = self._zone()
        self.first_day, self.last_day = self._day("from"), self._day("to")
        self.wanted = self._filter()
        self.order = self._order()

    @classmethod
    def from_address(cls, query: str) -> "IncidentQuery":
        """Read the part of an address behind the question mark."""
        return cls(dict(parse_qsl(query[:4000])))

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything is left out."""
        return self.wanted != IncidentFilter()

    def arguments(self, **changed: object) -> str:
        """Return the query string of this view, with some fields changed."""
        fields = {**self.texts, **changed}
        return urlencode({name: value for name, value in fields.items() if value not in ("", None)})

    def _filter(self) -> IncidentFilter:
        zone, first, last = self.zone, self.first_day, self.last_day
        state = self._one_of("state", IncidentState)
        if first and last and last < first:
            self.errors["to"] = _("The last day is before the first one.")
        return IncidentFilter(
            camera_id=self._camera_id(),
            states=(state,) if state else (),
            outcome=self._one_of("outcome", Outcome),
            opened_from=_midnight(first, zone) if first else None,
            opened_before=_midnight(last + timedelta(days=1), zone) if last else None,
            emotion=self._one_of("emotion", Emotion),
            person=self.texts["person"] or None,
            words=tuple(self.texts["q"].split()),
        )

    def _order(self) -> IncidentOrder:
        text = self.texts["sort"]
        try:
            return IncidentOrder(IncidentKey(text.removeprefix("-")), text.startswith("-")) if text else NEWEST_FIRST
        except ValueError:
            self.errors["sort"] = _("Sort by one of: %(choices)s.", choices=", ".join(IncidentKey))
            return NEWEST_FIRST

    def sorted_by(self, key: str) -> str:
        """Return the query string of this view sorted by something else, or the other way round."""
        is_descending = self.order.descending if key == self.order.key else key not in ("opened", "score")
        return self.arguments(sort=key if is_descending else f"-{key}")

    def direction(self, key: str) -> str | None:
        """Return how the list is sorted by a column, in the words of `aria-sort`; None where it is not."""
        if key != self.order.key:
            return None
        return "descending" if self.order.descending else "ascending"

    def _camera_id(self) -> int | None:
        text = self.texts["camera"]
        if not text:
            return None
        if text.isascii() and text.isdigit() and int(text[:12]) < _MAX_ID:
            return int(text[:12])
        self.errors["camera"] = _("Choose a camera from the list.")
        return None

    def _one_of(self, name: str, choices: type[_Choice]) -> _Choice | None:
        text = self.texts[name]
        if not text:
            return None
        try:
            return choices(text)
        except ValueError:
            self.errors[name] = _("Choose one of: %(choices)s.", choices=", ".join(choices))
            return None

    def _day(self, name: str) -> date | None:
        text = self.texts[name]
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.errors[name] = _("Expected a date such as 2026-11-21.")
            return None
        if not 2000 <= day.year <= 9000:
            self.errors[name] = _("Expected a year from 2000 on.")
            return None
        return day

    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.texts["tz"] or "UTC")
        except (OSError, ValueError, KeyError):
            self.errors["tz"] = _("This time zone is not known here.")
            return ZoneInfo("UTC")


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
