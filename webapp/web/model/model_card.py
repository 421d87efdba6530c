"""What the AI model is, and how well it does."""

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from webapp.domain.people.roles import Role
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import requires
from webapp.web.core.security import REPORT_POLICY, talisman

model_card = Blueprint("model_card", __name__)


@model_card.get("/model")
@requires(Role.MANAGER)
def show() -> str:
    """The model's figures in plain words, and its report."""
    cards = app_services().model_cards
    return render_template(
        "model/model_card.html",
        card=cards.card(),
        rule=app_services().rules.effective(None),
        has_report=cards.report() is not None,
        report_command=cards.report_command(),
    )


@model_card.get("/model/report")
@requires(Role.MANAGER)
@talisman(content_security_policy=REPORT_POLICY)
def report() -> Response:
    """The full report, a page that someone's program wrote: it may load nothing and do nothing."""
    page = app_services().model_cards.report()
    if page is None:
        raise NotFound(_("Nobody has made this report yet. The page AI model says how."))
    response = Response(page, mimetype="text/html")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
