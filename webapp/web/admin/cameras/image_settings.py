"""Image settings, analysis rate, detector and schedule of a camera."""

from typing import Literal

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, FloatField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional

from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.schedule import OpeningHours
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid
from webapp.services.cameras.camera_settings import MIN_ANALYSIS_FPS, CameraSettings
from webapp.web.admin.area import admin
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.input.week_hours import WeekHoursFields, days_of
from webapp.web.core.template_filters import closed_words

TURN_CHOICES = [
    SelectChoice("0", lazy("Not rotated")),
    SelectChoice("90", lazy("A quarter to the right")),
    SelectChoice("180", lazy("Upside down")),
    SelectChoice("270", lazy("A quarter to the left")),
]
_DETECTOR_NAMES = {
    Detector.CHAIN: lazy("BlazeFace and Haar cascade"),
    Detector.HAAR: lazy("Haar cascade alone"),
    Detector.BLAZEFACE: lazy("BlazeFace alone"),
}
_HOURS_CHOICES = [SelectChoice("always", lazy("Always")), SelectChoice("opening", lazy("Only within the hours below"))]


class ImageSettingsEntry(FlaskForm):
    """How the picture is turned."""

    turn_deg = SelectField(lazy("Rotation"), choices=TURN_CHOICES)
    is_mirrored = BooleanField(lazy("Mirror left and right"))

    def image_settings(self, before: ImageSettings) -> ImageSettings:
        """Return the entry; the zones turn with the picture."""
        return before.turned(int(self.turn_deg.data), is_mirrored=self.is_mirrored.data)


class CameraSettingsEntry(WeekHoursFields, ImageSettingsEntry):
    """Everything about how one camera is analysed but its zones. A day's hours are text, such as 07:00-12:00."""

    analysis_fps = FloatField(lazy("Analysis rate (fps)"), validators=[Optional()])
    detector = SelectField(lazy("Detector"))
    hours = SelectField(lazy("Analyse faces"), choices=_HOURS_CHOICES)

    def settings(self, before: Camera) -> CameraSettings:
        """Return the entry for the service.

        Raises:
            InputInvalid: hours or rate cannot be used.
        """
        return CameraSettings(
            self.image_settings(before.image_settings), self._opening(), self.analysis_fps.data or 0.0, self._detector()
        )

    def _detector(self) -> Detector | Literal[""]:
        return Detector(self.detector.data) if self.detector.data else ""

    def _opening(self) -> OpeningHours:
        if self.hours.data == "always":
            return OpeningHours()
        spans = self.spans()
        if not spans and not self.has_wrong_day:
            raise InputInvalid(
                _("Expected hours on at least one day. To analyse nothing at all, switch the camera off.")
            )
        return OpeningHours(spans)


@admin.route("/cameras/<int:camera_id>/settings", methods=["GET", "POST"])
@requires(Role.ADMIN)
def settings_of_camera(camera_id: int) -> Response | str | tuple[str, int]:
    """Turn, rate, detector and hours of one camera."""
    camera = app_services().cameras.get(camera_id)
    entry = CameraSettingsEntry(data=_entry_of(camera))
    most_fps = app_settings().analysis_fps
    entry.analysis_fps.validators = [Optional(), NumberRange(MIN_ANALYSIS_FPS, most_fps)]
    entry.detector.choices = _detector_choices()
    if not entry.is_submitted():
        return _page(entry, camera)
    try:
        if entry.validate():
            settings = entry.settings(camera)
            if not entry.has_wrong_day:
                app_services().cameras.change_settings(camera_id, settings, current_person().name)
                flash(_("Image settings and schedule of %(name)s are saved.", name=camera.name))
                return redirect(url_for("admin.settings_of_camera", camera_id=camera_id))
    except InputInvalid as error:
        put_error(entry, error)
    return _page(entry, camera), 400


def _detector_choices() -> list[SelectChoice]:
    for_all = _DETECTOR_NAMES[Detector(app_settings().detector)]
    each = [SelectChoice(kind.value, name) for kind, name in _DETECTOR_NAMES.items()]
    return [SelectChoice("", _("As for all cameras: %(detector)s", detector=for_all)), *each]


def _entry_of(camera: Camera) -> dict[str, object]:
    return {
        "turn_deg": str(camera.image_settings.turn_deg),
        "is_mirrored": camera.image_settings.is_mirrored,
        "analysis_fps": camera.analysis_fps,
        "detector": camera.detector or "",
        "hours": "always" if camera.opening.is_always else "opening",
        **days_of(camera.opening),
    }


def _page(entry: CameraSettingsEntry, camera: Camera) -> str:
    services = app_services()
    zone, now = services.site.zone(), services.clock.now()
    schedule = camera.opening.state(now, zone)
    return render_template(
        "admin/cameras/image_settings.html",
        form=entry,
        camera=camera,
        most_fps=app_settings().analysis_fps,
        zone_name=str(zone),
        now=now.astimezone(zone),
        closed="" if schedule.is_open else closed_words(schedule.opens_at, zone),
    )
