"""The help of the page that answers a request."""

from flask import Flask, g, request

from webapp.web.core.guards import signed_in_user
from webapp.web.help.pages.admin import ADMIN_PAGES
from webapp.web.help.pages.compliance import COMPLIANCE_PAGES
from webapp.web.help.pages.manager import MANAGER_PAGES
from webapp.web.help.pages.notifications import NOTIFICATION_PAGES
from webapp.web.help.pages.page_words import PageHelp
from webapp.web.help.pages.sites import SITE_PAGES
from webapp.web.help.pages.staff import STAFF_PAGES
from webapp.web.help.pages.welcome import WELCOME_PAGES

# By endpoint.
PAGES = {
    **STAFF_PAGES,
    **MANAGER_PAGES,
    **ADMIN_PAGES,
    **COMPLIANCE_PAGES,
    **NOTIFICATION_PAGES,
    **SITE_PAGES,
    **WELCOME_PAGES,
}
# What answers at another address than the page that it belongs to.
PAGE_OF = {
    "admin.add_camera_step": "admin.add_camera",
    "admin.choose_stream": "admin.find_cameras",
    "admin.add_user": "admin.users",
    "admin.change_user": "admin.users",
    "admin.reset_password": "admin.users",
    "admin.invite": "admin.users",
    "admin.remove_second_factor": "admin.sign_in",
    "admin.change_sign_in_name": "admin.sign_in",
    "admin.create_token": "admin.tokens",
    "admin.make_backup": "admin.backups",
    "admin.download_backup": "admin.backups",
    "admin.change_logo": "admin.site",
    "admin.record_site": "admin.site",
    "admin.change_backup_schedule": "admin.backups",
    "admin.check_restore": "admin.restore",
    "admin.order_restore": "admin.restore",
    "admin.change_mail": "admin.mail",
    "admin.test_mail": "admin.mail",
    "admin.change_session_times": "admin.sessions",
    "admin.change_user_mail": "admin.sign_in",
    "admin.export_visit": "admin.visitor_request",
    "admin.delete_visit": "admin.visitor_request",
    "admin.change_compliance_answers": "admin.compliance_answers",
    "welcome.own_password": "welcome.people",
    "welcome.invite_second": "welcome.people",
    "welcome.say_where_staff_stand": "welcome.zones",
    "admin.change_retention": "admin.retention",
    "admin.change_reminders": "admin.reminders",
    "admin.make_kiosk_link": "admin.kiosk",
    "account.change_password": "account.mine",
    "account.change_mail": "account.mine",
    "account.set_daily_summary": "account.mine",
    "my_notifications.add_mail": "my_notifications.mine",
    "my_notifications.add_chat": "my_notifications.mine",
    "my_notifications.confirm": "my_notifications.mine",
    "passkeys.begin": "passkeys.mine",
    "photo_test.run": "photo_test.empty",
    "second_factor.renew_codes": "second_factor.change",
    "second_factor.remove": "second_factor.change",
    "notifications.change_channel": "notifications.channel",
    "notifications.add_schedule": "notifications.on_call",
    "notifications.rename_schedule": "notifications.schedule",
    "notifications.add_turns": "notifications.schedule",
    "notifications.add_override": "notifications.schedule",
    "sites.add_site": "sites.registered",
    "sites.renew_token": "sites.registered",
    "guide.chapter": "guide.contents",
    "guide.whole": "guide.contents",
}


def init_app(app: Flask) -> None:
    """Let the templates ask for the help of their page."""
    app.jinja_env.globals["page_help"] = page_help


def page_help() -> PageHelp | None:
    """Return the help of the page that answers this request; None for a page that is not one of ours, or an error."""
    endpoint = request.endpoint or ""
    if g.get("amends_failed") or signed_in_user() is None:
        return None
    return PAGES.get(PAGE_OF.get(endpoint, endpoint))
