"""The page: all that a person sees of how they are notified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import render_template, request

from webapp.domain.notifications.channel_configs import ADDABLE_KINDS
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.deliveries import Delivery
from webapp.domain.notifications.routes import ASKED_FOR_KINDS, Step
from webapp.domain.people.accounts import User
from webapp.services.notifications.channels import MAX_OWN_CHANNELS
from webapp.services.notifications.reasons import Reason
from webapp.web.account.notifications.forms import CodeForm, OwnChatForm, OwnMailForm, QuietHoursForm
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person
from webapp.web.core.input.week_hours import days_of
from webapp.web.notifications import words
from webapp.web.notifications.names import Names, read_names
from webapp.web.notifications.route_words import route_sentence

# Phones and browsers have a table of their own.
_SHOWN_ELSEWHERE = (ChannelKind.WEB_PUSH,)


@dataclass(frozen=True)
class OwnChannel:
    """A channel as its owner sees it.

    Attributes:
        channel: without where it leads.
        is_waiting: whether its code has to be entered.
        asked_for: the test or the code that is shown with what became of it; None where there is none.
    """

    channel: NotificationChannel
    is_waiting: bool
    asked_for: Delivery | None


def show_page(
    mail_form: OwnMailForm | None = None,
    chat_form: OwnChatForm | None = None,
    quiet_form: QuietHoursForm | None = None,
    code_forms: Mapping[int, CodeForm] | None = None,
) -> str:
    """Return the page, with what somebody has just typed."""
    me, services = current_person(), app_services()
    told, zone = services.notifications, services.site.zone()
    names = read_names()
    channels = told.channels.of(me.user_id)
    return render_template(
        "account/notifications/mine.html",
        own=_own_channels(me, channels),
        is_reached=any(channel.enabled for channel in channels),
        is_full=len(channels) >= MAX_OWN_CHANNELS,
        reasons=[_reason_words(reason, names) for reason in told.reasons.of(me)],
        turns=told.reasons.turns(me.user_id),
        mail_form=mail_form or OwnMailForm(formdata=None, address=me.mail),
        chat_form=chat_form or OwnChatForm(formdata=None),
        quiet_form=quiet_form or _quiet_form(me),
        code_forms=code_forms or {},
        empty_code=CodeForm(formdata=None),
        has_mail_server=services.mail.is_set(),
        has_chats=ChannelKind.APPRISE in ADDABLE_KINDS,
        words=words,
        zone=zone,
        zone_name=str(zone),
        now=services.clock.now().astimezone(zone),
    )


def _own_channels(me: User, channels: Sequence[NotificationChannel]) -> list[OwnChannel]:
    waiting = app_services().notifications.own_mail.waiting(me.user_id)
    return [
        OwnChannel(one, one.channel_id in waiting, _asked_for(one, is_waiting=one.channel_id in waiting))
        for one in channels
        if one.kind not in _SHOWN_ELSEWHERE
    ]


def _asked_for(channel: NotificationChannel, *, is_waiting: bool) -> Delivery | None:
    """Return the newest code of an address that waits for it; of others the test that the page's address names."""
    latest = app_services().notifications.deliveries.latest(limit=20, channel_id=channel.channel_id)
    asked = [one for one in latest if one.notice.kind in ASKED_FOR_KINDS]
    if is_waiting:
        return asked[0] if asked else None
    return next((one for one in asked if one.key == request.args.get("test")), None)


def _reason_words(reason: Reason, names: Names) -> str:
    mine = replace(reason.route, steps=(Step(reason.after_min, (reason.recipient,)),))
    return route_sentence(mine, names)


def _quiet_form(me: User) -> QuietHoursForm:
    wants = app_services().notifications.routes.preferences(me.user_id)
    days = days_of(wants.quiet_hours)
    return QuietHoursForm(formdata=None, urgent_goes_through=wants.urgent_goes_through, **days)
