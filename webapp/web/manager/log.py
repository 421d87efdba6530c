"""The incident log: searched, sorted, and resolved by the dozen."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.cameras.groups import group_names
from webapp.domain.people.roles import Role
from webapp.domain.vision.emotions import EMOTIONS
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import word
from webapp.web.manager.area import manager
from webapp.web.manager.incident_query import IncidentQuery


@manager.get("/incidents")
@requires(Role.MANAGER)
def incidents() -> str | tuple[str, int]:
    """The log, newest first."""
    services, query = app_services(), IncidentQuery(request.args)
    cameras = services.cameras.list()
    page = None if query.errors else services.incidents.search(query.wanted, page=query.page, order=query.order)
    shown = render_template(
        "manager/incidents.html",
        query=query,
        page=page,
        views=services.saved_views.of_user(current_person().user_id),
        choices={
            "camera": [(camera.camera_id, camera.name) for camera in cameras],
            "group": [(name, name) for name in group_names(cameras)],
            "state": [(state.value, word(state)) for state in IncidentState],
            "outcome": [(outcome.value, word(outcome)) for outcome in Outcome],
            "emotion": [(emotion.value, word(emotion)) for emotion in EMOTIONS],
            "person": [(name, name) for name in services.incidents.people()],
        },
    )
    return (shown, 400) if query.errors else shown


@manager.post("/incidents/resolve")
@requires(Role.MANAGER)
def resolve_incidents() -> Response:
    """Settle the marked incidents."""
    texts = request.form.getlist("incident")
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in texts):
        raise BadRequest(_("Expected the numbers of incidents. Go back, reload the page and mark them again."))
    outcome, note = request.form.get("outcome", ""), request.form.get("note", "")
    settled = app_services().incidents.resolve_many([int(text) for text in texts], current_person().name, outcome, note)
    flash(_resolved_words(settled.resolved, settled.left))
    # Read as a filter and written again: an address from a form leads nowhere else.
    back = IncidentQuery.from_address(request.form.get("back", ""))
    return redirect(f"{url_for('manager.incidents')}?{back.arguments(page=back.page)}")


def _resolved_words(resolved: int, left: int) -> str:
    words = ngettext("%(num)s incident is resolved.", "%(num)s incidents are resolved.", resolved)
    if not left:
        return words
    before = ngettext("%(num)s was resolved before and stays so.", "%(num)s were resolved before and stay so.", left)
    return f"{words} {before}"
