"""Exceptions from a week: somebody else, or nobody, from one moment to another."""

from dataclasses import replace

from flask import request
from werkzeug.wrappers import Response

from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import requires
from webapp.web.notifications.area import notifications
from webapp.web.notifications.names import read_names
from webapp.web.notifications.on_call import schedule_of, schedule_page, stored
from webapp.web.notifications.on_call_forms import OverrideEntry, override_value


@notifications.post("/on-call/<int:schedule_id>/exceptions")
@requires(Role.ADMIN)
def add_override(schedule_id: int) -> Response | tuple[str, int]:
    """Let somebody else be on call for a while."""
    held, entry = schedule_of(schedule_id), OverrideEntry()
    entry.offer(read_names().people)
    try:
        if entry.validate():
            override = entry.override(app_services().site.zone())
            return stored(replace(held, overrides=(*held.overrides, override)))
    except InputInvalid as error:
        put_error(entry, error, {"overrides": "ends_at"})
    return schedule_page(held, override=entry), 400


@notifications.post("/on-call/<int:schedule_id>/exceptions/remove")
@requires(Role.ADMIN)
def remove_override(schedule_id: int) -> Response:
    """Take an exception back: it is named by its beginning, its end and its person."""
    held, gone = schedule_of(schedule_id), request.form.get("override", "")
    kept = tuple(one for one in held.overrides if override_value(one) != gone)
    return stored(replace(held, overrides=kept))
