"""What somebody who answers for the site has to put on record before faces may be analysed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from webapp.domain.site.site import Site
from webapp.errors import InputInvalid

MAX_REASON_LENGTH = 2000
MAX_NAME_LENGTH = 120


class RecordKind(StrEnum):
    """What is put on record."""

    PURPOSE = "purpose"  # Who is responsible, why, on which legal basis.
    NOTICE = "notice"  # The sign hangs where people read it before a camera sees them.
    STAFF_ZONES = "staff_zones"  # Where staff stand in one camera's picture, or that none are in view.


class LegalBasis(StrEnum):
    """The bases of Regulation (EU) 2016/679 (GDPR), Article 6(1), on which a site can stand."""

    CONSENT = "consent"  # (a)
    LEGAL_OBLIGATION = "legal_obligation"  # (c)
    PUBLIC_TASK = "public_task"  # (e)
    LEGITIMATE_INTERESTS = "legitimate_interests"  # (f)


class StaffChoice(StrEnum):
    """What is said of the staff in a camera's picture."""

    AS_DRAWN = "as_drawn"
    NO_STAFF_IN_VIEW = "no_staff_in_view"


@dataclass(frozen=True)
class SiteRecord:
    """One thing that somebody put on record; it is never changed, a newer one takes its place.

    Attributes:
        kind: of what.
        content: JSON-ready; see `purpose_record`, `notice_record` and `staff_zones_record`.
        at: when (aware UTC).
        by: who, by name; "" where it was done on the machine itself.
        camera_id: whose staff zones; None for the whole site, and once the camera is gone.
        record_id: row id; 0 until stored.
    """

    kind: RecordKind
    content: Mapping[str, Any]
    at: datetime
    by: str = ""
    camera_id: int | None = None
    record_id: int = 0


def said_of(site: Site) -> dict[str, str]:
    """Return what people are told of a site: a record of the purpose or of the notice holds while it stays the same."""
    return {"operator": site.operator, "purpose": site.purpose, "contact": site.contact}


def purpose_record(site: Site, legal_basis: LegalBasis, reason: str) -> dict[str, Any]:
    """Return the content of a record of the purpose.

    Args:
        site: with operator, purpose and contact.
        legal_basis: on which the site stands.
        reason: why that basis carries it, such as how the interests were weighed.

    Raises:
        InputInvalid: the site does not say who and whom to ask, or the reason is missing or too long.
    """
    if not site.is_complete:
        raise InputInvalid(
            "Expected who uses it and whom people may ask: fill in both first.",
            field="contact" if site.operator.strip() else "operator",
        )
    if not reason.strip() or len(reason) > MAX_REASON_LENGTH:
        raise InputInvalid(
            "Expected a reason of at most %(most)s characters: why this legal basis carries the purpose.",
            most=MAX_REASON_LENGTH,
            field="reason",
        )
    return {**said_of(site), "legal_basis": legal_basis.value, "reason": reason.strip()}


def notice_record(site: Site, hangs_since: date, hung_by: str, today: date) -> dict[str, Any]:
    """Return the content of a record of the notice.

    Args:
        site: what the notice says.
        hangs_since: the first day on which it hung.
        hung_by: who hung it.
        today: on the clocks of the site.

    Raises:
        InputInvalid: the notice is not complete, or day or name cannot be.
    """
    if not site.is_complete:
        raise InputInvalid("Expected a complete notice: say who uses it and whom people may ask first.")
    if hangs_since > today:
        raise InputInvalid(
            "Expected the day on which the sign was hung, today at the latest; got %(day)s.",
            day=hangs_since.isoformat(),
            field="hangs_since",
        )
    if not hung_by.strip() or len(hung_by) > MAX_NAME_LENGTH:
        raise InputInvalid(
            "Expected the name of who hung the sign, at most %(most)s characters.",
            most=MAX_NAME_LENGTH,
            field="hung_by",
        )
    return {**said_of(site), "hangs_since": hangs_since.isoformat(), "hung_by": hung_by.strip()}


def staff_zones_record(camera_name: str, choice: StaffChoice, staff_zones: int) -> dict[str, Any]:
    """Return the content of a record of a camera's staff zones.

    Args:
        camera_name: it stays when the camera goes.
        choice: what is said of the staff.
        staff_zones: how many are drawn.

    Raises:
        InputInvalid: zones are said to be drawn, and none is.
    """
    if choice is StaffChoice.AS_DRAWN and not staff_zones:
        raise InputInvalid(
            "Expected a staff zone over each place where staff stand: draw one, or say that no staff is in view.",
            field="choice",
        )
    return {"camera": camera_name, "choice": choice.value, "staff_zones": staff_zones}


def newest(records: Sequence[SiteRecord], kind: RecordKind, camera_id: int | None = None) -> SiteRecord | None:
    """Return the newest record of a kind, of one camera where that is named; `records` may be in any order."""
    found = [record for record in records if record.kind is kind and record.camera_id == camera_id]
    return max(found, key=lambda record: record.record_id, default=None)
