"""Where staff stand in a camera's picture: asked beside its zones, and put on record."""

from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from webapp.domain.cameras.cameras import Camera, CameraKind
from webapp.domain.cameras.zones import Zone, ZoneKind
from webapp.domain.site.site_records import RecordKind, SiteRecord, StaffChoice, newest, staff_zones_record
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person

STAFF_WORDS = {
    StaffChoice.AS_DRAWN: lazy("Where the staff zones are drawn, and nowhere else"),
    StaffChoice.NO_STAFF_IN_VIEW: lazy("No staff are in view"),
}
STAFF_QUESTION = lazy("Where do staff stand?")
STAFF_CHOICES = [SelectChoice(choice.value, words) for choice, words in STAFF_WORDS.items()]
# The record calls it otherwise than the forms, in which there are other choices.
STAFF_FIELD = {"choice": "staff"}


class StaffChoiceEntry(FlaskForm):
    """Where staff stand; nothing chosen leaves what is on record."""

    staff = RadioField(STAFF_QUESTION, choices=STAFF_CHOICES, validators=[Optional()])

    def staff_choice(self) -> StaffChoice | None:
        """Return what was chosen; None where nothing was, or nothing of it can be put on record."""
        chosen = self.staff.data if "staff" in self else None
        return StaffChoice(chosen) if chosen in set(StaffChoice) else None


def staff_record_of(camera: Camera) -> SiteRecord | None:
    """Return what is on record of a camera's staff; None where nothing is."""
    return newest(app_services().site_records.list(), RecordKind.STAFF_ZONES, camera.camera_id)


def needs_staff_choice(camera: Camera) -> bool:
    """Return whether staff may be in a camera's picture at all."""
    return camera.kind is not CameraKind.DEMO


def check_staff_choice(name: str, choice: StaffChoice | None, zones: tuple[Zone, ...]) -> None:
    """Say before anything is saved what could not be put on record.

    Raises:
        InputInvalid: zones are said to be drawn, and none is.
    """
    if choice is not None:
        staff_zones_record(name, choice, _staff_zones(zones))


def put_staff_on_record(camera_id: int, choice: StaffChoice | None) -> None:
    """Put on record where staff stand; what is on record just so already is not put there again.

    Raises:
        InputInvalid: zones are said to be drawn, and none is.
    """
    camera = app_services().cameras.get(camera_id)
    if choice is None or not needs_staff_choice(camera):
        return
    before, zones = staff_record_of(camera), camera.image_settings.zones
    if before is None or before.content != staff_zones_record(camera.name, choice, _staff_zones(zones)):
        app_services().site_records.record_staff_zones(camera_id, choice, current_person().name)


def _staff_zones(zones: tuple[Zone, ...]) -> int:
    return sum(zone.kind is ZoneKind.STAFF for zone in zones)
