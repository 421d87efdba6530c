"""A page's filter as it stands in the page's address: what all such filters have in common."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, ClassVar, TypeVar, cast
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError, validates_schema
from marshmallow.fields import Function

_MAX_PAGE = 100_000
_MAX_TEXT = 200
_UTC = ZoneInfo("UTC")
_Choice = TypeVar("_Choice", bound=StrEnum)
_Query = TypeVar("_Query", bound="AddressQuery")


def one_of(choices: type[_Choice], text: str) -> _Choice:
    """Read one of an enumeration's values.

    Raises:
        ValidationError: it is none of them.
    """
    try:
        return choices(text)
    except ValueError:
        raise ValidationError(_("Choose one of: %(choices)s.", choices=", ".join(choices))) from None


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("Expected a date such as 2026-11-21.")) from None
    if not 2000 <= day.year <= 9000:
        raise ValidationError(_("Expected a year from 2000 on."))
    return day


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        raise ValidationError(_("This time zone is not known here.")) from None


class FilterSchema(Schema):
    """The fields that every filter has, as texts of an address."""

    first_day = Function(deserialize=_day, data_key="from")
    last_day = Function(deserialize=_day, data_key="to")
    zone = Function(deserialize=_zone, data_key="tz")

    class Meta:
        """What else an address holds is of no account."""

        unknown = EXCLUDE

    @validates_schema
    def _check_days(self, values: Mapping[str, Any], **_more: Any) -> None:
        first, last = values.get("first_day"), values.get("last_day")
        if first and last and last < first:
            raise ValidationError(_("The last day is before the first one."), "to")


class AddressQuery:
    """What a person asked a list for.

    Attributes:
        names: the fields, in the order in which an address names them.
        schema: what reads them.
        wanted: the filter; of no use while there are errors.
        texts: the fields as they were sent, to be shown again.
        errors: field → what is wrong with it.
        values: the page's own fields as they were read, without those that were not sent or cannot be used.
        page: from 1.
        zone: the reader's time zone.
        first_day: from which day on; None for all.
        last_day: up to which day, included; None for all.
    """

    names: ClassVar[tuple[str, ...]]
    schema: ClassVar[FilterSchema]
    wanted: Any

    def __init__(self, arguments: Mapping[str, str]) -> None:
        self.texts = {name: arguments.get(name, "").strip()[:_MAX_TEXT] for name in self.names}
        self.errors: dict[str, str] = {}
        self.values = self._load()
        self.page = _page(arguments.get("page", "1"))
        self.zone: ZoneInfo = self.values.pop("zone", _UTC)
        self.first_day: date | None = self.values.pop("first_day", None)
        self.last_day: date | None = self.values.pop("last_day", None)

    @classmethod
    def from_address(cls: type[_Query], query: str) -> _Query:
        """Read the part of an address behind the question mark."""
        return cls(dict(parse_qsl(query[:4000])))

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything is left out."""
        return bool(self.wanted != type(self.wanted)())

    @property
    def begins_at(self) -> datetime | None:
        """When the first day begins; aware UTC."""
        return self._midnight(self.first_day) if self.first_day else None

    @property
    def ends_before(self) -> datetime | None:
        """When the day after the last one begins; aware UTC."""
        return self._midnight(self.last_day + timedelta(days=1)) if self.last_day else None

    def arguments(self, **changed: object) -> str:
        """Return the query string of this view, with some fields changed."""
        fields = {**self.texts, **changed}
        return urlencode({name: value for name, value in fields.items() if value not in ("", None)})

    def _load(self) -> dict[str, Any]:
        sent = {name: text for name, text in self.texts.items() if text}
        try:
            return cast(dict[str, Any], self.schema.load(sent))
        except ValidationError as error:
            self.errors = {name: said[0] for name, said in cast(dict[str, list[str]], error.messages).items()}
            return cast(dict[str, Any], error.valid_data)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


def _page(text: str) -> int:
    return min(max(int(text), 1), _MAX_PAGE) if text.isascii() and text.isdigit() and len(text) < 10 else 1
