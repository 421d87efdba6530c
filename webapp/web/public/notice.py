"""What people in front of the cameras read; open to everybody, without signing in."""

from flask import Blueprint, render_template

from webapp.domain.site.backups import BackupKind
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import public
from webapp.web.core.page_facts import page_facts

notice = Blueprint("notice", __name__)


@notice.get("/notice")
@public
def notice_page() -> str:
    """That emotion recognition is in use, why, by whom, and for how long what is kept."""
    rule = app_services().retention.rule()
    days_whole, days_reduced = (kind.days_kept(rule) for kind in (BackupKind.ENCRYPTED, BackupKind.REDUCED))
    return render_template(
        "public/notice.html",
        site=page_facts().site,
        rule=rule,
        days_whole=days_whole,
        days_reduced=days_reduced,
    )
