"""Cameras: probed before they are saved, changed, switched off, removed."""

import base64
from contextlib import suppress
from dataclasses import replace

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from webapp.domain.cameras.addresses.hidden_values import without_secrets
from webapp.domain.cameras.cameras import Camera, CameraAddress, CameraKind, parse_camera_address
from webapp.domain.cameras.groups import group_names, is_in_group, split_groups
from webapp.domain.cameras.image_settings import AS_IT_COMES, ImageSettings
from webapp.domain.cameras.names import name_key
from webapp.domain.cameras.source_limits import SINGLE_PICTURES
from webapp.domain.people.roles import Role
from webapp.errors import AlreadyExists, CameraError, CameraUnreachable, InputInvalid
from webapp.services.cameras.camera_secrets import check_secrets_stay_home, host_of
from webapp.services.cameras.camera_settings import MAX_NAME_LENGTH, MAX_PLACE_LENGTH, CameraForm
from webapp.services.cameras.recordings import NO_RECORDING
from webapp.services.dashboard.live_frames import ProbeReport
from webapp.web.admin.area import admin
from webapp.web.audit.audited_views import showed_live
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.input.row_ids import is_row_id
from webapp.web.core.page_facts import page_facts
from webapp.web.core.template_filters import error_words

_MAX_URL_LENGTH = 2000
_MAX_CREDENTIAL_LENGTH = 255
# Of all groups in one line, with room to be told which one is too long.
MAX_GROUPS_LENGTH = 500


class CameraEntry(FlaskForm):
    """A camera as the page asks for it. The stored password is never put into the page."""

    name = StringField(
        lazy("Name"), validators=[DataRequired(lazy("Give the camera a name.")), Length(max=MAX_NAME_LENGTH)]
    )
    url = StringField(
        lazy("Address"), validators=[DataRequired(lazy("Enter the camera's address.")), Length(max=_MAX_URL_LENGTH)]
    )
    username = StringField(lazy("User name"), validators=[Length(max=_MAX_CREDENTIAL_LENGTH)])
    password = PasswordField(lazy("Password"), validators=[Length(max=_MAX_CREDENTIAL_LENGTH)])
    place = StringField(lazy("Place"), validators=[Length(max=MAX_PLACE_LENGTH)])
    groups = StringField(lazy("Groups"), validators=[Length(max=MAX_GROUPS_LENGTH)])
    forget_password = BooleanField(lazy("Forget the stored password"))
    enabled = BooleanField(lazy("Watch this camera"), default=True)

    def camera_form(self) -> CameraForm:
        """Return the entry for the service; an empty password keeps the stored one."""
        kept = "" if self.forget_password.data else None
        password = self.password.data or kept
        return CameraForm(
            self.name.data,
            self.url.data,
            self.username.data or "",
            password,
            self.enabled.data,
            self.place.data or "",
            split_groups(self.groups.data or ""),
        )


@admin.get("/cameras")
@requires(Role.ADMIN)
def cameras() -> str:
    """All cameras."""
    services = app_services()
    zone, everywhere = services.site.zone_of(page_facts().site), services.cameras.list()
    groups, asked = group_names(everywhere), request.args.get("group", "")
    group = next((name for name in groups if name_key(name) == name_key(asked)), "")
    shown = [camera for camera in everywhere if is_in_group(camera, group)]
    return render_template("admin/cameras/cameras.html", cameras=shown, groups=groups, group=group, zone=zone)


@admin.route("/cameras/<int:camera_id>", methods=["GET", "POST"])
@requires(Role.ADMIN)
def change_camera(camera_id: int) -> AnyResponse | str | tuple[str, int]:
    """Change a camera."""
    camera = app_services().cameras.get(camera_id)
    entry = CameraEntry(obj=camera)
    if not entry.is_submitted():
        entry.groups.data = ", ".join(camera.groups)
        return _page(entry, camera)
    if entry.validate():
        try:
            changed = app_services().cameras.change(camera_id, entry.camera_form(), current_person().name)
        except (InputInvalid, AlreadyExists) as error:
            put_error(entry, error)
        else:
            flash(_("%(name)s is saved.", name=changed.name))
            return redirect(url_for("admin.cameras"))
    _take_secrets_out(entry, camera)
    return _page(entry, camera), 400


