"""People: added, given another role, locked out, given a new password."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length

from webapp.domain.people.accounts import MAX_USER_NAME, MIN_PASSWORD_LENGTH
from webapp.domain.people.roles import Role
from webapp.errors import AlreadyExists, InputInvalid, LastAdminRequired
from webapp.services.people.passwords import MAX_PASSWORD_LENGTH
from webapp.web.admin.area import admin
from webapp.web.admin.invitations import InvitationEntry
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import ROLE_WORDS, error_words, word
from webapp.web.live.connections import end_connections_of_person

_MADE_UP_BYTES = 12


class UserEntry(FlaskForm):
    """A new person."""

    name = StringField(
        lazy("Name"), validators=[DataRequired(lazy("Enter the name to log in with.")), Length(max=MAX_USER_NAME)]
    )
    role = SelectField(lazy("Role"), choices=[SelectChoice(role.value, words) for role, words in ROLE_WORDS.items()])
    password = PasswordField(lazy("Password"), validators=[Length(max=MAX_PASSWORD_LENGTH)])


@admin.get("/users")
@requires(Role.ADMIN)
def users() -> str:
    """Everybody."""
    return _page(UserEntry(formdata=None))


@admin.post("/users")
@requires(Role.ADMIN)
def add_user() -> str | tuple[str, int]:
    """Add a person; a password that is made up is shown once."""
    entry = UserEntry()
    if not entry.validate():
        return _page(entry), 400
    password = entry.password.data or secrets.token_urlsafe(_MADE_UP_BYTES)
    try:
        user = app_services().accounts.add(
            entry.name.data, entry.role.data, password, current_person().name, must_change_password=True
        )
    except (InputInvalid, AlreadyExists) as error:
        put_error(entry, error)
        return _page(entry), 400
    if entry.password.data:
        flash(_("%(name)s is added.", name=user.name))
        return _page(UserEntry(formdata=None))
    return _password_page(user.name, password, "is added")


@admin.post("/users/<int:user_id>")
@requires(Role.ADMIN)
def change_user(user_id: int) -> Response | tuple[str, int]:
    """Change a person's role or access; their sessions end."""
    enabled = request.form.get("enabled") == "yes"
    try:
        user = app_services().accounts.change(
            user_id, role=request.form.get("role", ""), enabled=enabled, actor=current_person().name
        )
    except LastAdminRequired as error:
        return _page(UserEntry(formdata=None), problem=error_words(error)), 409
    end_connections_of_person(user_id)
    saved = _("%(name)s is saved: %(role)s.") if user.enabled else _("%(name)s is saved: %(role)s, deactivated.")
    flash(saved % {"name": user.name, "role": word(user.role)})
    return redirect(url_for("admin.users"))


@admin.post("/users/<int:user_id>/password")
@requires(Role.ADMIN)
def reset_password(user_id: int) -> str:
    """Give a person a new password, shown once; their sessions end."""
    accounts = app_services().accounts
    name = accounts.get(user_id).name
    password = accounts.reset_password(user_id, actor=current_person().name)
    end_connections_of_person(user_id)
    return _password_page(name, password, "has a new password")


@admin.post("/users/<int:user_id>/ask-for-password")
@requires(Role.ADMIN)
def ask_for_new_password(user_id: int) -> Response:
    """Let a person choose another password before anything else; open pages of theirs go away."""
    user = app_services().accounts.ask_for_new_password(user_id, current_person().name)
    end_connections_of_person(user_id)
    flash(_("%(name)s has to choose another password before anything else.", name=user.name))
    return redirect(url_for("admin.users"))


def _page(entry: UserEntry, problem: str = "") -> str:
    return render_template(
        "admin/users.html",
        form=entry,
        users=app_services().accounts.list(),
        invite_form=InvitationEntry(formdata=None),
        invitations=app_services().invitations.list(),
        problem=problem,
        has_other_ways=app_settings().second_factor != "off" or bool(app_settings().oidc_issuer),
        min_password_length=MIN_PASSWORD_LENGTH,
    )


def _password_page(name: str, password: str, event: str) -> str:
    return render_template("admin/password.html", name=name, password=password, event=event)
