"""Pages that had another address up to version 0.1: bookmarks lead on."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from webapp.domain.people.roles import Role
from webapp.web.core.guards import requires

moved = Blueprint("moved", __name__)


@moved.get("/try")
@requires(Role.STAFF)
def photo_test() -> Response:
    """The test of a photo."""
    return redirect(url_for("photo_test.empty"), 308)


@moved.get("/admin/cameras/<int:camera_id>/looks")
@requires(Role.ADMIN)
def camera_settings(camera_id: int) -> Response:
    """A camera's image settings and schedule."""
    return redirect(url_for("admin.settings_of_camera", camera_id=camera_id), 308)


@moved.get("/admin/cameras/<int:camera_id>/masks")
@requires(Role.ADMIN)
def zones(camera_id: int) -> Response:
    """A camera's zones."""
    return redirect(url_for("admin.zones_of_camera", camera_id=camera_id), 308)
