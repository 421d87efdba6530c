"""The machines of a cluster: their part of the page System, and what an admin is told of them on the dashboard."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext
from werkzeug.wrappers import Response

from webapp.domain.cluster.nodes import CONTROLLER
from webapp.domain.cluster.status import ClusterStatus, NodeState, NodeStatus
from webapp.domain.people.roles import Role
from webapp.errors import NotFound
from webapp.services.dashboard.faults import MACHINE_MISSED_S
from webapp.web.admin.area import admin
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import rough_duration

STATE_WORDS = {
    NodeState.ALIVE: lazy("Alive"),
    NodeState.DRAINING: lazy("Draining"),
    NodeState.SILENT: lazy("Silent"),
    NodeState.UNKNOWN: lazy("Unknown"),
}
STATE_LOOKS = {
    NodeState.ALIVE: ("green", "circle-check"),
    NodeState.DRAINING: ("blue", "hand-stop"),
    NodeState.SILENT: ("amber", "plug-connected-x"),
    NodeState.UNKNOWN: ("grey", "info-circle"),
}


@admin.app_context_processor
def _for_the_dashboard() -> dict[str, object]:
    return {"is_cluster": is_cluster, "machine_notices": machine_notices}


@admin.get("/machines/notices")
@requires(Role.ADMIN)
def notices_of_machines() -> str:
    """What is told of silent machines, for a dashboard that stays open."""
    return render_template("admin/parts/machine_notices.html", notices=machine_notices())


@admin.post("/machines/draining")
@requires(Role.ADMIN)
def change_draining() -> Response:
    """Have a machine's cameras go to others, or let them come again."""
    if not is_cluster():
        raise NotFound("This machine watches all cameras itself: there is no cluster.")
    name, is_draining = request.form.get("name", ""), request.form.get("draining") == "yes"
    app_services().machines.set_draining(name, is_draining, current_person().name)
    if is_draining:
        flash(_("%(name)s hands its cameras to other machines.", name=name))
    else:
        flash(_("Cameras may come to %(name)s again.", name=name))
    return redirect(url_for("admin.system", _anchor="machines"))


def is_cluster() -> bool:
    """Return whether machines watch cameras together."""
    return app_settings().placement == "cluster"


def machine_notices() -> list[str]:
    """Return what an admin is told of machines that have been silent for long; nothing where all is well."""
    status = app_services().system.cluster()
    return [_notice(one) for one in status.missed(MACHINE_MISSED_S)] if status else []


def decides_words(status: ClusterStatus) -> str:
    """Return who places cameras."""
    if status.decides is None:
        return _("Not known") if not status.is_observed else _("Nobody: no machine is alive")
    if status.decides == CONTROLLER:
        return _("The controller")
    return _("%(name)s, for want of the controller", name=status.decides)


def _notice(node: NodeStatus) -> str:
    known = {"name": node.name, "duration": rough_duration(node.silent_s)}
    if not node.cameras:
        return _("Machine %(name)s has given no sign for %(duration)s; its cameras are watched elsewhere.", **known)
    return ngettext(
        "Machine %(name)s has given no sign for %(duration)s; nobody watches %(num)s of its cameras.",
        "Machine %(name)s has given no sign for %(duration)s; nobody watches %(num)s of its cameras.",
        len(node.cameras),
        **known,
    )
