"""Pages of the first day, for admins."""

from flask_babel import lazy_gettext as lazy

from webapp.web.help.pages.page_words import PageHelp

WELCOME_PAGES = {
    "welcome.guide": PageHelp(
        lazy(
            "Seven steps from an empty installation to the first alert. Leave whenever you like: what you have "
            "done stays, and you find this page again under System."
        ),
        "start",
        "steps",
    ),
    "welcome.site": PageHelp(
        lazy("Your name, your language and your time zone. Schedules and all times on the pages go by this time zone."),
        "start",
        "steps",
    ),
    "welcome.people": PageHelp(
        lazy(
            "Invite a second person, who can help when you are away. An admin can give another admin a new "
            "password; without a second one that needs a command on the server."
        ),
        "people",
        "invite",
    ),
    "welcome.purpose": PageHelp(
        lazy(
            "Who uses emotion recognition, why, on which legal basis, and whom visitors may ask. It is put on "
            "record with your name, and without it no camera other than the demonstration analyses anybody."
        ),
        "start",
        "records",
    ),
    "welcome.camera": PageHelp(
        lazy(
            "Choose the first camera, found on the local network or by its address. Nothing is saved before you "
            "have seen its picture, and the demonstration is enough for a first try."
        ),
        "cameras",
        "add",
    ),
    "welcome.zones": PageHelp(
        lazy(
            "Say of each camera where your staff stand, or that none are in view. Their expressions must not be "
            "analysed, so until you have said it the camera analyses nobody."
        ),
        "zones",
        "staff",
    ),
    "welcome.notice": PageHelp(
        lazy(
            "Print the sign, hang it where people read it before a camera sees them, and say here since when it "
            "hangs. Visitors have to be informed first, so the cameras wait for this record."
        ),
        "notice",
        "sign",
    ),
    "welcome.alerts": PageHelp(
        lazy(
            "Raise a test alert and see it arrive, as a real one would on every open dashboard. It is marked as "
            "a test and counts in no figure."
        ),
        "start",
        "test-alert",
    ),
    "welcome.done": PageHelp(
        lazy(
            "Which cameras analyse faces now, and which steps are left. What is still missing also stands on "
            "the dashboard of every admin."
        ),
        "start",
        "checklist",
    ),
}
