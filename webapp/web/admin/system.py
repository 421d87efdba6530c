"""How the installation is doing."""

from datetime import tzinfo

from flask import current_app, render_template
from flask_babel import lazy_gettext as lazy

from webapp.domain.people.roles import Role
from webapp.errors import NotFound
from webapp.services.dashboard.faults import Fault, FaultKind
from webapp.services.model.model_card import ModelCard
from webapp.services.model.model_use import GPUState
from webapp.web.admin.area import admin
from webapp.web.admin.machines import STATE_LOOKS, STATE_WORDS, decides_words
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import requires
from webapp.web.core.page_facts import page_facts
from webapp.web.core.template_filters import long_moment, number, rough_duration
from webapp.web.live.current_faults import camera_figures, current_faults, push_figures

_LOG_LINES = 200
_FAULT_WORDS = {
    FaultKind.MODEL_AWAY: lazy("Nobody is being analysed: the AI model cannot be loaded."),
    FaultKind.PROCESS_AWAY: lazy("The process %(name)s is not running; it is started again."),
    FaultKind.PROCESS_FAILING: lazy(
        "The process %(name)s ends as soon as it starts: the log below says why. It is tried again every half minute."
    ),
    FaultKind.DISK_NEARLY_FULL: lazy("The disk is nearly full: soon alerts may not be stored."),
    FaultKind.INCIDENTS_WAITING: lazy("Alerts have waited for %(seconds)s s to be stored: the disk or the database."),
    FaultKind.SCORES_WAITING: lazy("Scores over time wait to be stored: %(count)s stretches."),
    FaultKind.PICTURES_WAITING: lazy(
        "%(count)s pictures and clips wait on this machine: their store does not take them. They are not lost."
    ),
    FaultKind.EVENTS_LATE: lazy("Alerts reach the pages %(seconds)s s late."),
    FaultKind.PAGES_LATE: lazy("Pages were held up for %(seconds)s s within the last minute."),
    FaultKind.CLOCK_DOUBTED: lazy(
        "The clock is more than two days ahead of what it was: check it. What is old is only deleted a day later."
    ),
    FaultKind.BACKUP_FAILED: lazy("The scheduled backup was not made: Backups says why. It is tried again."),
    FaultKind.CHANNEL_FAILING: lazy("Notifications over the channel %(name)s do not arrive."),
    FaultKind.CENTRAL_AWAY: lazy(
        "The central instance does not take what happens here: the log says why (%(name)s). Nothing is lost; it is "
        "tried again."
    ),
    FaultKind.CENTRAL_REFUSES: lazy(
        "The central instance refuses this site's token: it is unknown there, or was revoked. Set another one."
    ),
    FaultKind.CAMERA_OFFLINE: lazy("The camera %(name)s is offline."),
    FaultKind.AWAITING_RECORDS: lazy("Nobody is analysed on %(name)s: not all is on record that has to be."),
    FaultKind.RECORDS_DUE: lazy(
        "From %(until)s on nobody is analysed on %(name)s, unless what is missing is on record."
    ),
    FaultKind.FRAMES_LATE: lazy("The newest frame of %(name)s is %(seconds)s s old."),
    FaultKind.MACHINE_SILENT: lazy("The machine %(name)s of the cluster has given no sign for %(duration)s."),
    FaultKind.AT_LIMIT: lazy(
        "This machine is at its limit: it analyses %(count)s of %(wanted)s frames a second that are worth it. "
        "Cameras with nobody in view wait first, open alerts last."
    ),
    FaultKind.ANALYSIS_BEHIND: lazy(
        "Only %(seconds)s frames a second of %(name)s are analysed: too much for this machine."
    ),
}
_GPU_WORDS = {
    GPUState.USED: lazy("on the GPU"),
    GPUState.UNUSABLE: lazy("no GPU that can run it"),
    GPUState.DIFFERENT: lazy("not on the GPU: other scores there"),
    GPUState.SLOWER: lazy("not on the GPU: slower there"),
    GPUState.FAILED: lazy("not on the GPU: the test of it failed"),
}


@admin.get("/system")
@requires(Role.ADMIN)
def system() -> str:
    """Processes, cameras, model, storage and the logs' last lines."""
    services = app_services()
    facts, cameras = services.system.facts(), camera_figures(current_app, services.cameras.list())
    zone = services.site.zone_of(page_facts().site)
    return render_template(
        "admin/system.html",
        facts=facts,
        snapshots_bytes=services.system.snapshots_bytes(),
        faults=[_FAULT_WORDS[one.kind] % _values(one, zone) for one in current_faults(current_app, facts, cameras)],
        waiting=services.site_records.waiting(),
        zone=zone,
        log_lines=services.system.log_tail(_LOG_LINES),
        cameras=cameras,
        by_id={one.camera.camera_id: one.camera for one in cameras},
        card=_card(),
        model_use=services.model_cards.use(),
        gpu_words=_GPU_WORDS,
        push=push_figures(current_app),
        now=services.clock.now(),
        state_words=STATE_WORDS,
        state_looks=STATE_LOOKS,
        decides_words=decides_words,
        sockets=len(current_app.extensions["amends_viewers"]),
        streams=current_app.extensions["amends_streams"].count,
    )


def _values(fault: Fault, zone: tzinfo) -> dict[str, str]:
    return {
        "name": fault.subject,
        "seconds": number(fault.value, 1),
        "duration": rough_duration(fault.value),
        "count": number(fault.value, 0),
        "wanted": number(fault.wanted, 0),
        "until": long_moment(fault.until, zone) if fault.until else "",
    }


def _card() -> ModelCard | None:
    try:
        return app_services().model_cards.card()
    except NotFound:
        return None
