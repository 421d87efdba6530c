"""How the installation is doing."""

from flask import current_app, render_template

from webapp.domain.cameras.cameras import Camera
from webapp.domain.people.roles import Role
from webapp.errors import NotFound
from webapp.services.model.model_card import ModelCard
from webapp.web.admin.area import admin
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import requires

_LOG_LINES = 200


@admin.get("/system")
@requires(Role.ADMIN)
def system() -> str:
    """Processes, cameras, model, storage and the logs' last lines."""
    services = app_services()
    return render_template(
        "admin/system.html",
        facts=services.system.facts(),
        log_lines=services.system.log_tail(_LOG_LINES),
        cameras=[_camera_figures(camera) for camera in services.cameras.list()],
        card=_card(),
        now=services.clock.now(),
        sockets=len(current_app.extensions["amends_viewers"]),
        streams=current_app.extensions["amends_streams"].count,
    )


def _camera_figures(camera: Camera) -> dict[str, object]:
    services = app_services()
    frame = services.live.newest(camera.camera_id) if camera.enabled else None
    age_s = (services.clock.now() - frame.captured_at).total_seconds() if frame else None
    return {"camera": camera, "age_s": age_s, "gauges": frame.gauges if frame else {}}


def _card() -> ModelCard | None:
    try:
        return app_services().model_cards.card()
    except NotFound:
        return None
