"""The product's name, the notice, and the sign to print."""

from dataclasses import replace
from zoneinfo import available_timezones

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from webapp.domain.people.roles import Role
from webapp.domain.site.reach import reach_of
from webapp.domain.site.site import DEFAULT_PURPOSE, LANGUAGES, Site
from webapp.errors import InputInvalid, PictureFailed, TooBusy
from webapp.services.site.logos import MAX_LOGO_BYTES, MAX_LOGO_SIDE_PX
from webapp.web.admin.area import admin
from webapp.web.core.access.outside_address import outside_address
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import error_words, purpose, qr_code

# The other names are old ones for the same, or no place at all.
_WORLD = frozenset(("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"))


class SiteEntry(FlaskForm):
    """What an admin says of the site."""

    product_name = StringField(lazy("Name of this product"))
    operator = StringField(lazy("Who uses it"))
    purpose = TextAreaField(lazy("Why"))
    contact = StringField(lazy("Whom people may ask"))
    public_url = StringField(lazy("Address of this server"))
    time_zone = SelectField(lazy("Time zone"), choices=lambda: time_zone_choices())
    language = SelectField(lazy("Language"), choices=lambda: language_choices())

    def site(self) -> Site:
        """Return the entry.

        Raises:
            InputInvalid: something of it cannot be used.
        """
        text = self.purpose.data.strip()
        return Site(
            product_name=self.product_name.data.strip(),
            operator=self.operator.data.strip(),
            # Ours is kept as it is, so that each page says it in its own language.
            purpose=DEFAULT_PURPOSE if text == purpose(Site()) else text,
            contact=self.contact.data.strip(),
            public_url=self.public_url.data.strip().rstrip("/"),
            time_zone=self.time_zone.data,
            language=self.language.data,
        )


@admin.route("/notice", methods=["GET", "POST"])
@requires(Role.ADMIN)
def site() -> Response | str | tuple[str, int]:
    """The words that people are told."""
    service = app_services().site
    entry = SiteEntry(obj=_shown())
    if not entry.is_submitted():
        return _page(entry)
    try:
        if entry.validate():
            service.change(entry.site(), current_person().name)
            flash(_("Saved. The notice says so from now on; print the sign again."))
            return redirect(url_for("admin.site"))
    except InputInvalid as error:
        put_error(entry, error)
    return _page(entry), 400


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


def time_zone_choices() -> list[SelectChoice]:
    """Return the places of the world by their IANA names, as a form offers them."""
    places = (name for name in available_timezones() if name.split("/")[0] in _WORLD)
    named = [SelectChoice(name, name.replace("_", " ")) for name in sorted(places)]
    return [SelectChoice("", lazy("As this machine")), *named, SelectChoice("UTC", "UTC")]


def language_choices() -> list[SelectChoice]:
    """Return the languages of the pages, each by its own name."""
    return [
        SelectChoice("", lazy("As each browser asks")),
        *(SelectChoice(code, name) for code, name in LANGUAGES.items()),
    ]


def _shown() -> Site:
    held = app_services().site.get()
    return replace(held, purpose=purpose(held))


def _page(entry: SiteEntry, logo_problem: str = "") -> str:
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
    )
