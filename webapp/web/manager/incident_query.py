"""The log's filter as it is in the page's address."""

from collections.abc import Mapping
from functools import partial

from flask_babel import gettext as _
from marshmallow import ValidationError
from marshmallow.fields import Function, String

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.vision.emotions import Emotion
from webapp.services.ports import NEWEST_FIRST, IncidentFilter, IncidentKey, IncidentOrder
from webapp.web.audit.address_query import AddressQuery, FilterSchema, one_of

_MAX_ID = 2**31


def _camera_id(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text[:12]) < _MAX_ID:
        return int(text[:12])
    raise ValidationError(_("Choose a camera from the list."))


def _order(text: str) -> IncidentOrder:
    try:
        return IncidentOrder(IncidentKey(text.removeprefix("-")), text.startswith("-"))
    except ValueError:
        raise ValidationError(_("Sort by one of: %(choices)s.", choices=", ".join(IncidentKey))) from None


class _IncidentSchema(FilterSchema):
    words = Function(deserialize=lambda text: tuple(text.split()), data_key="q")
    camera_id = Function(deserialize=_camera_id, data_key="camera")
    group = String()
    states = Function(deserialize=lambda text: (one_of(IncidentState, text),), data_key="state")
    outcome = Function(deserialize=partial(one_of, Outcome))
    emotion = Function(deserialize=partial(one_of, Emotion))
    person = String()
    order = Function(deserialize=_order, data_key="sort")


class IncidentQuery(AddressQuery):
    """What a person asked the log for.

    Attributes:
        order: how the list is sorted.
    """

    names = ("q", "camera", "group", "state", "outcome", "emotion", "person", "from", "to", "tz", "sort")
    schema = _IncidentSchema()

    def __init__(self, arguments: Mapping[str, str]) -> None:
        super().__init__(arguments)
        self.order: IncidentOrder = self.values.pop("order", NEWEST_FIRST)
        self.wanted = IncidentFilter(opened_from=self.begins_at, opened_before=self.ends_before, **self.values)

    def sorted_by(self, key: str) -> str:
        """Return the query string of this view sorted by something else, or the other way round."""
        is_descending = self.order.descending if key == self.order.key else key not in ("opened", "score")
        return self.arguments(sort=key if is_descending else f"-{key}")

    def direction(self, key: str) -> str | None:
        """Return how the list is sorted by a column, in the words of `aria-sort`; None where it is not."""
        if key != self.order.key:
            return None
        return "descending" if self.order.descending else "ascending"
