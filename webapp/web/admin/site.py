"""The product's name, the notice, and the sign to print."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.domain.people.roles import Role
from webapp.domain.site.reach import reach_of
from webapp.domain.site.site import Site
from webapp.errors import AnalysisWouldStop, InputInvalid, PictureFailed, TooBusy
from webapp.services.site.logos import MAX_LOGO_BYTES, MAX_LOGO_SIDE_PX
from webapp.web.admin.area import admin
from webapp.web.admin.site_forms import SiteEntry, shown_site
from webapp.web.admin.site_on_record import RecordsEntry, on_record, records_entry, save_site
from webapp.web.audit.record_words import BASIS_WORDS
from webapp.web.core.access.outside_address import outside_address
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import error_words, qr_code


@admin.route("/notice", methods=["GET", "POST"])
@requires(Role.ADMIN)
def site() -> Response | str | tuple[str, int]:
    """The words that people are told."""
    entry, records = SiteEntry(obj=_shown()), records_entry()
    if not entry.is_submitted():
        return _page(entry)
    stops = ""
    try:
        if entry.validate():
            save_site(entry.site(app_services().site.get()), records)
            flash(_("Saved. The notice says so from now on; print the sign again."))
            return redirect(url_for("admin.site"))
    except AnalysisWouldStop as error:
        stops = str(error.values["cameras"])
    except InputInvalid as error:
        put_error(records if error.field in records else entry, error)
    return _page(entry, records=records, stops=stops), 409 if stops else 400


@admin.post("/notice/records")
@requires(Role.ADMIN)
def record_site() -> Response | tuple[str, int]:
    """Purpose and notice, put on record as the site words them now."""
    service, records = app_services().site_records, records_entry()
    try:
        service.change_site(service.site.get(), current_person().name, records.records())
    except InputInvalid as error:
        put_error(records, error)
        return _page(SiteEntry(formdata=None, obj=_shown()), records=records), 400
    flash(_("Purpose and notice are on record."))
    return redirect(url_for("admin.site"))


@admin.post("/notice/logo")
@requires(Role.ADMIN)
def change_logo() -> Response | tuple[str, int]:
    """Another logo; what holds stays where the new one cannot be used."""
    sent = request.files.get("logo")
    try:
        if sent is None or not sent.filename:
            raise InputInvalid(_("Choose a picture first."))
        drawn = app_services().studio.draw(sent.stream.read(MAX_LOGO_BYTES + 1))
    except (InputInvalid, PictureFailed, TooBusy) as error:
        return _page(SiteEntry(formdata=None, obj=_shown()), logo_problem=error_words(error)), 400
    app_services().logos.change(drawn, current_person().name)
    flash(_("Saved. The logo is on every page from now on; print the sign again."))
    return redirect(url_for("admin.site"))


@admin.post("/notice/logo/remove")
@requires(Role.ADMIN)
def remove_logo() -> Response:
    """Amends' own icon again."""
    app_services().logos.remove(current_person().name)
    flash(_("The logo is removed."))
    return redirect(url_for("admin.site"))


@admin.get("/notice/sign")
@requires(Role.ADMIN)
def sign() -> str:
    """A sign for the door, A4, with a QR code that leads to the notice; none while the notice is unfinished."""
    services = app_services()
    shown, address = services.site.get(), outside_address("notice.notice_page")
    return render_template(
        "admin/sign.html",
        site=shown,
        missing=[(name, SiteEntry(formdata=None)[name].label.text) for name in shown.missing],
        rule=services.retention.rule(),
        address=address,
        reach=reach_of(address).value,
        code=qr_code(address),
    )


def _shown() -> Site:
    return shown_site(app_services().site.get())


def _page(entry: SiteEntry, logo_problem: str = "", *, records: RecordsEntry | None = None, stops: str = "") -> str:
    """Return the page.

    Args:
        entry: what is said of the site.
        logo_problem: why a picture cannot be the logo.
        records: what is put on record, as it was typed; None where nothing was.
        stops: the cameras that would analyse nobody with these words.
    """
    service = app_services().site
    return render_template(
        "admin/site.html",
        form=entry,
        site=service.get(),
        address=(address := outside_address("notice.notice_page")),
        reach=reach_of(address).value,
        machine_zone=service.machine_zone,
        logo_problem=logo_problem,
        max_logo_kb=MAX_LOGO_BYTES // 1024,
        max_logo_px=MAX_LOGO_SIDE_PX,
        records=records or records_entry(),
        is_asked=records is not None and (bool(stops) or request.form.get("act") == "record"),
        stops=stops,
        known=on_record(),
        zone=service.zone(),
        basis_words=BASIS_WORDS,
    )
