"""Viewing is noted too: which pages go into the audit trail when someone opens them, and which cameras they showed.

What is noted stands in one table here, and not in each view, so that one can see at a glance what is and what is not.
Only of live pictures the view has to say which cameras it showed.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from flask import Flask, Response, current_app, g, request

from webapp.domain.events import EventKind
from webapp.web.core.app_context import WebServices, app_services
from webapp.web.core.guards import signed_in_token, signed_in_user
from webapp.web.core.logins import current_session

# Of a tested photo nothing but that one was tested: neither the photo nor its address is anyone's business.
NOTED_VIEWS: dict[str, EventKind] = {
    "staff.incident_snapshot": EventKind.PICTURE_VIEWED,
    "clips.clip": EventKind.CLIP_VIEWED,
    "manager.incidents_file": EventKind.LOG_EXPORTED,
    "manager.incidents_json_file": EventKind.LOG_EXPORTED,
    "api_incidents.list_incidents": EventKind.LOG_EXPORTED,
    "api_incidents.one_incident": EventKind.LOG_EXPORTED,
    "photo_test.run": EventKind.PHOTO_TESTED,
    "admin.compliance_html": EventKind.COMPLIANCE_EXPORTED,
    "admin.compliance_json": EventKind.COMPLIANCE_EXPORTED,
}
# A program reads the log page by page, or incident by incident: that is one export.
_PARTS_OF_ONE = frozenset({"page", "page_size"})
# An open page shows the same picture again and again: once an hour says as much.
_AGAIN_AFTER = timedelta(hours=1)
_MOST_REMEMBERED = 5000
# A program that asks for what is new sends another time with every call.
_MOST_FILTERS_AN_HOUR = 20
_MOST_FILTER = 200
_UNSAVED_CAMERA = 0
_OF_INCIDENTS = (EventKind.PICTURE_VIEWED, EventKind.CLIP_VIEWED)
# All of it, a part of it (a browser asks for a video in parts), or what the browser has already.
_SHOWN = (200, 206, 304)


View: TypeAlias = tuple[Hashable, ...]


@dataclass
class RecentViews:
    """Who viewed what lately."""

    _at: dict[View, datetime] = field(default_factory=dict)

    def is_news(self, view: View, now: datetime) -> bool:
        """Return whether this view is to be noted."""
        last = self._at.get(view)
        return last is None or now - last >= _AGAIN_AFTER

    def count(self, beginning: View, now: datetime) -> int:
        """Return how many views that begin so were noted within the hour."""
        length = len(beginning)
        return sum(view[:length] == beginning and now - at < _AGAIN_AFTER for view, at in self._at.items())

    def remember(self, views: Iterable[View], now: datetime) -> None:
        """Keep that these were noted."""
        if len(self._at) >= _MOST_REMEMBERED:
            self._at.clear()
        self._at.update(dict.fromkeys(views, now))


@dataclass(frozen=True)
class Viewer:
    """Who views something.

    Attributes:
        name: the person; None for a wall screen.
        proof: the session or the token, apart from all others.
        how: what the trail says of it.
    """

    services: WebServices
    recent: RecentViews
    name: str | None
    proof: Hashable
    how: Mapping[str, str]

    def note(self, kind: EventKind, **payload: object) -> None:
        """Note a view each time."""
        self.services.audit.note(kind, self.name, **payload, **self.how)

    def note_hourly(self, kind: EventKind, what: Hashable, **payload: object) -> None:
        """Note a view that is repeated while a page or a program stays open."""
        self._note_news({what: (kind, self.name, self.proof, what)}, kind, lambda _news: payload)

    def note_export(self, kind: EventKind, filtered: Mapping[str, str]) -> None:
        """Note what a program read, filter by filter; of one that changes it with every call, the first ones."""
        if self.recent.count((kind, self.name, self.proof), self.services.clock.now()) >= _MOST_FILTERS_AN_HOUR:
            self.note_hourly(kind, "more", more=True)
        else:
            payload = {"filter": dict(filtered)} if filtered else {}
            self.note_hourly(kind, tuple(sorted(filtered.items())), **payload)

    def note_live(self, camera_ids: Iterable[int]) -> None:
        """Note whose live pictures were shown: all that are due in one line, so that a wall of cameras writes once."""
        views: dict[Hashable, View] = {
            camera_id: (EventKind.LIVE_VIEWED, self.name, self.proof, camera_id) for camera_id in camera_ids
        }
        self._note_news(views, EventKind.LIVE_VIEWED, self._cameras)

    def _note_news(
        self,
        views: Mapping[Hashable, View],
        kind: EventKind,
        payload: Callable[[Iterable[Hashable]], Mapping[str, object]],
    ) -> None:
        now = self.services.clock.now()
        news = [what for what, view in views.items() if self.recent.is_news(view, now)]
        if news:
            self.note(kind, **payload(news))
            self.recent.remember((views[what] for what in news), now)

    def _cameras(self, camera_ids: Iterable[Hashable]) -> Mapping[str, object]:
        wanted = set(camera_ids)
        shown = {str(one.camera_id): one.name for one in self.services.cameras.list() if one.camera_id in wanted}
        return {**({"cameras": shown} if shown else {}), **({"unsaved": True} if _UNSAVED_CAMERA in wanted else {})}


def init_app(app: Flask) -> None:
    """Note each view after it was granted."""
    app.extensions["amends_recent_views"] = RecentViews()
    app.after_request(_note)


def showed_live(*camera_ids: int) -> None:
    """Say whose live pictures this answer shows; without an id: those of a camera that is not saved yet."""
    g.amends_showed_live = camera_ids or (_UNSAVED_CAMERA,)


def noted_while(may_go_on: Callable[[], bool], camera_id: int) -> Callable[[], bool]:
    """Return the question whether a live view may go on, and note every hour that it does."""
    viewer = _viewer()

    def asked() -> bool:
        if not may_go_on():
            return False
        if viewer is not None:
            viewer.note_live([camera_id])
        return True

    return asked


def _note(response: Response) -> Response:
    kind, live = NOTED_VIEWS.get(request.endpoint or ""), g.pop("amends_showed_live", ())
    viewer = _viewer() if (kind or live) and response.status_code in _SHOWN else None
    if viewer is None:
        return response
    if live:
        viewer.note_live(live)
    elif kind in _OF_INCIDENTS:
        incident_id = (request.view_args or {})["incident_id"]
        viewer.note_hourly(kind, incident_id, incident=incident_id)
    elif kind is not None:
        _note_whole_page(viewer, kind)
    return response


def _note_whole_page(viewer: Viewer, kind: EventKind) -> None:
    sent = request.args if request.method == "GET" else {}
    filtered = {name: value[:_MOST_FILTER] for name, value in sent.items() if value and name not in _PARTS_OF_ONE}
    if signed_in_token() is None:
        viewer.note(kind, **({"filter": filtered} if filtered else {}))
    else:
        viewer.note_export(kind, filtered)


def _viewer() -> Viewer | None:
    """Return who is behind this request, for as long as a live view lasts."""
    recent: RecentViews = current_app.extensions["amends_recent_views"]
    if screen := g.get("amends_wall_screen"):
        return Viewer(app_services(), recent, None, ("screen", screen.screen_id), {"screen": screen.name})
    user, token, session = signed_in_user(), signed_in_token(), current_session()
    if user is None:
        return None
    if token is not None:
        return Viewer(app_services(), recent, user.name, ("token", token.token_id), {"token": token.name})
    device, address, number = (session.device, session.address, session.session_id) if session else ("", "", 0)
    return Viewer(app_services(), recent, user.name, ("session", number), {"device": device, "address": address})
