"""The log of what was sent, and why not."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from webapp.domain.notifications.deliveries import DeliveryState
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.core.input.row_ids import MAX_ROW_ID
from webapp.web.core.template_filters import error_words
from webapp.web.notifications import words
from webapp.web.notifications.area import notifications

_PAGE_SIZE = 50
# What can be chosen, by its word in the address.
_STATES = {
    "failed": (lazy("Failed or given up"), (DeliveryState.FAILED, DeliveryState.GIVEN_UP)),
    "cancelled": (words.STATE_WORDS[DeliveryState.CANCELLED], (DeliveryState.CANCELLED,)),
    "waiting": (lazy("On the way"), (DeliveryState.PENDING, DeliveryState.SENDING)),
    "delivered": (words.STATE_WORDS[DeliveryState.DELIVERED], (DeliveryState.DELIVERED,)),
}


@notifications.get("/log")
@requires(Role.ADMIN)
def log() -> str:
    """What was sent to whom, newest first."""
    services = app_services()
    state, before = request.args.get("state", ""), _number("before")
    _name, states = _STATES.get(state, ("", ()))
    channel_id = _number("channel")
    found = services.notifications.deliveries.latest(
        limit=_PAGE_SIZE + 1, states=states, channel_id=channel_id, before_id=before
    )
    return render_template(
        "notifications/log.html",
        deliveries=found[:_PAGE_SIZE],
        has_older=len(found) > _PAGE_SIZE,
        state=state,
        channel_id=channel_id,
        before=before,
        states={value: name for value, (name, _states) in _STATES.items()},
        channels=services.notifications.channels.shared(),
        people={user.user_id: user.name for user in services.accounts.list()},
        words=words,
        now=services.clock.now(),
    )


@notifications.post("/log/<int:delivery_id>/retry")
@requires(Role.ADMIN)
def retry_delivery(delivery_id: int) -> Response:
    """Have what failed sent once more."""
    try:
        app_services().notifications.deliveries.retry(delivery_id, current_person().name)
        flash(_("It is sent again."))
    except InputInvalid as error:
        flash(error_words(error))
    return redirect(url_for("notifications.log"))


def _number(name: str) -> int | None:
    value = request.args.get(name, 0, type=int)
    return value if 0 < value <= MAX_ROW_ID else None
