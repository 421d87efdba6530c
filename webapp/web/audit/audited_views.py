"""Viewing is noted too: which pages go into the audit trail when someone opens them.

What is noted stands in one table here, and not in each view, so that one can see at a glance what is and what is not.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask, Response, current_app, request

from webapp.domain.events import EventKind
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import signed_in_user

# Of a tested photo nothing but that one was tested: neither the photo nor its address is anyone's business.
NOTED_VIEWS: dict[str, EventKind] = {
    "staff.incident_snapshot": EventKind.PICTURE_VIEWED,
    "manager.incidents_file": EventKind.LOG_EXPORTED,
    "manager.incidents_json_file": EventKind.LOG_EXPORTED,
    "photo_test.run": EventKind.PHOTO_TESTED,
}
# An open page shows the same picture again and again: once an hour says as much.
_AGAIN_AFTER = timedelta(hours=1)
_MOST_REMEMBERED = 5000
_MOST_FILTER = 200


@dataclass
class RecentViews:
    """Who looked at which picture lately."""

    _at: dict[tuple[str, int], datetime] = field(default_factory=dict)

    def is_news(self, name: str, incident_id: int, now: datetime) -> bool:
        """Return whether this look is to be noted, and remember it."""
        last = self._at.get((name, incident_id))
        if last is not None and now - last < _AGAIN_AFTER:
            return False
        if len(self._at) >= _MOST_REMEMBERED:
            self._at.clear()
        self._at[(name, incident_id)] = now
        return True


def init_app(app: Flask) -> None:
    """Note each look after it was granted."""
    app.extensions["amends_recent_views"] = RecentViews()
    app.after_request(_note)


def _note(response: Response) -> Response:
    kind, user = NOTED_VIEWS.get(request.endpoint or ""), None
    if kind is not None and response.status_code == 200:
        user = signed_in_user()
    if kind is None or user is None:
        return response
    incident_id = (request.view_args or {}).get("incident_id")
    if incident_id is not None:
        recent: RecentViews = current_app.extensions["amends_recent_views"]
        if recent.is_news(user.name, incident_id, app_services().clock.now()):
            app_services().audit.note(kind, user.name, incident=incident_id)
    elif request.method == "GET":
        filtered = {name: value[:_MOST_FILTER] for name, value in request.args.items() if value}
        app_services().audit.note(kind, user.name, **({"filter": filtered} if filtered else {}))
    else:
        app_services().audit.note(kind, user.name)
    return response
