"""Views of the log under a name."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import error_words
from webapp.web.manager.area import manager
from webapp.web.manager.incident_query import IncidentQuery


@manager.post("/incidents/views")
@requires(Role.MANAGER)
def save_view() -> Response:
    """Keep the view that is shown."""
    query = IncidentQuery.from_address(request.form.get("query", "")).arguments()
    try:
        saved = app_services().saved_views.save(current_person().user_id, request.form.get("name", ""), query)
    except InputInvalid as error:
        flash(error_words(error))
    else:
        flash(_("The view %(name)s is saved. Its address can be shared with other managers.", name=saved.name))
    return redirect(f"{url_for('manager.incidents')}?{query}")


@manager.post("/incidents/views/<int:view_id>/remove")
@requires(Role.MANAGER)
def remove_view(view_id: int) -> Response:
    """Forget a view."""
    app_services().saved_views.remove(current_person().user_id, view_id)
    flash(_("The view is removed."))
    return redirect(url_for("manager.incidents"))
