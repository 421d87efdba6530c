"""Everybody's sessions: ending one of them, and how long all of them last."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired

from webapp.domain.people.roles import Role
from webapp.domain.people.session_times import MAX_HOURS, MAX_IDLE_MINUTES, SessionTimes
from webapp.errors import InputInvalid
from webapp.web.admin.area import admin
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.logins import current_session
from webapp.web.live.connections import end_connections_of


class SessionTimesForm(FlaskForm):
    """How long sessions last."""

    hours = IntegerField(
        lazy("Hours until everyone has to log in again"), validators=[InputRequired(lazy("Enter a number of hours."))]
    )
    idle_minutes = IntegerField(
        lazy("Minutes without use until a session ends"),
        validators=[InputRequired(lazy("Enter a number of minutes; 0 never does it."))],
    )

    def times(self) -> SessionTimes:
        """Return the entry.

        Raises:
            InputInvalid: a number is out of range.
        """
        return SessionTimes(self.hours.data, self.idle_minutes.data)


@admin.get("/sessions")
@requires(Role.ADMIN)
def sessions() -> str:
    """Who is signed in, where, and since when."""
    return _page(SessionTimesForm(formdata=None, obj=app_services().sessions.times()))


@admin.post("/sessions/times")
@requires(Role.ADMIN)
def change_session_times() -> Response | tuple[str, int]:
    """Let all sessions last for another time, those that have begun too."""
    form = SessionTimesForm()
    try:
        if form.validate():
            app_services().sessions.change_times(form.times(), current_person().name)
            flash(_("Saved. It applies at once, also to sessions that have begun."))
            return redirect(url_for("admin.sessions"))
    except InputInvalid as error:
        put_error(form, error)
    return _page(form), 400


@admin.post("/sessions/<int:session_id>/revoke")
@requires(Role.ADMIN)
def revoke_session(session_id: int) -> Response:
    """End a session at once: its pages, its sockets, and every copy of its cookie."""
    app_services().sessions.revoke(session_id, current_person().name)
    end_connections_of(session_id)
    flash(_("The session is ended."))
    return redirect(url_for("admin.sessions"))


def _page(form: SessionTimesForm) -> str:
    service = app_services().sessions
    return render_template(
        "admin/sessions.html",
        sessions=service.list(),
        current=current_session(),
        form=form,
        times=service.times(),
        default=service.default_times,
        max_hours=MAX_HOURS,
        max_idle_minutes=MAX_IDLE_MINUTES,
    )
