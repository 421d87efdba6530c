"""The fourth and fifth step: the first camera, and where staff stand at each."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.domain.cameras.cameras import Camera, CameraKind
from webapp.domain.people.roles import Role
from webapp.domain.site.first_day import FirstDayStep
from webapp.domain.site.site_records import RecordKind, SiteRecord, newest
from webapp.errors import InputInvalid
from webapp.web.admin.cameras.drafts import my_draft
from webapp.web.admin.cameras.find_cameras import FoundEntry
from webapp.web.admin.cameras.staff_choice import STAFF_FIELD, StaffChoiceEntry, put_staff_on_record
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import requires
from webapp.web.welcome.area import step_page, welcome


@welcome.get("/camera")
@requires(Role.ADMIN)
def camera() -> str:
    """What the network search has found, and the other ways to a camera."""
    draft = my_draft()
    return step_page(FirstDayStep.CAMERA, form=FoundEntry.of(draft), found=draft.found, cameras=_real_cameras())


@welcome.get("/zones")
@requires(Role.ADMIN)
def zones() -> str:
    """Each camera with what is said of the staff in its picture."""
    return _zones_page()


@welcome.post("/zones/<int:camera_id>")
@requires(Role.ADMIN)
def say_where_staff_stand(camera_id: int) -> Response | tuple[str, int]:
    """Put on record where staff stand at one camera."""
    shown, entry = app_services().cameras.get(camera_id), _entry_of(camera_id)
    try:
        choice = entry.staff_choice() if entry.validate() else None
        if choice is None:
            raise InputInvalid(_("Choose one of the two."), field="choice")
        put_staff_on_record(camera_id, choice)
    except InputInvalid as error:
        put_error(entry, error, STAFF_FIELD)
        return _zones_page({camera_id: entry}), 400
    flash(_("Put on record for %(name)s.", name=shown.name))
    return redirect(url_for("welcome.zones"))


def _zones_page(sent: dict[int, StaffChoiceEntry] | None = None) -> str:
    records, cameras = app_services().site_records.list(), _real_cameras()
    of_cameras = {one.camera_id: newest(records, RecordKind.STAFF_ZONES, one.camera_id) for one in cameras}
    forms = {one.camera_id: _entry_of(one.camera_id, of_cameras[one.camera_id]) for one in cameras}
    return step_page(
        FirstDayStep.ZONES,
        cameras=cameras,
        records=of_cameras,
        gates=app_services().site_records.gates(),
        forms={**forms, **(sent or {})},
        pictured=[one.camera_id for one in cameras if _has_picture(one)],
    )


def _entry_of(camera_id: int, record: SiteRecord | None = None) -> StaffChoiceEntry:
    """Return the form of one camera; its fields have names of their own, as there are several on the page."""
    return StaffChoiceEntry(prefix=f"camera-{camera_id}-", data={"staff": record.content["choice"] if record else None})


def _real_cameras() -> list[Camera]:
    return [one for one in app_services().cameras.list() if one.kind is not CameraKind.DEMO]


def _has_picture(camera: Camera) -> bool:
    return camera.enabled and camera.state.is_connected and app_services().live.newest(camera.camera_id) is not None
