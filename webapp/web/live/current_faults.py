"""What is wrong with the installation now, put together of what the web process knows."""

from collections.abc import Iterator, Sequence

from flask import Flask

from webapp.domain.cameras.cameras import Camera
from webapp.domain.sites.central_state import CentralFault
from webapp.services.dashboard.faults import CameraFigures, Fault, FaultKind, PushFigures, find_faults
from webapp.services.site.system import SystemFacts
from webapp.web.core.app_context import app_services, app_settings
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
    found.extend(_faults_of_line(app))
    return found


def _faults_of_line(app: Flask) -> Iterator[Fault]:
    state = app_services(app).central.state() if app_settings(app).central_url else None
    if state is None or state.fault is None:
        return
    is_refused = state.fault is CentralFault.TOKEN_REFUSED
    yield Fault(FaultKind.CENTRAL_REFUSES if is_refused else FaultKind.CENTRAL_AWAY, state.fault.value)
