"""The audit trail's filter as it is in the page's address."""

from collections.abc import Mapping
from functools import partial

from marshmallow.fields import Function, String

from webapp.domain.people.audit import AuditFilter, AuditTopic
from webapp.web.audit.address_query import AddressQuery, FilterSchema, one_of


class _AuditSchema(FilterSchema):
    text = String()
    topic = Function(deserialize=partial(one_of, AuditTopic))
    actor = String()


class AuditQuery(AddressQuery):
    """What a person asked the trail for."""

    names = ("text", "topic", "actor", "from", "to", "tz")
    schema = _AuditSchema()

    def __init__(self, arguments: Mapping[str, str]) -> None:
        super().__init__(arguments)
        self.wanted = AuditFilter(after=self.begins_at, before=self.ends_before, **self.values)
