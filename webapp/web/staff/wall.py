"""What the wall of cameras and the large camera ask for again and again."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from webapp.domain.insights.last_minute import FaceStretch
from webapp.domain.people.roles import Role
from webapp.services.dashboard.live_frames import PictureUse
from webapp.web.audit.audited_views import showed_live
from webapp.web.core.app_context import app_services, app_socketio
from webapp.web.core.guards import current_person, requires
from webapp.web.live.awaited_pictures import ask_for_pictures
from webapp.web.live.faces_feed import FacesFeed, face_words
from webapp.web.staff.picture_sheet import MIME_TYPE, picture_sheet, read_wanted

wall = Blueprint("wall", __name__)


@wall.get("/cameras/pictures")
@requires(Role.STAFF)
def pictures() -> Response:
    """The newest pictures of the cameras in `have`, as far as the page lacks them; `size=large` at full size."""
    services = app_services()
    wanted = read_wanted(request.args.get("have", ""))
    shown = {camera.camera_id for camera in services.cameras.list() if camera.enabled}
    use = PictureUse.LARGE if request.args.get("size") == "large" else PictureUse.TILE
    there = [one for one in wanted if one.camera_id in shown]
    if there:
        showed_live(*(one.camera_id for one in there))
    ask_for_pictures(services.live, [one.camera_id for one in there], use, app_socketio().sleep)
    sheet = picture_sheet(services.live, there, services.clock.now(), use)
    return Response(sheet, mimetype=MIME_TYPE)


@wall.get("/cameras/<int:camera_id>/minute.json")
@requires(Role.STAFF)
def minute(camera_id: int) -> Response:
    """Who looked how in the last minute, in seconds ago, and of which times nothing is known."""
    services = app_services()
    services.cameras.get(camera_id)
    feed: FacesFeed = current_app.extensions["amends_faces"]
    now = services.clock.now()
    seen = feed.minutes.of(camera_id, now)
    return jsonify(
        now=now.isoformat(),
        stretches=[_stretch_message(stretch, now) for stretch in seen.stretches],
        gaps=[{"from_s": _ago_s(gap.began_at, now), "to_s": _ago_s(gap.ended_at, now)} for gap in seen.gaps],
    )


@wall.get("/cameras/<int:camera_id>/recent")
@requires(Role.STAFF)
def recent(camera_id: int) -> str:
    """The camera's recent alerts, as they stand on its page."""
    found = app_services().dashboard.recent_of(camera_id, current_person())
    return render_template("staff/recent.html", recent=found)


def _stretch_message(stretch: FaceStretch, now: datetime) -> dict[str, Any]:
    return {
        "face": stretch.track_id,
        "emotion": stretch.emotion,
        "words": face_words(stretch.emotion, stretch.level),
        "confidence": None if stretch.confidence is None else round(stretch.confidence, 2),
        "alerting": stretch.alerting,
        "level": stretch.level,
        "from_s": _ago_s(stretch.began_at, now),
        "to_s": _ago_s(stretch.ended_at, now),
    }


def _ago_s(at: datetime, now: datetime) -> float:
    return round((now - at).total_seconds(), 1)
