"""Everybody's sessions, and ending one of them."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.domain.people.roles import Role
from webapp.web.admin.area import admin
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.core.logins import current_session
from webapp.web.live.connections import end_connections_of


@admin.get("/sessions")
@requires(Role.ADMIN)
def sessions() -> str:
    """Who is signed in, where, and since when."""
    return render_template("admin/sessions.html", sessions=app_services().sessions.list(), current=current_session())


@admin.post("/sessions/<int:session_id>/revoke")
@requires(Role.ADMIN)
def revoke_session(session_id: int) -> Response:
    """End a session at once: its pages, its sockets, and every copy of its cookie."""
    app_services().sessions.revoke(session_id, current_person().name)
    end_connections_of(session_id)
    flash(_("The session is ended."))
    return redirect(url_for("admin.sessions"))
