"""What is wrong with the installation now, put together of what the web process knows."""

from collections.abc import Sequence

from flask import Flask

from webapp.domain.cameras.cameras import Camera
from webapp.services.dashboard.faults import CameraFigures, Fault, FaultKind, PushFigures, find_faults
from webapp.services.site.system import SystemFacts
from webapp.web.core.app_context import app_services
from webapp.web.live.event_tail import EventTail
from webapp.web.live.loop_lateness import LoopLateness


def camera_figures(app: Flask, cameras: Sequence[Camera]) -> list[CameraFigures]:
    """Return how cameras fare; of a disabled one nothing is known."""
    services = app_services(app)
    shuts_at = {one.camera.camera_id: one.gate.shuts_at for one in services.site_records.waiting() if one.is_analysed}
    found = []
    for camera in cameras:
        frame = services.live.newest(camera.camera_id) if camera.enabled else None
        age_s = (services.clock.now() - frame.captured_at).total_seconds() if frame else None
        found.append(CameraFigures(camera, frame, age_s, shuts_at.get(camera.camera_id)))
    return found


def push_figures(app: Flask) -> PushFigures:
    """Return how the web process fares."""
    tail: EventTail = app.extensions["amends_tail"]
    lateness: LoopLateness = app.extensions["amends_lateness"]
    return PushFigures(tail.waiting_s(), lateness.worst_s)


def current_faults(app: Flask, facts: SystemFacts, cameras: Sequence[CameraFigures]) -> list[Fault]:
    """Return what is wrong, the worst first."""
    found = find_faults(facts, [one for one in cameras if one.camera.enabled], push_figures(app))
    if app_services(app).backup_schedule.state().failed_at is not None:
        found.append(Fault(FaultKind.BACKUP_FAILED))
    failing = app_services(app).notifications.channels.failing()
    found.extend(Fault(FaultKind.CHANNEL_FAILING, one.name, one.failures) for one in failing)
    return found
