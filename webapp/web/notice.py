"""What people in front of the cameras read; open to everybody, without signing in."""

from flask import Blueprint, render_template

from webapp.web.guards import public
from webapp.web.page_facts import page_facts
from webapp.web.wiring import app_services

notice = Blueprint("notice", __name__)


@notice.get("/notice")
@public
def notice_page() -> str:
    """That emotion recognition is in use, why, by whom, and for how long what is kept."""
    rule = app_services().retention.rule()
    return render_template("public/notice.html", house=page_facts().house, rule=rule)
