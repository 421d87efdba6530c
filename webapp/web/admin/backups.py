"""Backups: asked for, listed, downloaded after entering the password again, deleted."""

from collections.abc import Iterator
from pathlib import Path

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.events import EventKind
from webapp.domain.people.roles import Role
from webapp.web.admin.area import admin
from webapp.web.core.app_context import app_services, app_socketio
from webapp.web.core.guards import current_person, requires
from webapp.web.core.security import limiter, login_limit

_PIECE_BYTES = 256 * 1024


@admin.get("/backups")
@requires(Role.ADMIN)
def backups() -> str:
    """The backups, and one that is being made."""
    return _page()


@admin.get("/backups.json")
@requires(Role.ADMIN)
def backups_json() -> Response:
    """Whether one is being made, for the page that waits for it."""
    return jsonify({"is_being_made": app_services().backups.wanted() is not None})


@admin.post("/backups")
@requires(Role.ADMIN)
def make_backup() -> AnyResponse:
    """Ask housekeeping for one."""
    app_services().backups.ask(current_person().name)
    return redirect(url_for("admin.backups"))


@admin.post("/backups/<name>/download")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def download_backup(name: str) -> Response | tuple[str, int]:
    """Send a backup to who enters their password again: it holds pictures and keys."""
    services, me = app_services(), current_person()
    path = services.backups.store.path(name)
    if not services.accounts.is_password_of(me.user_id, request.form.get("password", "")):
        return _page(problem=_("That is not your password. Nothing was sent.")), 403
    services.backups.note(EventKind.BACKUP_DOWNLOADED, me.name, name)
    response = Response(_pieces(path), content_type="application/gzip")
    response.headers["Content-Disposition"] = f'attachment; filename="{path.name}"'
    response.headers["Content-Length"] = str(path.stat().st_size)
    response.headers["Cache-Control"] = "no-store"
    return response


@admin.post("/backups/<name>/remove")
@requires(Role.ADMIN)
def remove_backup(name: str) -> AnyResponse:
    """Delete a backup."""
    app_services().backups.remove(name, current_person().name)
    flash(_("%(name)s is deleted.", name=name))
    return redirect(url_for("admin.backups"))


def _page(problem: str = "") -> str:
    service = app_services().backups
    return render_template(
        "admin/backups.html",
        backups=service.store.list(),
        wanted=service.wanted(),
        failure=service.failure(),
        problem=problem,
    )


def _pieces(path: Path) -> Iterator[bytes]:
    """Read a file in pieces, and let alerts go out between them."""
    sleep = app_socketio().sleep

    def read() -> Iterator[bytes]:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece
                sleep(0)

    return read()
