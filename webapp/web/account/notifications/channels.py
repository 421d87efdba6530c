"""One's own channels: added, confirmed, tested, switched and removed; those of others are not there."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.domain.notifications.channel_configs import ADDABLE_KINDS
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid, NotFound
from webapp.web.account.notifications.area import my_notifications
from webapp.web.account.notifications.forms import CodeForm, OwnChatForm, OwnMailForm
from webapp.web.account.notifications.page import show_page
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.languages import page_language
from webapp.web.core.security import limiter, login_limit

# Each may send a mail to an address that is nobody's yet.
_MAILS = "10 per hour"
_TESTS = "30 per minute"


@my_notifications.post("/mail")
@limiter.limit(_MAILS)
@limiter.limit(login_limit)
@requires(Role.STAFF)
def add_mail() -> Response | tuple[str, int]:
    """Add a mail address; a code goes there first."""
    form, me, services = OwnMailForm(), current_person(), app_services()
    try:
        if not services.mail.is_set():
            raise InputInvalid(
                "No mails are sent here yet: an admin has to set the mail server first.", field="address"
            )
        if form.validate():
            services.notifications.own_mail.add(_channel(ChannelKind.EMAIL, form, address=form.address.data), me)
            flash(_("A mail with a code is on its way. Enter the code here to switch the address on."))
            return redirect(url_for("my_notifications.mine", _anchor="channels"))
    except InputInvalid as error:
        put_error(form, error)
    return show_page(mail_form=form), 400


@my_notifications.post("/chat")
@limiter.limit(_TESTS)
@requires(Role.STAFF)
def add_chat() -> Response | tuple[str, int]:
    """Add a chat or a gateway, by its address for Apprise."""
    form = OwnChatForm()
    if ChannelKind.APPRISE not in ADDABLE_KINDS:
        raise NotFound("There is no such page.")
    try:
        if form.validate():
            channel = _channel(ChannelKind.APPRISE, form, url=(form.url.data or "").strip())
            app_services().notifications.channels.add(channel, current_person())
            flash(_("%(name)s is added. Send a test to see that messages arrive.", name=channel.name))
            return redirect(url_for("my_notifications.mine", _anchor="channels"))
    except InputInvalid as error:
        put_error(form, error)
    return show_page(chat_form=form), 400


@my_notifications.post("/<int:channel_id>/confirm")
@limiter.limit(login_limit)
@requires(Role.STAFF)
def confirm(channel_id: int) -> Response | tuple[str, int]:
    """Switch a mail address on by the code that was sent there."""
    form = CodeForm()
    try:
        if form.validate():
            code = form.code.data or ""
            channel = app_services().notifications.own_mail.confirm(channel_id, code, current_person())
            flash(_("%(name)s is confirmed: alerts reach you there from now on.", name=channel.name))
            return redirect(url_for("my_notifications.mine", _anchor="channels"))
    except InputInvalid as error:
        put_error(form, error)
    return show_page(code_forms={channel_id: form}), 400


@my_notifications.post("/<int:channel_id>/code")
@limiter.limit(_MAILS)
@limiter.limit(login_limit)
@requires(Role.STAFF)
def send_code(channel_id: int) -> Response:
    """Send another code to a mail address that waits for one."""
    app_services().notifications.own_mail.send_code(channel_id, current_person())
    flash(_("A new code is on its way; the one before counts no more."))
    return redirect(url_for("my_notifications.mine", _anchor="channels"))


@my_notifications.post("/<int:channel_id>/on")
@requires(Role.STAFF)
def switch_on(channel_id: int) -> Response:
    """Send to one of my channels again."""
    app_services().notifications.channels.change(_own(channel_id).channel_id, current_person(), enabled=True)
    return redirect(url_for("my_notifications.mine", _anchor="channels"))


@my_notifications.post("/<int:channel_id>/off")
@requires(Role.STAFF)
def switch_off(channel_id: int) -> Response:
    """Send nothing to one of my channels for now."""
    app_services().notifications.channels.change(_own(channel_id).channel_id, current_person(), enabled=False)
    return redirect(url_for("my_notifications.mine", _anchor="channels"))


@my_notifications.post("/<int:channel_id>/test")
@limiter.limit(_TESTS)
@requires(Role.STAFF)
def test(channel_id: int) -> Response:
    """Have a test sent to one of my channels; the page shows what becomes of it."""
    key = app_services().notifications.channels.test(_own(channel_id).channel_id, current_person())
    return redirect(url_for("my_notifications.mine", test=key, _anchor="channels"))


@my_notifications.post("/<int:channel_id>/remove")
@requires(Role.STAFF)
def remove(channel_id: int) -> Response:
    """Remove one of my channels."""
    channel = _own(channel_id)
    app_services().notifications.channels.remove(channel_id, current_person())
    flash(_("%(name)s is removed.", name=channel.name))
    return redirect(url_for("my_notifications.mine", _anchor="channels"))


def _own(channel_id: int) -> NotificationChannel:
    """Return one of my own: an admin's page for shared ones is another."""
    channel = app_services().notifications.channels.get(channel_id, current_person())
    if channel.is_shared:
        raise NotFound("There is no channel %(channel)s.", channel=channel_id)
    return channel


def _channel(kind: ChannelKind, form: OwnMailForm | OwnChatForm, **config: str) -> NotificationChannel:
    return NotificationChannel(
        kind,
        (form.name.data or "").strip(),
        current_person().user_id,
        config,
        language=page_language(),
        names_place=form.names_place.data,
    )
