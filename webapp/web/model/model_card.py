"""What the AI model is, and how well it does."""

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from webapp.domain.people.roles import Role
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import requires
from webapp.web.core.security import REPORT_POLICY, talisman

network = Blueprint("network", __name__)


@network.get("/model")
@requires(Role.MANAGER)
def model() -> str:
    """The model's figures in plain words, and its report."""
    networks = app_services().network
    return render_template(
        "model/model_card.html",
        card=networks.card(),
        rule=app_services().rules.effective(None),
        has_report=networks.report() is not None,
        report_command=networks.report_command(),
    )


@network.get("/model/report")
@requires(Role.MANAGER)
@talisman(content_security_policy=REPORT_POLICY)
def report() -> Response:
    """The full report, a page that someone's program wrote: it may load nothing and do nothing."""
    page = app_services().network.report()
    if page is None:
        raise NotFound(_("Nobody has made this report yet. The page AI model says how."))
    response = Response(page, mimetype="text/html")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
