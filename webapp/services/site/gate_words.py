"""Says of a camera what is not on record: as data, of which each reader's words are made at the edge."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from webapp.domain.cameras.cameras import StateReason
from webapp.domain.site.site_records import RecordKind

AWAITING_CODE = "awaiting_records"
# In English; `webapp.web.core.template_filters` has them in other languages.
RECORD_WORDS: Mapping[RecordKind, str] = MappingProxyType(
    {RecordKind.PURPOSE: "purpose", RecordKind.NOTICE: "notice", RecordKind.STAFF_ZONES: "staff zones"}
)


def awaiting_reason(missing: Collection[RecordKind]) -> StateReason:
    """Return why a camera analyses nobody.

    Args:
        missing: what is not on record; at least one.
    """
    values = {f"record_{number}": RECORD_WORDS[kind] for number, kind in enumerate(missing, start=1)}
    return _SENTENCES[len(values)](values)


_SENTENCES = {
    1: lambda values: StateReason("Nobody is analysed. Not on record: %(record_1)s.", values, AWAITING_CODE),
    2: lambda values: StateReason(
        "Nobody is analysed. Not on record: %(record_1)s, %(record_2)s.", values, AWAITING_CODE
    ),
    3: lambda values: StateReason(
        "Nobody is analysed. Not on record: %(record_1)s, %(record_2)s, %(record_3)s.", values, AWAITING_CODE
    ),
}
