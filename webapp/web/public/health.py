"""What a monitor asks: alive, ready, and in figures.

Where pages are for HTTPS only, a monitor that goes past the proxy is answered nevertheless: whether it is alive and
ready is no secret and said to everybody. The figures, which need a token, are for the machine itself then.
"""

import ipaddress
from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.cameras.cameras import CameraState
from webapp.domain.people.roles import Role
from webapp.services.dashboard.live_frames import LiveFrame
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.guards import Credentials, public, requires
from webapp.web.core.security import talisman

health = Blueprint("health", __name__)


@health.get("/healthz")
@talisman(force_https=False)
@public
def alive() -> Response:
    """Whether the process answers."""
    return jsonify({"alive": True})


@health.get("/readyz")
@talisman(force_https=False)
@public
def ready() -> tuple[Response, int]:
    """Whether a frame has travelled camera → vision → web lately, analysed; also where no camera is enabled.

    In a cluster pictures come to web only while somebody watches: there a camera counts that is online at a machine
    which is not silent.
    """
    services = app_services()
    cameras = [camera for camera in services.cameras.list() if camera.enabled]
    cluster = services.system.cluster()
    unwatched = {one.camera_id for one in cluster.unwatched} if cluster else set()
    live = [
        camera
        for camera in cameras
        if _is_fresh(services.live.newest(camera.camera_id))
        or (cluster and camera.state is CameraState.ONLINE and camera.camera_id not in unwatched)
    ]
    problem = services.model_cards.problem()
    is_ready = problem is None and (bool(live) or not cameras)
    facts = {"ready": is_ready, "cameras": len(cameras), "live": len(live), "model": problem.fault if problem else "ok"}
    return jsonify(facts), 200 if is_ready else 503


@health.get("/metrics")
@talisman(force_https=False)
@requires(Role.ADMIN, Credentials.EITHER)
def metrics() -> AnyResponse:
    """The figures, for Prometheus."""
    from webapp.web.public.metrics import metrics_text  # With the client library, only where somebody asks.

    if app_settings().https_only and not (request.is_secure or _is_this_machine()):
        return redirect(request.url.replace("http://", "https://", 1))
    return Response(metrics_text(current_app), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_this_machine() -> bool:
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _is_fresh(frame: LiveFrame | None) -> bool:
    oldest = timedelta(seconds=app_settings().camera_stall_timeout_s)
    return frame is not None and app_services().clock.now() - frame.captured_at <= oldest
