"""Says of a camera what is not on record: as data, of which each reader's words are made at the edge."""

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType

from webapp.domain.cameras.cameras import StateReason
from webapp.domain.site.analysis_gate import AnalysisGate
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


def waiting_words(gate: AnalysisGate, now: datetime, zone: tzinfo) -> str:
    """Return in English what a gate lacks, and until when faces are analysed all the same; "" where it lacks nothing.

    Args:
        gate: of one camera.
        now: the moment (aware).
        zone: on whose clocks the date is said.
    """
    if not gate.missing:
        return ""
    if gate.shuts_at is None or not gate.is_open(now):
        return str(awaiting_reason(gate.missing))
    missing = ", ".join(RECORD_WORDS[kind] for kind in gate.missing)
    return f"From {gate.shuts_at.astimezone(zone):%Y-%m-%d %H:%M %Z} on nobody is analysed. Not on record: {missing}."


_SENTENCES = {
    1: lambda values: StateReason("Nobody is analysed. Not on record: %(record_1)s.", values, AWAITING_CODE),
    2: lambda values: StateReason(
        "Nobody is analysed. Not on record: %(record_1)s, %(record_2)s.", values, AWAITING_CODE
    ),
    3: lambda values: StateReason(
        "Nobody is analysed. Not on record: %(record_1)s, %(record_2)s, %(record_3)s.", values, AWAITING_CODE
    ),
}