def _take_secrets_out(entry: "CameraEntry", camera: Camera) -> None:
    """Leave no secret in the address that is shown again, and say that a password in it has to be entered anew."""
    typed = entry.url.data or ""
    entry.url.data = without_secrets(typed)
    with suppress(InputInvalid):
        address = parse_camera_address(typed, entry.username.data or "", entry.password.data or "", chosen=camera.kind)
        entry.username.data = address.username or entry.username.data  # A demo takes none: what was typed stays.
        if address.password and not entry.password.data:
            entry.password.errors = [*entry.password.errors, _("Enter the password again.")]


@admin.post("/cameras/<int:camera_id>/enabled")
@requires(Role.ADMIN)
def switch_camera(camera_id: int) -> AnyResponse:
    """Watch a camera, or stop watching it."""
    camera = app_services().cameras.set_enabled(camera_id, request.form.get("enabled") == "yes", current_person().name)
    switched = _("%(name)s is switched on.") if camera.enabled else _("%(name)s is switched off.")
    flash(switched % {"name": camera.name})
    return redirect(url_for("admin.cameras"))


@admin.post("/cameras/<int:camera_id>/remove")
@requires(Role.ADMIN)
def remove_camera(camera_id: int) -> AnyResponse:
    """Remove a camera; its incidents stay in the log."""
    camera = app_services().cameras.remove(camera_id, current_person().name)
    flash(_("%(name)s is removed. Its incidents stay in the log.", name=camera.name))
    return redirect(url_for("admin.cameras"))


@admin.post("/cameras/probe")
@requires(Role.ADMIN)
def probe_camera() -> Response:
    """Probe a camera before it is saved: what it sends, with a picture, or exactly why not."""
    try:
        report = probed(*_address_to_probe())
    except CameraError as error:
        return jsonify({"found": False, "reason": error.code, "message": error_words(error)})
    return jsonify(probe_message(report))


def _address_to_probe() -> tuple[CameraAddress, str]:
    """Return what is to be probed, and the address that is stored of the camera now."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("url"), str):
        raise BadRequest(_("Expected JSON with the camera's address."))
    username, password = str(sent.get("username") or ""), str(sent.get("password") or "")
    camera_id = sent.get("camera_id")
    if not is_row_id(camera_id):
        return parse_camera_address(sent["url"], username, password), ""
    stored = app_services().cameras.address_of(camera_id)
    address = parse_camera_address(sent["url"], username, password, stored)
    is_home = host_of(stored.url) == host_of(address.url)
    check_secrets_stay_home(stored.url, address.url, is_password_kept=False, typed_url=sent["url"])
    # A stored password is only ever sent to the host that it was stored for.
    if not address.password and stored.password and is_home:
        address = replace(address, username=address.username or stored.username, password=stored.password)
    return address, stored.url


def probed(typed: CameraAddress, kept_url: str = "", image_settings: ImageSettings = AS_IT_COMES) -> ProbeReport:
    """Probe a camera at an address that somebody typed; of a recording one sentence says all that can be wrong.

    Raises:
        CameraError: exactly why there is no picture.
    """
    services = app_services()
    try:
        address = services.cameras.usable_address(typed, kept_url=kept_url)
        return _in_words(services.prober.probe(address, image_settings))
    except (CameraError, InputInvalid):
        if typed.kind is CameraKind.FILE:
            raise CameraUnreachable(NO_RECORDING.text) from None
        raise


def _in_words(report: ProbeReport) -> ProbeReport:
    return replace(report, codec=_("Single pictures")) if report.codec == SINGLE_PICTURES else report


def probe_message(report: ProbeReport) -> dict[str, object]:
    """Return what a camera sends as the pages' scripts read it."""
    showed_live()
    return {
        "found": True,
        "codec": report.codec,
        "width_px": report.width_px,
        "height_px": report.height_px,
        "fps": round(report.fps, 1),
        "picture": "data:image/jpeg;base64," + base64.b64encode(report.snapshot_jpeg).decode(),
    }


def _page(entry: CameraEntry, camera: Camera) -> str:
    return render_template(
        "admin/cameras/camera.html",
        form=entry,
        camera=camera,
        group_names=group_names(app_services().cameras.list()),
        recordings_folder=app_settings().recordings_path,
        usb_cameras=app_services().usb_cameras() if camera.kind is CameraKind.USB else (),
    )
