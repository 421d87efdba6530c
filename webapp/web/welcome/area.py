"""What the pages of the guide share: the blueprint, the steps' names, and the way from one to the next."""

from flask import Blueprint, redirect, render_template, session, url_for
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from webapp.domain.site.first_day import NEEDED_STEPS, FirstDayStep, StepState
from webapp.web.admin.area import IN_GUIDE
from webapp.web.core.app_context import app_services

welcome = Blueprint("welcome", __name__, url_prefix="/welcome")

STEP_WORDS = {
    FirstDayStep.SITE: lazy("Name, language, time zone"),
    FirstDayStep.PEOPLE: lazy("Password and a second person"),
    FirstDayStep.PURPOSE: lazy("Purpose and contact"),
    FirstDayStep.CAMERA: lazy("The first camera"),
    FirstDayStep.ZONES: lazy("Where staff stand"),
    FirstDayStep.NOTICE: lazy("The sign at the door"),
    FirstDayStep.ALERTS: lazy("How alerts reach people"),
}
# Short enough for the progress mark at the top of each step.
_SHORT_WORDS = {
    FirstDayStep.SITE: lazy("Site"),
    FirstDayStep.PEOPLE: lazy("People"),
    FirstDayStep.PURPOSE: lazy("Purpose"),
    FirstDayStep.CAMERA: lazy("Camera"),
    FirstDayStep.ZONES: lazy("Staff"),
    FirstDayStep.NOTICE: lazy("Sign"),
    FirstDayStep.ALERTS: lazy("Alerts"),
}


@welcome.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"step_words": STEP_WORDS, "address_of_step": address_of_step}


def address_of_step(step: FirstDayStep | None) -> str:
    """Return where a step is; behind the last one the guide says what is on."""
    return url_for("welcome.done") if step is None else url_for(f"welcome.{step.value}")


def step_page(step: FirstDayStep, **shown: object) -> str:
    """Return the page of a step; pages that it leads to lead back here."""
    session[IN_GUIDE] = step.value
    progress = app_services().first_day.progress()
    return render_template(
        f"welcome/{step.value}.html",
        step=step,
        progress=progress,
        short_words=_SHORT_WORDS,
        next_address=address_of_step(_behind(step)),
        is_needed=step in NEEDED_STEPS,
        is_done=progress.states[step] is StepState.DONE,
        **shown,
    )


def go_on(step: FirstDayStep) -> Response:
    """Lead to what comes behind a step and is open."""
    return redirect(address_of_step(app_services().first_day.progress().after(step)))


def _behind(step: FirstDayStep) -> FirstDayStep | None:
    steps = list(FirstDayStep)
    return next(iter(steps[steps.index(step) + 1 :]), None)
