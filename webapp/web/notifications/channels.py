"""Shared channels: added, changed, tried, removed."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid, NotFound
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.notifications import words
from webapp.web.notifications.area import notifications
from webapp.web.notifications.channel_forms import ChannelEntry, entry_of, new_entry, offered_kinds

_LATEST_SHOWN = 8


@notifications.get("/channels")
@requires(Role.ADMIN)
def channels() -> str:
    """All shared channels, with how the last message over each fared."""
    return render_template(
        "notifications/channels.html",
        channels=app_services().notifications.channels.shared(),
        kinds=offered_kinds(),
        words=words,
    )


@notifications.route("/channels/new/<kind>", methods=["GET", "POST"])
@requires(Role.ADMIN)
def add_channel(kind: str) -> Response | str | tuple[str, int]:
    """Add a channel of one kind."""
    wanted = ChannelKind(kind) if kind in tuple(offered_kinds()) else abort(404)
    entry = new_entry(wanted)
    if not entry.is_submitted():
        return _form(entry, wanted)
    try:
        if entry.validate():
            channel = app_services().notifications.channels.add(_channel(entry, wanted), current_person())
            flash(_("The channel %(name)s is there. Send a test to see that messages arrive.", name=channel.name))
            return redirect(url_for("notifications.channel", channel_id=channel.channel_id))
    except InputInvalid as error:
        put_error(entry, error, entry.error_names())
    return _form(entry, wanted), 400


@notifications.get("/channels/<int:channel_id>")
@requires(Role.ADMIN)
def channel(channel_id: int) -> str:
    """One channel, and what became of its latest messages."""
    found = _shared(channel_id)
    return _form(entry_of(found), found.kind, found)


@notifications.post("/channels/<int:channel_id>")
@requires(Role.ADMIN)
def change_channel(channel_id: int) -> Response | tuple[str, int]:
    """Change one channel."""
    found = _shared(channel_id)
    entry = entry_of(found)
    try:
        if entry.validate():
            app_services().notifications.channels.change(
                channel_id,
                current_person(),
                name=entry.name.data.strip(),
                enabled=entry.enabled.data,
                language=entry.language.data,
                names_place=entry.names_place.data,
                config=entry.config() if entry.leads_elsewhere.data else None,
            )
            flash(_("Saved."))
            return redirect(url_for("notifications.channel", channel_id=channel_id))
    except InputInvalid as error:
        put_error(entry, error, entry.error_names())
    return _form(entry, found.kind, found), 400


@notifications.post("/channels/<int:channel_id>/test")
@requires(Role.ADMIN)
def test_channel(channel_id: int) -> Response:
    """Have a test message sent; the page shows what becomes of it."""
    key = app_services().notifications.channels.test(_shared(channel_id).channel_id, current_person())
    return redirect(url_for("notifications.channel", channel_id=channel_id, test=key, _anchor="latest"))


@notifications.post("/channels/<int:channel_id>/remove")
@requires(Role.ADMIN)
def remove_channel(channel_id: int) -> Response:
    """Remove one channel."""
    found = _shared(channel_id)
    app_services().notifications.channels.remove(channel_id, current_person())
    flash(_("The channel %(name)s is removed.", name=found.name))
    return redirect(url_for("notifications.channels"))


def _shared(channel_id: int) -> NotificationChannel:
    found = app_services().notifications.channels.get(channel_id, current_person())
    if not found.is_shared:  # One's own has a page of its own.
        raise NotFound("There is no channel %(channel)s.", channel=channel_id)
    return found


def _channel(entry: ChannelEntry, kind: ChannelKind) -> NotificationChannel:
    return NotificationChannel(
        kind,
        entry.name.data.strip(),
        config=entry.config(),
        enabled=entry.enabled.data,
        language=entry.language.data,
        names_place=entry.names_place.data,
    )


def _form(entry: ChannelEntry, kind: ChannelKind, found: NotificationChannel | None = None) -> str:
    services = app_services()
    latest = services.notifications.deliveries.latest(limit=_LATEST_SHOWN, channel_id=found.channel_id) if found else ()
    return render_template(
        "notifications/channel.html",
        form=entry,
        kind=kind,
        channel=found,
        latest=latest,
        tested=next((one for one in latest if one.key == request.args.get("test")), None),
        words=words,
        has_mail_server=services.mail.is_set(),
    )
