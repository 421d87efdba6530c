"""The pages on which an admin says who is notified."""

from flask_babel import lazy_gettext as lazy

from webapp.web.help.pages.page_words import PageHelp

_ROUTE = PageHelp(
    lazy(
        "Choose of which cameras, when and from which level on, and then whom: first who is nearest, and after some "
        "minutes who comes next. What is planned already for an open alert stays as it was."
    ),
    "notifications",
    "routes",
)
_CHANNEL = PageHelp(
    lazy(
        "Where a channel leads is stored encrypted and shown to nobody again, so send a test after each change. The "
        "test says what the other side answered."
    ),
    "notifications",
    "channels",
)
NOTIFICATION_PAGES = {
    "notifications.routes": PageHelp(
        lazy(
            "Each route says in one sentence who is notified of what, and who next if nobody comes. On the right you "
            "see who it would be at this moment."
        ),
        "notifications",
        "routes",
    ),
    "notifications.add_route": _ROUTE,
    "notifications.change_route": _ROUTE,
    "notifications.channels": PageHelp(
        lazy(
            "Shared channels lead to a chat, a list, a program or a display instead of to one person. People add their "
            "own under their account."
        ),
        "notifications",
        "channels",
    ),
    "notifications.add_channel": _CHANNEL,
    "notifications.channel": _CHANNEL,
    "notifications.on_call": PageHelp(
        lazy(
            "Schedules say who is on call at which hours of the week. Each shows who it is now, when the next "
            "hand-over is, and at which hours it is nobody."
        ),
        "notifications",
        "on-call",
    ),
    "notifications.schedule": PageHelp(
        lazy(
            "Give people their hours of the week, and add exceptions for holidays and swaps. Who comes on call gets a "
            "message that says until when, and how many alerts wait."
        ),
        "notifications",
        "on-call",
    ),
    "notifications.log": PageHelp(
        lazy("What was sent to whom, and what was not and why. What failed within a day can be sent again."),
        "notifications",
        "log",
    ),
}
