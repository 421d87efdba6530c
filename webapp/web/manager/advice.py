"""Threshold advice, camera by camera, applied with one click."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from webapp.domain.insights.threshold_tuning import MIN_FALSE_ALARMS, MIN_REAL
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import error_words, percent
from webapp.web.manager.area import manager


@manager.get("/advice")
@requires(Role.MANAGER)
def advice_choice() -> str:
    """The cameras, one of which is looked at."""
    return render_template("manager/advice.html", cameras=app_services().cameras.list(), camera=None)


@manager.get("/advice/<int:camera_id>")
@requires(Role.MANAGER)
def advice(camera_id: int) -> str:
    """What another threshold would have done on one camera."""
    services = app_services()
    return render_template(
        "manager/advice.html",
        cameras=services.cameras.list(),
        camera=services.cameras.get(camera_id),
        advice=app_services().advice.for_camera(camera_id),
        rule=services.rules.effective(camera_id),
        days=app_settings().score_track_days,
        min_real=MIN_REAL,
        min_false_alarms=MIN_FALSE_ALARMS,
    )


@manager.post("/advice/<int:camera_id>")
@requires(Role.MANAGER)
def apply_advice(camera_id: int) -> Response:
    """Take the advice; the event log keeps who did."""
    camera = app_services().cameras.get(camera_id)
    try:
        threshold = float(request.form.get("enter_threshold", ""))
    except ValueError:
        raise BadRequest(_("Expected the advised threshold. Reload the page and try again.")) from None
    try:
        rule = app_services().advice.apply(camera_id, threshold, current_person().name)
    except InputInvalid as error:
        flash(error_words(error))
    else:
        flash(
            _(
                "The trigger threshold of %(name)s is now %(score)s.",
                name=camera.name,
                score=percent(rule.enter_threshold),
            )
        )
    return redirect(url_for("manager.advice", camera_id=camera_id))
