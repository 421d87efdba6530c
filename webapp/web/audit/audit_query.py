"""The audit trail's filter as it is in the page's address."""

from collections.abc import Mapping
from enum import StrEnum
from functools import partial

from marshmallow.fields import Function, String

from webapp.domain.people.audit import AuditFilter, AuditTopic
from webapp.web.audit.address_query import AddressQuery, FilterSchema, one_of


class Shown(StrEnum):
    """How much of the trail is shown; without a choice all but routine."""

    ALL = "all"


class _AuditSchema(FilterSchema):
    text = String()
    shown = Function(deserialize=partial(one_of, Shown))
    topic = Function(deserialize=partial(one_of, AuditTopic))
    actor = String()


class AuditQuery(AddressQuery):
    """What a person asked the trail for."""

    names = ("text", "topic", "actor", "shown", "from", "to", "tz")
    schema = _AuditSchema()

    def __init__(self, arguments: Mapping[str, str]) -> None:
        super().__init__(arguments)
        without_routine = self.values.pop("shown", None) is not Shown.ALL
        self.wanted = AuditFilter(
            after=self.begins_at, before=self.ends_before, without_routine=without_routine, **self.values
        )

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything is left out but what always is at first."""
        return self.wanted not in (AuditFilter(), AuditFilter(without_routine=True))
