"""Masks: privacy and staff zones, drawn on a camera's picture."""

import json
from dataclasses import replace

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField

from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.zones import Zone, parse_zones
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid
from webapp.services.cameras.camera_settings import CameraSettings
from webapp.web.admin.area import admin, back_to_guide
from webapp.web.admin.cameras.staff_choice import (
    STAFF_FIELD,
    StaffChoiceEntry,
    check_staff_choice,
    needs_staff_choice,
    put_staff_on_record,
    staff_record_of,
)
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires


class ZonesEntry(StaffChoiceEntry):
    """The zones as the page's script sends them: JSON; and where staff stand."""

    zones = HiddenField(id="zones")

    def parsed(self) -> tuple[Zone, ...]:
        """Return them.

        Raises:
            InputInvalid: something of them cannot be used.
        """
        try:
            return parse_zones(current_app.json.loads(self.zones.data or "[]"))
        except ValueError:
            raise InputInvalid(_("Expected zones as JSON; reload the page and draw them again.")) from None


def zones_text(zones: tuple[Zone, ...]) -> str:
    """Return zones as the page's script reads them."""
    return json.dumps([zone.as_dict() for zone in zones])


@admin.route("/cameras/<int:camera_id>/zones", methods=["GET", "POST"])
@requires(Role.ADMIN)
def zones_of_camera(camera_id: int) -> Response | str | tuple[str, int]:
    """The zones of one camera."""
    camera = app_services().cameras.get(camera_id)
    record = staff_record_of(camera)
    chosen = record.content["choice"] if record else None
    entry = ZonesEntry(data={"zones": zones_text(camera.image_settings.zones), "staff": chosen})
    if not entry.is_submitted():
        return _page(entry, camera)
    try:
        if entry.validate():
            _save(camera, entry)
            flash(_("The zones of %(name)s are saved and in effect.", name=camera.name))
            return redirect(back_to_guide(url_for("admin.zones_of_camera", camera_id=camera_id)))
    except InputInvalid as error:
        put_error(entry, error, STAFF_FIELD)
    return _page(entry, camera), 400


def _save(camera: Camera, entry: ZonesEntry) -> None:
    zones, choice = entry.parsed(), entry.staff_choice()
    check_staff_choice(camera.name, choice, zones)
    settings = CameraSettings(replace(camera.image_settings, zones=zones))
    app_services().cameras.change_settings(camera.camera_id, settings, current_person().name)
    put_staff_on_record(camera.camera_id, choice)


def _page(entry: ZonesEntry, camera: Camera) -> str:
    return render_template(
        "admin/cameras/zones.html",
        form=entry,
        camera=camera,
        asks_for_staff=needs_staff_choice(camera),
        record=staff_record_of(camera),
    )
