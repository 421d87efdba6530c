"""What people in front of the cameras read; open to everybody, without signing in."""

from flask import Blueprint, render_template

from webapp.web.core.app_context import app_services
from webapp.web.core.guards import public
from webapp.web.core.page_facts import page_facts

notice = Blueprint("notice", __name__)


@notice.get("/notice")
@public
def notice_page() -> str:
    """That emotion recognition is in use, why, by whom, and for how long what is kept."""
    rule = app_services().retention.rule()
    return render_template("public/notice.html", site=page_facts().site, rule=rule)
