"""Putting a backup back: chosen or uploaded, checked, compared with what is there, ordered with one's own password."""

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.people.roles import Role
from webapp.domain.site.database_address import database_file
from webapp.domain.site.restores import RestoreRefusal
from webapp.errors import BackupFailed, InputInvalid, NotFound
from webapp.services.site.restores import RestoreCheck
from webapp.web.admin.area import admin
from webapp.web.admin.maintenance.backups_page import KIND_WORDS
from webapp.web.core.access.tries import is_own_password
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.guards import current_person, requires
from webapp.web.core.security import limiter, login_limit
from webapp.web.core.template_filters import error_words

UPLOADED = "uploaded"
_MAX_NAME = 120
_REFUSAL_WORDS = {
    RestoreRefusal.NO_BACKUP: lazy("This is no backup of Amends, or it is damaged."),
    RestoreRefusal.CHANGED: lazy("The backup was changed or cut off after it was made."),
    RestoreRefusal.PASSPHRASE: lazy("The passphrase does not open this backup: enter the one that it was made with."),
    RestoreRefusal.FOREIGN: lazy(
        "Another installation made this backup, or it was changed since: people, cameras and tokens in it may be a "
        "stranger’s. If you know where it comes from, say so below and check it again."
    ),
    RestoreRefusal.NEWER: lazy("The backup is from a newer version of Amends: update Amends first."),
    RestoreRefusal.TOO_LARGE: lazy("The backup unpacks to more than fits on the disk, or than its size explains."),
    RestoreRefusal.DISK: lazy("The disk is full: free some storage and try again."),
    RestoreRefusal.BUSY: lazy("Another backup is being checked at this moment: try again when that is done."),
    RestoreRefusal.NOT_CHECKED: lazy("That check has run out. Check the backup again."),
    RestoreRefusal.NO_SAFETY_BACKUP: lazy("A backup of what is there now could not be made first."),
    RestoreRefusal.UNFINISHED: lazy("It ended before anything was replaced."),
}
# Of these kinds there are many causes, and the exact one is for who runs the machine.
_WITH_DETAIL = (RestoreRefusal.NO_BACKUP, RestoreRefusal.NO_SAFETY_BACKUP, RestoreRefusal.UNFINISHED)


@admin.get("/restore")
@requires(Role.ADMIN)
def restore() -> str:
    """What can be put back, what is ready, and what became of the last one."""
    return _page()


@admin.get("/restore.json")
@requires(Role.ADMIN)
def restore_json() -> Response:
    """Whether one is being put back, for the page that waits for it."""
    return jsonify({"is_running": app_services().adapters.restores.is_ordered()})


@admin.post("/restore/upload")
@requires(Role.ADMIN)
def upload_backup() -> Response:
    """Take the next piece of a backup that a browser has."""
    offset = request.args.get("offset", "")
    if not offset.isascii() or not offset.isdigit() or len(offset) > 15:
        raise InputInvalid("Expected where the piece begins, got '%(offset)s'.", offset=offset[:20])
    name = request.args.get("name", "")[:_MAX_NAME]
    try:
        size_bytes = app_services().adapters.restores.upload(name, int(offset), request.get_data())
    except BackupFailed:
        raise InputInvalid("The disk is full: free some storage and try again.") from None
    return jsonify({"size": size_bytes})


@admin.post("/restore/check")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def check_restore() -> AnyResponse | tuple[str, int]:
    """Unpack and check one; nothing is changed by it."""
    try:
        _check_possible()
        app_services().restore_checker.check(_asked())
    except BackupFailed as error:
        refusal = RestoreRefusal(str(error.values.get("cause", RestoreRefusal.NO_BACKUP)))
        return _page(problem=_words(refusal, str(error)), refusal=refusal), 400
    except (InputInvalid, NotFound) as error:
        return _page(problem=error_words(error)), 400
    return redirect(url_for("admin.restore"))


@admin.post("/restore")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def order_restore() -> AnyResponse | str | tuple[str, int]:
    """Have what is ready put back, by who enters their password again."""
    me, plan_id = current_person(), request.form.get("plan", "")
    try:
        _check_possible()
        app_services().restores.check_ready(plan_id)
        if not is_own_password(me, request.form.get("password", "")):
            return _page(password_problem=_("That is not your password. Nothing was changed.")), 403
        app_services().restores.order(plan_id, me.name)
    except (InputInvalid, NotFound) as error:
        return _page(problem=error_words(error)), 400
    return render_template("admin/maintenance/restoring.html")


@admin.post("/restore/cancel")
@requires(Role.ADMIN)
def cancel_restore() -> AnyResponse:
    """Delete what is ready, and what was uploaded."""
    app_services().adapters.restores.forget()
    flash(_("Nothing was changed."))
    return redirect(url_for("admin.restore"))


def _asked() -> RestoreCheck:
    services, name = app_services(), request.form.get("source", "")
    path = services.backups.store.path(name) if name != UPLOADED else None
    if path is None:
        uploaded = services.adapters.restores.uploaded()
        if uploaded is None:
            raise NotFound(_("Choose a file first."))
        path, name = uploaded
    return RestoreCheck(path, name, request.form.get("passphrase", ""), request.form.get("trusted") == "yes")


def _check_possible() -> None:
    """Refuse where nobody would carry it out.

    Raises:
        InputInvalid: the database is no file of ours, or no supervisor runs.
    """
    if database_file(app_settings().sqlalchemy_url) is None:
        raise InputInvalid("The database is on a server of its own: restore it with its tools.")
    if not app_services().system.facts().processes:
        raise InputInvalid("Amends runs without its supervisor here: use the command 'run.py backup restore'.")


def _words(refusal: RestoreRefusal, detail: str) -> str:
    said = str(_REFUSAL_WORDS[refusal])
    return f"{said} ({detail})" if refusal in _WITH_DETAIL and detail else said


def _page(problem: str = "", password_problem: str = "", refusal: RestoreRefusal | None = None) -> str:
    services = app_services()
    plan, outcome = services.restores.plan(), services.adapters.restores.outcome()
    return render_template(
        "admin/maintenance/restore.html",
        is_on_server=database_file(app_settings().sqlalchemy_url) is None,
        backups=services.backups.store.list(),
        words=KIND_WORDS,
        chosen=request.values.get("source") or request.args.get("name", ""),
        uploaded=services.adapters.restores.uploaded(),
        plan=plan,
        loss=services.restores.loss(plan) if plan else None,
        problem=problem,
        password_problem=password_problem,
        asks_passphrase=refusal is RestoreRefusal.PASSPHRASE,
        asks_trust=refusal is RestoreRefusal.FOREIGN,
        outcome=outcome,
        refused=_words(outcome.refusal, outcome.detail) if outcome and outcome.refusal else "",
        rule=services.retention.rule(),
    )
