"""The filter of a site's incidents as it is in the page's address."""

from collections.abc import Mapping
from functools import partial

from marshmallow.fields import Function

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.services.ports import SiteIncidentFilter
from webapp.web.audit.address_query import AddressQuery, FilterSchema, one_of


class _SiteIncidentSchema(FilterSchema):
    states = Function(deserialize=lambda text: (one_of(IncidentState, text),), data_key="state")
    outcome = Function(deserialize=partial(one_of, Outcome))


class SiteIncidentQuery(AddressQuery):
    """What a person asked a site's incidents for."""

    names = ("state", "outcome", "from", "to", "tz")
    schema = _SiteIncidentSchema()

    def __init__(self, arguments: Mapping[str, str]) -> None:
        super().__init__(arguments)
        self.wanted = SiteIncidentFilter(opened_from=self.begins_at, opened_before=self.ends_before, **self.values)
