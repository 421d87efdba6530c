"""The dashboard, one camera large, and taking and settling alerts."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound, ServiceUnavailable
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.cameras.cameras import Camera
from webapp.domain.people.roles import Role
from webapp.services.alerts.incidents import incident_payload
from webapp.services.cameras.snoozes import snooze_payload
from webapp.services.dashboard.dashboard import Dashboard
from webapp.services.dashboard.live_frames import PictureUse
from webapp.services.dashboard.not_stored import storage_payload
from webapp.services.ports import PlaceRefusal
from webapp.web.audit.audited_views import noted_while, showed_live
from webapp.web.core.app_context import app_services, app_socketio
from webapp.web.core.guards import current_person, requires
from webapp.web.core.languages import page_language
from webapp.web.core.logins import current_lease
from webapp.web.core.page_facts import page_facts
from webapp.web.core.template_filters import state_reason_message
from webapp.web.live.awaited_pictures import ask_for_pictures
from webapp.web.live.camera_feed import MIME_TYPE, CameraFeeds
from webapp.web.live.faces_feed import face_message
from webapp.web.live.streams import CountedParts, StreamPlace, StreamViewers
from webapp.web.staff.corrections import sent_outcome

staff = Blueprint("staff", __name__)


@staff.get("/")
@requires(Role.STAFF)
def dashboard() -> str | AnyResponse:
    """The cameras and the queue of open alerts; to the first admin, once, the guide of the first day."""
    me = current_person()
    shown = app_services().dashboard.all_cameras(me)
    if shown.progress and shown.progress.is_due_for(me.name):
        app_services().first_day.note_shown()
        return redirect(url_for("welcome.guide"))
    return render_template(
        "staff/dashboard.html",
        state=dashboard_state(shown),
        damaged=shown.damaged,
        progress=shown.progress,
        waiting=shown.waiting,
        zone=app_services().site.zone_of(page_facts().site),
    )


@staff.get("/dashboard.json")
@requires(Role.STAFF)
def dashboard_json() -> Response:
    """What the dashboard shows, for a page that has missed too much."""
    return jsonify(dashboard_state(app_services().dashboard.all_cameras()))


@staff.get("/cameras/<int:camera_id>")
@requires(Role.STAFF)
def camera(camera_id: int) -> str:
    """One camera large."""
    shown = app_services().dashboard.one_camera(camera_id, current_person())
    return render_template(
        "staff/camera.html",
        camera=shown.camera,
        recent=shown.recent,
        state=dashboard_state(shown),
    )


@staff.get("/cameras/<int:camera_id>/stream.mjpg")
@requires(Role.STAFF)
def stream(camera_id: int) -> Response:
    """The annotated pictures as they come."""
    lease = current_lease()
    app_services().cameras.get(camera_id)
    viewers: StreamViewers = current_app.extensions["amends_streams"]
    place = StreamPlace(lease) if lease else None
    refusal = viewers.refusal(place) if place else PlaceRefusal.ALL_TAKEN
    if place is None or refusal is PlaceRefusal.ALL_TAKEN:
        raise ServiceUnavailable(
            _("All %(limit)s live views are taken. Close another one, or look at the dashboard.", limit=viewers.limit)
        )
    if refusal is PlaceRefusal.OWN_TAKEN:
        most = viewers.limit_per_person
        raise ServiceUnavailable(
            _("You have %(limit)s live views open already. Close another one, or look at the dashboard.", limit=most)
        )
    showed_live(camera_id)
    may_go_on = noted_while(place.may_go_on, camera_id)
    feeds: CameraFeeds = current_app.extensions["amends_feeds"]
    parts = feeds.of(camera_id).parts(may_go_on)
    response = Response(CountedParts(viewers, place, parts), mimetype=MIME_TYPE)
    response.headers["X-Accel-Buffering"] = "no"  # nginx would keep pictures until it has a few.
    return response


@staff.get("/cameras/<int:camera_id>/snapshot.jpg")
@requires(Role.STAFF)
def snapshot(camera_id: int) -> Response:
    """The newest picture, and in a header how old it is; 204 where there is none."""
    services = app_services()
    services.cameras.get(camera_id)
    ask_for_pictures(services.live, [camera_id], PictureUse.LARGE, app_socketio().sleep)
    picture = services.live.picture(camera_id, PictureUse.LARGE)
    if picture is None:
        return Response(status=204)
    showed_live(camera_id)
    response = Response(picture.jpeg, mimetype="image/jpeg")
    response.headers["X-Frame-Age-Ms"] = str(_age_ms(picture.captured_at))
    response.set_etag(f"{picture.sequence}-{int(picture.captured_at.timestamp() * 1000)}")
    response.make_conditional(request)
    return response


@staff.get("/incidents/<int:incident_id>/snapshot.jpg")
@requires(Role.STAFF)
def incident_snapshot(incident_id: int) -> Response:
    """The picture of an alert: of its highest score so far, so that it may be renewed."""
    jpeg = app_services().incidents.snapshot_for(current_person(), incident_id)
    if jpeg is None:
        raise NotFound(_("This alert has no picture, or it has been deleted."))
    return Response(jpeg, mimetype="image/jpeg")


@staff.post("/incidents/<int:incident_id>/acknowledge")
@requires(Role.STAFF)
def acknowledge(incident_id: int) -> Response:
    """Take an alert: the first person wins."""
    return jsonify(incident_payload(app_services().incidents.acknowledge(incident_id, by=current_person().name)))


@staff.post("/incidents/<int:incident_id>/resolve")
@requires(Role.STAFF)
def resolve(incident_id: int) -> Response:
    """Settle an alert with an outcome and a note."""
    outcome, note = sent_outcome()
    return jsonify(
        incident_payload(app_services().incidents.resolve(incident_id, current_person().name, outcome, note))
    )


@staff.post("/incidents/<int:incident_id>/undo")
@requires(Role.STAFF)
def undo(incident_id: int) -> Response:
    """Take back what one did to an alert a moment ago."""
    return jsonify(incident_payload(app_services().incidents.undo(incident_id, by=current_person().name)))


def dashboard_state(shown: Dashboard) -> dict[str, Any]:
    """Return everything that the dashboard shows."""
    me = current_person()
    return {
        "now": app_services().clock.now().isoformat(),
        "last_event_id": shown.last_event_id,
        "me": me.name,
        "may_read_log": me.may(Role.MANAGER),
        "cameras": [_camera_state(camera) for camera in shown.cameras],
        "incidents": [incident_payload(incident) for incident in shown.incidents],
        "not_stored": storage_payload(app_services().storage.state()),
    }


def _camera_state(shown: Camera) -> dict[str, Any]:
    is_live = shown.enabled and shown.state.is_connected
    frame = app_services().live.newest(shown.camera_id) if is_live else None
    return {
        "camera_id": shown.camera_id,
        "camera": shown.name,
        "place": shown.place,
        "groups": list(shown.groups),
        "enabled": shown.enabled,
        "state": shown.state.value if shown.enabled else "disabled",
        **state_reason_message(shown.state_reason, page_language()),
        "opens_at": shown.opens_at.isoformat() if shown.opens_at else None,
        "since": shown.state_since.isoformat() if shown.state_since else None,
        "faces": [face_message(face) for face in frame.faces] if frame else [],
        **snooze_payload(shown),
    }


def _age_ms(captured_at: datetime) -> int:
    return max(0, round((app_services().clock.now() - captured_at).total_seconds() * 1000))
