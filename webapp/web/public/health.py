"""What a monitor asks: alive, ready, and in figures."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify

from webapp.domain.people.roles import Role
from webapp.services.dashboard.live_frames import LiveFrame
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.guards import Credentials, public, requires
from webapp.web.public.metrics import metrics_text

health = Blueprint("health", __name__)


@health.get("/healthz")
@public
def alive() -> Response:
    """Whether the process answers."""
    return jsonify({"alive": True})


@health.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Whether a frame has travelled camera → vision → web lately, analysed; also where no camera is enabled."""
    services = app_services()
    cameras = [camera for camera in services.cameras.list() if camera.enabled]
    live = [camera for camera in cameras if _is_fresh(services.live.newest(camera.camera_id))]
    problem = services.model_cards.problem()
    is_ready = problem is None and (bool(live) or not cameras)
    facts = {"ready": is_ready, "cameras": len(cameras), "live": len(live), "model": problem.fault if problem else "ok"}
    return jsonify(facts), 200 if is_ready else 503


@health.get("/metrics")
@requires(Role.ADMIN, Credentials.EITHER)
def metrics() -> Response:
    """The figures, for Prometheus."""
    return Response(metrics_text(current_app), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_fresh(frame: LiveFrame | None) -> bool:
    oldest = timedelta(seconds=app_settings().camera_stall_timeout_s)
    return frame is not None and app_services().clock.now() - frame.captured_at <= oldest
