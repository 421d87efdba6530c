"""The guide as a whole: how far it is, left for now, and done."""

from flask import redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from webapp.domain.people.roles import Role
from webapp.domain.site.first_day import NEEDED_STEPS, FirstDayStep, StepState
from webapp.web.admin.area import IN_GUIDE
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import requires
from webapp.web.welcome.area import go_on, welcome


@welcome.get("")
@requires(Role.ADMIN)
def guide() -> str:
    """All steps, and which of them are done."""
    return render_template("welcome/guide.html", progress=app_services().first_day.progress(), needed=NEEDED_STEPS)


@welcome.get("/done")
@requires(Role.ADMIN)
def done() -> str:
    """What is on, what is left, and where to find things."""
    services = app_services()
    session.pop(IN_GUIDE, None)
    return render_template(
        "welcome/done.html",
        progress=services.first_day.progress(),
        cameras=services.cameras.list(),
        gates=services.site_records.gates(),
        now=services.clock.now(),
    )


@welcome.post("/leave")
@requires(Role.ADMIN)
def leave() -> Response:
    """Leave the guide for now; it stays where it is."""
    session.pop(IN_GUIDE, None)
    return redirect(url_for("staff.dashboard"))


@welcome.post("/skip/<any(site, people, camera, alerts):skipped>")
@requires(Role.ADMIN)
def skip(skipped: str) -> Response:
    """Do without a step for now."""
    step = FirstDayStep(skipped)
    if app_services().first_day.progress().states[step] is not StepState.DONE:
        app_services().first_day.note(step, StepState.SKIPPED)
    return go_on(step)


@welcome.post("/dismiss")
@requires(Role.ADMIN)
def dismiss() -> Response:
    """Leave out on the dashboard what may be left out."""
    app_services().first_day.dismiss()
    return redirect(url_for("staff.dashboard"), 303)
