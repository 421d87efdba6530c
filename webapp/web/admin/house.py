"""The product's name, the notice, and the sign to print."""

import io

import segno
from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from webapp.domain.house import House
from webapp.domain.roles import Role
from webapp.errors import InputInvalid
from webapp.web.admin.area import actor, admin
from webapp.web.guards import requires
from webapp.web.wiring import app_services


class HouseEntry(FlaskForm):
    """What an admin says of the house."""

    product_name = StringField("Name of this product")
    operator = StringField("Who uses it")
    purpose = TextAreaField("Why")
    contact = StringField("Whom people may ask")
    public_url = StringField("Address of this server")

    def house(self) -> House:
        """Return the entry.

        Raises:
            InputInvalid: something of it cannot be used.
        """
        return House(
            product_name=self.product_name.data.strip(),
            operator=self.operator.data.strip(),
            purpose=self.purpose.data.strip(),
            contact=self.contact.data.strip(),
            public_url=self.public_url.data.strip().rstrip("/"),
        )


@admin.route("/notice", methods=["GET", "POST"])
@requires(Role.ADMIN)
def house() -> Response | str | tuple[str, int]:
    """The words that people are told."""
    service = app_services().desk.house
    entry = HouseEntry(obj=service.get())
    if not entry.is_submitted():
        return _page(entry)
    try:
        if entry.validate():
            service.change(entry.house(), actor() or "")
            flash("Saved. The notice says so from now on; print the sign again.")
            return redirect(url_for("admin.house"))
    except InputInvalid as error:
        entry.form_errors.append(str(error))
    return _page(entry), 400


@admin.get("/notice/sign")
@requires(Role.ADMIN)
def sign() -> str:
    """A sign for the door, A4, with a QR code that leads to the notice."""
    services = app_services()
    shown, address = services.desk.house.get(), _notice_address()
    return render_template(
        "admin/sign.html", house=shown, rule=services.desk.retention.rule(), address=address, code=qr_code(address)
    )


def qr_code(address: str) -> Markup:
    """Return a QR code as an SVG picture, made here: no other machine learns of it."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", xmldecl=False, svgns=False, omitsize=True)
    # What it is made of is a path of our own drawing; the address is in its shape alone.
    return Markup(picture.getvalue().decode())  # noqa: S704


def _notice_address() -> str:
    public_url = app_services().desk.house.get().public_url
    return (
        f"{public_url}{url_for('notice.notice_page')}" if public_url else url_for("notice.notice_page", _external=True)
    )


def _page(entry: HouseEntry) -> str:
    house = app_services().desk.house.get()
    return render_template("admin/house.html", form=entry, house=house, address=_notice_address())
