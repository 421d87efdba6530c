"""Backups: asked for, listed, downloaded after entering the password again, deleted."""

from collections.abc import Iterator
from pathlib import Path

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.events import EventKind
from webapp.domain.people.roles import Role
from webapp.domain.site.backups import BackupKind
from webapp.domain.site.database_address import database_file
from webapp.errors import InputInvalid
from webapp.web.admin.area import admin
from webapp.web.admin.maintenance.backups_page import backups_page
from webapp.web.audit.refused_requests import NOTED_APART
from webapp.web.core.access.tries import is_own_password
from webapp.web.core.app_context import app_services, app_settings, app_socketio
from webapp.web.core.guards import current_person, requires, signed_in_user
from webapp.web.core.security import limiter, login_limit

_PIECE_BYTES = 256 * 1024


@admin.get("/backups")
@requires(Role.ADMIN)
def backups() -> str:
    """The backups, and one that is being made."""
    return backups_page()


@admin.get("/backups.json")
@requires(Role.ADMIN)
def backups_json() -> Response:
    """Whether one is being made, for the page that waits for it."""
    return jsonify({"is_being_made": app_services().backups.wanted() is not None})


@admin.post("/backups")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def make_backup() -> AnyResponse | tuple[str, int]:
    """Ask housekeeping for one; for one in clear only after entering the password again."""
    if database_file(app_settings().sqlalchemy_url) is None:
        raise InputInvalid("The database is on a server of its own: make backups of it with its tools.")
    service = app_services().backups
    kind = request.form.get("kind") or service.store.kinds()[0]
    if kind not in service.store.kinds():
        raise InputInvalid("Expected a kind of backup, got '%(kind)s'.", kind=kind[:60])
    if kind == BackupKind.CLEAR and not _is_password_right():
        return backups_page(problem=_("That is not your password. No backup is made.")), 403
    service.ask(current_person().name, BackupKind(kind))
    return redirect(url_for("admin.backups"))


@admin.post("/backups/<name>/download")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def download_backup(name: str) -> Response | tuple[str, int]:
    """Send a backup to who enters their password again: it holds pictures and keys."""
    services, me = app_services(), current_person()
    path = services.backups.store.path(name)
    if not _is_password_right():
        return backups_page(problem=_("That is not your password. Nothing was sent.")), 403
    services.backups.note(EventKind.BACKUP_DOWNLOADED, me.name, name)
    response = Response(_pieces(path), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{path.name}"'
    response.headers["Content-Length"] = str(path.stat().st_size)
    return response


@admin.post("/backups/<name>/remove")
@requires(Role.ADMIN)
def remove_backup(name: str) -> AnyResponse:
    """Delete a backup."""
    app_services().backups.remove(name, current_person().name)
    flash(_("%(name)s is deleted.", name=name))
    return redirect(url_for("admin.backups"))


@admin.after_request
def note_refusal(response: Response) -> Response:
    """Put a refused download, or a refused backup in clear, into the audit trail: wrong role or wrong password."""
    user = signed_in_user() if request.endpoint in NOTED_APART and response.status_code == 403 else None
    if user:
        name = str((request.view_args or {}).get("name", ""))[:60]
        app_services().backups.note(EventKind.BACKUP_REFUSED, user.name, name)
    return response


def _is_password_right() -> bool:
    return is_own_password(current_person(), request.form.get("password", ""))


def _pieces(path: Path) -> Iterator[bytes]:
    """Read a file in pieces, and let alerts go out between them."""
    sleep = app_socketio().sleep

    def read() -> Iterator[bytes]:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece
                sleep(0)

    return read()


@admin.post("/backups/damaged/dismiss")
@requires(Role.ADMIN)
def dismiss_damaged() -> AnyResponse:
    """Say no more that a damaged database was set aside."""
    app_services().damaged_databases.dismiss()
    return redirect(url_for("staff.dashboard"), 303)
