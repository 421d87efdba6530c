"""A visitor's request: what is kept of a camera and a time, handed over or deleted with proof."""

from collections.abc import Iterable

import structlog
from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.widgets import DateTimeLocalInput

from webapp.domain.people.roles import Role
from webapp.domain.site.compliance.visits import MOST_SPAN, Place, Visit
from webapp.errors import AmendsError, IncidentConflict, InputInvalid
from webapp.services.compliance.visits import MOST_SHOWN
from webapp.web.admin.area import admin
from webapp.web.admin.compliance.handed_over import zipped
from webapp.web.admin.compliance.times import site_times
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import error_words

_log = structlog.get_logger("webapp.web")


class VisitEntry(FlaskForm):
    """Where and when someone was."""

    place = SelectField(lazy("Camera"), choices=lambda: place_choices(app_services().visits.places()))
    begin = StringField(lazy("From"), widget=DateTimeLocalInput())
    end = StringField(lazy("To"), widget=DateTimeLocalInput())

    def visit(self) -> Visit:
        """Return the entry.

        Raises:
            InputInvalid: something of it cannot be used.
        """
        return app_services().visits.visit(self.place.data or "", self.begin.data or "", self.end.data or "")


@admin.get("/compliance/request")
@requires(Role.ADMIN)
def visitor_request() -> str | tuple[str, int]:
    """What is kept of a camera and a time, once both are entered."""
    entry = _entry(request.args)
    if "begin" not in request.args:
        return _page(entry)
    try:
        return _page(entry, entry.visit())
    except InputInvalid as error:
        put_error(entry, error)
        return _page(entry), 400


@admin.post("/compliance/request/export")
@requires(Role.ADMIN)
def export_visit() -> Response | tuple[str, int]:
    """The alerts that are the visitor's, as one file for them."""
    services, entry, chosen = app_services(), _entry(request.form), _chosen()
    visit: Visit | None = None
    try:
        visit = entry.visit()
        handed = services.visits.hand_over(visit, chosen, current_person().name)
    except InputInvalid as error:
        return _refused(entry, visit, error, chosen)
    answer = Response(zipped(visit, handed, services.site.get(), services.clock.now()), content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="visit.zip"'
    return answer


@admin.post("/compliance/request/delete")
@requires(Role.ADMIN)
def delete_visit() -> AnyResponse | tuple[str, int]:
    """Delete what is kept of a camera and a time, for good."""
    services, entry = app_services(), _entry(request.form)
    visit: Visit | None = None
    try:
        visit = entry.visit()
        if request.form.get("sure") != "yes":
            raise InputInvalid(_("Tick the box first: what is deleted cannot be brought back."), field="sure")
        proof = services.visits.delete(visit, current_person().name, services.storage.state().alerts)
    except (InputInvalid, IncidentConflict) as error:
        return _refused(entry, visit, error)
    except OSError:
        _log.exception("picture_not_deleted")
        problem = _(
            "A picture could not be deleted; the log on System says why. Delete again: what went so far is on record."
        )
        return _page(entry, visit, problems={"sure": problem}), 500
    return redirect(url_for("admin.deletion_proof", proof_id=proof.proof_id), 303)


@admin.get("/compliance/request/<int:proof_id>")
@requires(Role.ADMIN)
def deletion_proof(proof_id: int) -> str:
    """What one deletion did, to be printed."""
    services = app_services()
    zone = services.site.zone()
    return render_template(
        "admin/compliance/proof.html",
        proof=services.visits.proof(proof_id),
        site=services.site.get(),
        zone=zone.key,
        at_site=site_times(zone),
    )


def place_choices(places: Iterable[Place]) -> list[SelectChoice]:
    """Return the places as a form offers them."""
    return [
        SelectChoice(one.key, one.name if one.camera_id is not None else _("%(name)s (removed)", name=one.name))
        for one in places
    ]


def _entry(sent: MultiDict[str, str]) -> VisitEntry:
    # What is sent is checked as a whole, by `VisitService.visit`; the token of a form that deletes, for each request.
    return VisitEntry(formdata=sent, meta={"csrf": False})


def _chosen() -> frozenset[int]:
    return frozenset(int(one[:12]) for one in request.form.getlist("incident") if one.isascii() and one.isdigit())


def _refused(
    entry: VisitEntry, visit: Visit | None, error: AmendsError, chosen: frozenset[int] = frozenset()
) -> tuple[str, int]:
    """Show the page again, with all that was entered and what is wrong with it."""
    field = getattr(error, "field", "")
    if field in entry:
        put_error(entry, error)
        return _page(entry, visit, chosen=chosen), 400
    problems = {field or "sure": error_words(error)}
    return _page(entry, visit, problems=problems, chosen=chosen), 409 if isinstance(error, IncidentConflict) else 400


def _page(
    entry: VisitEntry,
    visit: Visit | None = None,
    *,
    problems: dict[str, str] | None = None,
    chosen: frozenset[int] = frozenset(),
) -> str:
    services = app_services()
    zone = services.site.zone()
    return render_template(
        "admin/compliance/request.html",
        form=entry,
        found=services.visits.find(visit) if visit else None,
        proofs=services.visits.proofs()[:MOST_SHOWN],
        problems=problems or {},
        chosen=chosen,
        most_shown=MOST_SHOWN,
        most_hours=MOST_SPAN.days * 24,
        zone=zone.key,
        at_site=site_times(zone),
    )
