"""Refused requests go into the audit trail, and no attacker fills it: the first is a line, the rest are counted."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFError

from webapp.domain.events import EventKind
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import FirstStepRequired, signed_in_user

COUNTED_FOR = timedelta(minutes=10)
MOST_COUNTED = 20
# Where a backup leaves the installation, leaves it unprotected, or replaces what is in it: each refusal is noted with
# the backup's name. None of them can be asked for without a limit.
NOTED_APART = frozenset({
    "admin.download_backup", "admin.make_backup", "admin.check_restore", "admin.order_restore",
})  # fmt: skip
# Their codes are asked for by anyone; a wrong one is answered as a page that is not there.
_ONE_TIME_CODES = frozenset({
    "kiosk.take_pairing", "invitations.show", "invitations.accept", "wall_screen.take_pairing", "password_reset.show",
    "password_reset.accept",
})  # fmt: skip


class Refusal(StrEnum):
    """Why a request was refused."""

    ROLE = "role"
    TOKEN = "token"  # noqa: S105 - a name, not a token.
    FORM = "form"
    CODE = "code"


@dataclass(frozen=True)
class Refused:
    """Who was refused what.

    Attributes:
        reason: why.
        address: where it came from; empty for many addresses.
        person: who was signed in; None for nobody.
    """

    reason: Refusal
    address: str = ""
    person: str | None = None


@dataclass
class _Count:
    ends_at: datetime
    more: int = 0


@dataclass
class RefusalCounter:
    """Counts refusals per reason, address and person, so many of them apart and the rest together."""

    _counts: dict[Refused, _Count] = field(default_factory=dict)

    def is_first(self, refused: Refused, now: datetime) -> bool:
        """Return whether this is the first one for a while; every other one is counted."""
        is_room = len(self._counts) < MOST_COUNTED or refused in self._counts
        key = refused if is_room else Refused(refused.reason)
        if key not in self._counts:
            self._counts[key] = _Count(now + COUNTED_FOR)
            return True
        self._counts[key].more += 1
        return False

    def over(self, now: datetime) -> list[tuple[Refused, int]]:
        """Return how many more there were of those that are due to be noted, and begin anew."""
        ended = {key: count for key, count in self._counts.items() if count.ends_at <= now}
        for key in ended:
            del self._counts[key]
        return [(key, count.more) for key, count in ended.items() if count.more]


def init_app(app: Flask) -> None:
    """Note what was refused, and with a later request how often."""
    app.extensions["amends_refusals"] = RefusalCounter()
    app.after_request(_note)


def _note(response: Response) -> Response:
    counter: RefusalCounter = current_app.extensions["amends_refusals"]
    now = app_services().clock.now()
    if request.blueprint != "health":  # What says that the process lives waits for no database.
        for one, more in counter.over(now):
            _write(one, more=more)
    refused = _refused(response)
    if refused is not None and counter.is_first(refused, now):
        # The rule and not the path: nobody knows what stands in an address that a stranger made up.
        _write(refused, page=f"{request.method} {request.url_rule.rule}" if request.url_rule else request.method)
    return response


def _write(refused: Refused, **payload: object) -> None:
    known = {"address": refused.address} if refused.address else {}
    audit = app_services().audit
    audit.note(EventKind.REQUEST_REFUSED, refused.person, refused=refused.reason.value, **payload, **known)


def _refused(response: Response) -> Refused | None:
    reason = _reason(response)
    if reason is None:
        return None
    user = signed_in_user()
    return Refused(reason, request.remote_addr or "", user.name if user else None)


def _reason(response: Response) -> Refusal | None:
    error = g.get("amends_http_error")
    if isinstance(error, CSRFError):
        return Refusal.FORM
    if response.status_code == 403 and not isinstance(error, FirstStepRequired):
        return None if request.endpoint in NOTED_APART else Refusal.ROLE
    if response.status_code == 401 and request.authorization is not None:
        return Refusal.TOKEN
    return Refusal.CODE if response.status_code == 404 and request.endpoint in _ONE_TIME_CODES else None
