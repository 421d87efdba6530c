"""How channels, deliveries and their outcomes read."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from webapp.domain.notifications.channels import ChannelKind
from webapp.domain.notifications.deliveries import CancelReason, Delivery, DeliveryState
from webapp.domain.notifications.outcomes import SendFailure
from webapp.domain.notifications.routes import NoticeKind

KIND_WORDS = {
    ChannelKind.WEB_PUSH: lazy("Web Push"),
    ChannelKind.EMAIL: lazy("E-mail"),
    ChannelKind.APPRISE: lazy("Chat or SMS (Apprise)"),
    ChannelKind.WEBHOOK: lazy("Webhook"),
    ChannelKind.MQTT: lazy("MQTT"),
}
# What each kind is for, where one is chosen.
KIND_HINTS = {
    ChannelKind.EMAIL: lazy("To one address, such as that of a mailing list. Set the mail server first."),
    ChannelKind.APPRISE: lazy("Teams, Slack, Telegram, ntfy, SMS gateways and many more, by an address of Apprise."),
    ChannelKind.WEBHOOK: lazy("A signed message to a program of your own."),
    ChannelKind.MQTT: lazy("To a broker of your own, with discovery by Home Assistant."),
}
STATE_WORDS = {
    DeliveryState.PENDING: lazy("Waiting"),
    DeliveryState.SENDING: lazy("Being sent"),
    DeliveryState.DELIVERED: lazy("Delivered"),
    DeliveryState.FAILED: lazy("Failed"),
    DeliveryState.GIVEN_UP: lazy("Given up"),
    DeliveryState.CANCELLED: lazy("Not sent"),
}
# Colour and icon of each.
STATE_LOOKS = {
    DeliveryState.PENDING: ("blue", "clock"),
    DeliveryState.SENDING: ("blue", "loader-2"),
    DeliveryState.DELIVERED: ("green", "circle-check"),
    DeliveryState.FAILED: ("amber", "alert-triangle"),
    DeliveryState.GIVEN_UP: ("amber", "alert-triangle"),
    DeliveryState.CANCELLED: ("grey", "circle-off"),
}
REASON_WORDS = {
    CancelReason.ACKNOWLEDGED: lazy("the alert was acknowledged"),
    CancelReason.SNOOZED: lazy("the camera was snoozed"),
    CancelReason.RECOVERED: lazy("the camera was back"),
    CancelReason.QUIET_HOURS: lazy("quiet hours"),
    CancelReason.NOBODY_ON_CALL: lazy("nobody was on call"),
    CancelReason.NO_CHANNEL: lazy("no channel"),
    CancelReason.CHANNEL_OFF: lazy("the channel is off or removed"),
    CancelReason.NO_NEWS: lazy("too long ago"),
}
FAILURE_WORDS = {
    SendFailure.UNREACHABLE: lazy("The server cannot be reached."),
    SendFailure.TIMED_OUT: lazy("The server did not answer in time."),
    SendFailure.UNTRUSTED: lazy("The server's certificate cannot be trusted."),
    SendFailure.LOGIN_REFUSED: lazy("The server refused the credentials."),
    SendFailure.REFUSED: lazy("The server refused the message."),
    SendFailure.TOO_MANY: lazy("The server asks for fewer messages."),
    SendFailure.GONE: lazy("The other side says that this address is gone; the channel was switched off."),
    SendFailure.FORBIDDEN_ADDRESS: lazy("Nothing is sent to this address."),
    SendFailure.NOT_SET_UP: lazy("What this channel needs is not set up, such as the mail server."),
    SendFailure.OWN_FAULT: lazy("Amends failed to send it: the log says why."),
}
NOTICE_WORDS = {
    NoticeKind.ALERT: lazy("Alert"),
    NoticeKind.CAMERA_OFFLINE: lazy("Camera offline"),
    NoticeKind.CHANNEL_FAILED: lazy("Channel fails"),
    NoticeKind.CHANNEL_TEST: lazy("Test message"),
    NoticeKind.DAILY_SUMMARY: lazy("Daily summary"),
    NoticeKind.ON_CALL_BEGAN: lazy("On call now"),
    NoticeKind.CHANNEL_CONFIRM: lazy("Code for a mail address"),
}


def why(delivery: Delivery) -> str:
    """Return why a delivery is in its state; empty where there is nothing to say."""
    if delivery.reason is not None:
        return str(REASON_WORDS[delivery.reason])
    if delivery.failure is None:
        return ""
    said = str(FAILURE_WORDS[delivery.failure])
    return f"{said} ({delivery.detail})" if delivery.detail else said


def minutes_words(after_min: int) -> str:
    """Return when a step falls due, as a sentence begins with it."""
    return _("After %(minutes)s min", minutes=after_min) if after_min else _("At once")
