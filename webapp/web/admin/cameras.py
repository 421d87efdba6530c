"""Cameras: looked at before they are saved, changed, switched off, removed."""

import base64
from urllib.parse import urlsplit

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from webapp.domain.cameras import Camera, CameraAddress, parse_camera_address
from webapp.domain.roles import Role
from webapp.errors import AlreadyExists, CameraError, InputInvalid
from webapp.services.cameras import MAX_NAME_LENGTH, CameraForm
from webapp.services.live import ProbeReport
from webapp.web.admin.area import actor, admin
from webapp.web.guards import requires
from webapp.web.wiring import app_services

_MAX_URL_LENGTH = 2000
_MAX_CREDENTIAL_LENGTH = 255


class CameraEntry(FlaskForm):
    """A camera as the page asks for it. The stored password is never put into the page."""

    name = StringField("Name", validators=[DataRequired("Give the camera a name."), Length(max=MAX_NAME_LENGTH)])
    url = StringField("Address", validators=[DataRequired("Enter the camera's address."), Length(max=_MAX_URL_LENGTH)])
    username = StringField("User name", validators=[Length(max=_MAX_CREDENTIAL_LENGTH)])
    password = PasswordField("Password", validators=[Length(max=_MAX_CREDENTIAL_LENGTH)])
    forget_password = BooleanField("Forget the stored password")
    enabled = BooleanField("Watch this camera", default=True)

    def camera_form(self, *, keeps_password: bool) -> CameraForm:
        """Return the entry for the service; an empty password keeps the stored one, if there is one to keep."""
        kept = None if keeps_password and not self.forget_password.data else ""
        password = self.password.data or kept
        return CameraForm(self.name.data, self.url.data, self.username.data or "", password, self.enabled.data)


@admin.get("/cameras")
@requires(Role.ADMIN)
def cameras() -> str:
    """All cameras."""
    return render_template("admin/cameras.html", cameras=app_services().cameras.list())


@admin.route("/cameras/new", methods=["GET", "POST"])
@requires(Role.ADMIN)
def add_camera() -> AnyResponse | str | tuple[str, int]:
    """Register a camera."""
    entry = CameraEntry()
    if not entry.is_submitted():
        return _page(entry)
    if entry.validate():
        try:
            added = app_services().cameras.add(entry.camera_form(keeps_password=False), actor())
        except (InputInvalid, AlreadyExists) as error:
            _put_beside_field(entry, error)
        else:
            flash(f"{added.name} is added. Its picture appears on the dashboard within seconds.")
            return redirect(url_for("admin.cameras"))
    return _page(entry), 400


@admin.route("/cameras/<int:camera_id>", methods=["GET", "POST"])
@requires(Role.ADMIN)
def change_camera(camera_id: int) -> AnyResponse | str | tuple[str, int]:
    """Change a camera."""
    camera = app_services().cameras.get(camera_id)
    entry = CameraEntry(obj=camera)
    if not entry.is_submitted():
        return _page(entry, camera)
    if entry.validate():
        try:
            changed = app_services().cameras.change(camera_id, entry.camera_form(keeps_password=True), actor())
        except (InputInvalid, AlreadyExists) as error:
            _put_beside_field(entry, error)
        else:
            flash(f"{changed.name} is saved.")
            return redirect(url_for("admin.cameras"))
    return _page(entry, camera), 400


@admin.post("/cameras/<int:camera_id>/enabled")
@requires(Role.ADMIN)
def switch_camera(camera_id: int) -> AnyResponse:
    """Watch a camera, or stop watching it."""
    camera = app_services().cameras.set_enabled(camera_id, request.form.get("enabled") == "yes", actor())
    flash(f"{camera.name} is switched {'on' if camera.enabled else 'off'}.")
    return redirect(url_for("admin.cameras"))


@admin.post("/cameras/<int:camera_id>/remove")
@requires(Role.ADMIN)
def remove_camera(camera_id: int) -> AnyResponse:
    """Remove a camera; its incidents stay in the log."""
    camera = app_services().cameras.remove(camera_id, actor())
    flash(f"{camera.name} is removed. Its incidents stay in the log.")
    return redirect(url_for("admin.cameras"))


@admin.post("/cameras/probe")
@requires(Role.ADMIN)
def probe_camera() -> Response:
    """Look at a camera before it is saved: what it sends, with a picture, or exactly why not."""
    try:
        report = app_services().prober.probe(_address_to_probe())
    except CameraError as error:
        return jsonify({"found": False, "reason": error.reason, "message": str(error)})
    return jsonify(_probe_message(report))


def _address_to_probe() -> CameraAddress:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("url"), str):
        raise BadRequest("Expected JSON with the camera's address.")
    username, password = str(sent.get("username") or ""), str(sent.get("password") or "")
    address = parse_camera_address(sent["url"], username, password)
    camera_id = sent.get("camera_id")
    if address.password or not isinstance(camera_id, int):
        return address
    stored = app_services().cameras.address_of(camera_id)
    # A stored password is only ever sent to the host that it was stored for.
    if stored.password and urlsplit(stored.url)[:2] == urlsplit(address.url)[:2]:
        return CameraAddress(address.url, address.username or stored.username, stored.password)
    return address


def _probe_message(report: ProbeReport) -> dict[str, object]:
    return {
        "found": True,
        "codec": report.codec,
        "width_px": report.width_px,
        "height_px": report.height_px,
        "fps": round(report.fps, 1),
        "picture": "data:image/jpeg;base64," + base64.b64encode(report.snapshot_jpeg).decode(),
    }


def _put_beside_field(entry: CameraEntry, error: Exception) -> None:
    text = str(error)
    by_word = (("password again", entry.password), ("called", entry.name), ("camera name", entry.name))
    field = next((field for word, field in by_word if word in text), entry.url)
    field.errors = [*field.errors, text]


def _page(entry: CameraEntry, camera: Camera | None = None) -> str:
    return render_template("admin/camera.html", form=entry, camera=camera)
