"""A camera's own page for help: why it is offline, what was tried, and what to do; staff see the plain words of it."""

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.cameras.camera_causes import Advice, advice_of
from webapp.domain.cameras.camera_check import StepMark, StepName
from webapp.domain.people.roles import Role
from webapp.services.dashboard.camera_help import CameraHelp
from webapp.web.core.app_context import app_services
from webapp.web.core.error_pages import wants_json
from webapp.web.core.guards import current_person, requires
from webapp.web.core.languages import page_language, translated
from webapp.web.core.page_facts import page_facts
from webapp.web.core.template_filters import error_words

camera_help = Blueprint("camera_help", __name__)

STEP_WORDS = {
    StepName.NAME: lazy("Name"),
    StepName.PORT: lazy("Port"),
    StepName.LOG_IN: lazy("Log-in"),
    StepName.DEVICE: lazy("Device"),
    StepName.FILE: lazy("File"),
    StepName.PAIRING: lazy("Pairing"),
    StepName.STREAM: lazy("Stream"),
    StepName.PICTURE: lazy("Picture"),
}
# Colour and icon as state badges have them, and the words.
MARK_LOOKS = {
    StepMark.PASSED: ("green", "circle-check", lazy("Passed")),
    StepMark.FAILED: ("red", "x", lazy("Failed")),
    StepMark.UNKNOWN: ("grey", "info-circle", lazy("Not known")),
    StepMark.RUNNING: ("blue", "loader-2", lazy("Running …")),
    StepMark.NOT_REACHED: ("grey", "circle-off", lazy("Not reached")),
}


@camera_help.get("/cameras/<int:camera_id>/help")
@requires(Role.STAFF)
def page(camera_id: int) -> str:
    """Why a camera is offline."""
    found = app_services().camera_help.of(camera_id)
    return render_template("staff/camera_help.html", **_shown(found))


@camera_help.get("/cameras/<int:camera_id>/help/now")
@requires(Role.STAFF)
def now(camera_id: int) -> str:
    """What the page shows of this moment, for its script."""
    return render_template("staff/camera_help_now.html", **_shown(app_services().camera_help.of(camera_id)))


@camera_help.post("/cameras/<int:camera_id>/check")
@requires(Role.ADMIN)
def check(camera_id: int) -> AnyResponse:
    """Check a camera in steps, and call it again at once."""
    app_services().camera_help.begin(camera_id, current_person().name)
    if wants_json():
        started: Response = jsonify(limit_s=app_services().checker.limit_s)
        started.status_code = 202
        return started
    return redirect(url_for("camera_help.page", camera_id=camera_id))


def _shown(found: CameraHelp) -> dict[str, object]:
    services = app_services()
    return {
        "camera": found.camera,
        "help": found,
        "advice": _in_page_language(advice_of(found.cause)) if found.cause else None,
        "zone": services.site.zone_of(page_facts().site),
        "limit_s": services.checker.limit_s,
        "is_connected": services.camera_help.is_connected(found.camera),
        "STEP_WORDS": STEP_WORDS,
        "MARK_LOOKS": MARK_LOOKS,
        "said": error_words,
    }


def _in_page_language(advice: Advice) -> Advice:
    language = page_language()
    todo = tuple(translated(text, language) for text in advice.todo)
    return Advice(translated(advice.summary, language), todo, advice.is_for_staff)
