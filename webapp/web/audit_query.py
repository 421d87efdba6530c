"""The audit trail's filter as it stands in the page's address."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from webapp.domain.audit import AuditFilter, AuditTopic

_FIELDS = ("text", "topic", "actor", "from", "to", "tz")
_MAX_TEXT, _MAX_PAGE_DIGITS = 100, 6


class AuditQuery:
    """What a person asked the trail for.

    Attributes:
        texts: the fields as they were sent, to be shown again.
        errors: field → what is wrong with it.
        page: from 1.
        wanted: the filter; of no use while there are errors.
    """

    def __init__(self, arguments: Mapping[str, str]) -> None:
        self.texts = {name: arguments.get(name, "").strip()[:_MAX_TEXT] for name in _FIELDS}
        self.errors: dict[str, str] = {}
        page = arguments.get("page", "1")
        is_number = page.isascii() and page.isdigit() and len(page) <= _MAX_PAGE_DIGITS
        self.page = max(int(page), 1) if is_number else 1
        self.wanted = self._filter()

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything is left out."""
        return self.wanted != AuditFilter()

    def arguments(self, **changed: object) -> str:
        """Return the query string of this view, with some fields changed."""
        fields = {**self.texts, **changed}
        return urlencode({name: value for name, value in fields.items() if value not in ("", None)})

    def _filter(self) -> AuditFilter:
        first, last = self._day("from"), self._day("to")
        if first and last and last < first:
            self.errors["to"] = _("The last day is before the first one.")
        return AuditFilter(
            text=self.texts["text"],
            topic=self._topic(),
            actor=self.texts["actor"] or None,
            after=self._midnight(first) if first else None,
            before=self._midnight(last + timedelta(days=1)) if last else None,
        )

    def _topic(self) -> AuditTopic | None:
        try:
            return AuditTopic(self.texts["topic"]) if self.texts["topic"] else None
        except ValueError:
            self.errors["topic"] = _("Choose a topic from the list.")
            return None

    def _day(self, name: str) -> date | None:
        try:
            day = date.fromisoformat(self.texts[name]) if self.texts[name] else None
        except ValueError:
            day = date.min
        if day and not 2000 <= day.year <= 9000:
            self.errors[name] = _("Expected a date such as 2026-11-21.")
            return None
        return day

    def _midnight(self, day: date) -> datetime:
        """Return when a day begins where the reader is."""
        try:
            zone = ZoneInfo(self.texts["tz"] or "UTC")
        except (OSError, ValueError, KeyError):
            zone = ZoneInfo("UTC")
        return datetime.combine(day, time(), zone).astimezone(UTC)
