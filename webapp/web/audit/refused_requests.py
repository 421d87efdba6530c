"""Refused requests go into the audit trail, and no attacker fills it: the first is a line, the rest are counted."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFError

from webapp.domain.events import EventKind
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import PasswordChangeRequired, signed_in_user

COUNTED_FOR = timedelta(minutes=10)
MOST_COUNTED = 20
_MANY_ADDRESSES = ""
# Their codes are asked for by anyone; a wrong one is answered as a page that is not there.
_ONE_TIME_CODES = frozenset({"kiosk.take_pairing", "invitations.show", "invitations.accept"})


class Refusal(StrEnum):
    """Why a request was refused."""

    ROLE = "role"
    TOKEN = "token"  # noqa: S105 - a name, not a token.
    FORM = "form"
    CODE = "code"


@dataclass
class _Count:
    ends_at: datetime
    more: int = 0


@dataclass(frozen=True)
class CountedRefusals:
    """What came after the first refusal of its kind: `more` times, from one address or, empty, from many."""

    reason: Refusal
    address: str
    more: int


@dataclass
class RefusalCounter:
    """Counts refusals per reason and address, of so many addresses at a time and the rest together."""

    _counts: dict[tuple[Refusal, str], _Count] = field(default_factory=dict)

    def is_first(self, reason: Refusal, address: str, now: datetime) -> bool:
        """Return whether this is the first one for a while; every other one is counted."""
        is_room = len(self._counts) < MOST_COUNTED or (reason, address) in self._counts
        key = (reason, address if is_room else _MANY_ADDRESSES)
        if key not in self._counts:
            self._counts[key] = _Count(now + COUNTED_FOR)
            return True
        self._counts[key].more += 1
        return False

    def over(self, now: datetime) -> list[CountedRefusals]:
        """Return what was counted and is due to be noted, and begin anew."""
        ended = {key: count for key, count in self._counts.items() if count.ends_at <= now}
        for key in ended:
            del self._counts[key]
        return [CountedRefusals(*key, count.more) for key, count in ended.items() if count.more]


def init_app(app: Flask) -> None:
    """Note what was refused, and with a later request how often."""
    app.extensions["amends_refusals"] = RefusalCounter()
    app.after_request(_note)


def _note(response: Response) -> Response:
    counter: RefusalCounter = current_app.extensions["amends_refusals"]
    audit, now, address = app_services().audit, app_services().clock.now(), request.remote_addr or ""
    for one in counter.over(now):
        known = {"address": one.address} if one.address else {}
        audit.note(EventKind.REQUEST_REFUSED, None, refused=one.reason.value, more=one.more, **known)
    reason = _reason(response)
    if reason is not None and counter.is_first(reason, address, now):
        user = signed_in_user()
        # The rule and not the path: nobody knows what stands in an address that a stranger made up.
        page = f"{request.method} {request.url_rule.rule}" if request.url_rule else request.method
        name = user.name if user else None
        audit.note(EventKind.REQUEST_REFUSED, name, refused=reason.value, page=page, address=address)
    return response


def _reason(response: Response) -> Refusal | None:
    error = g.get("amends_http_error")
    if isinstance(error, CSRFError):
        return Refusal.FORM
    if response.status_code == 403 and not isinstance(error, PasswordChangeRequired):
        return Refusal.ROLE
    if response.status_code == 401 and request.authorization is not None:
        return Refusal.TOKEN
    return Refusal.CODE if response.status_code == 404 and request.endpoint in _ONE_TIME_CODES else None
