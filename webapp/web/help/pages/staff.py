"""Pages that everyone may open."""

from flask_babel import lazy_gettext as lazy

from webapp.domain.people.roles import Role
from webapp.web.help.pages.page_words import PageHelp

STAFF_PAGES = {
    "staff.dashboard": PageHelp(
        lazy(
            "All cameras and the alerts that are not resolved yet. When an alert appears, press Acknowledge, "
            "go there, and say afterwards how it ended."
        ),
        "alerts",
        "acknowledge",
        {Role.ADMIN: lazy("A camera that is offline, or waits for records, says why on its own page.")},
    ),
    "staff.camera": PageHelp(
        lazy(
            "One camera, large, with its open alerts, the faces of the last minute and its recent alerts. "
            "Acknowledge and resolve here as on the dashboard, or snooze it while you expect faces that need no alert."
        ),
        "dashboard",
        "camera",
    ),
    "camera_help.page": PageHelp(
        lazy(
            "What was tried to reach this camera, step by step, and what to do next. Nothing is analysed and "
            "no alert is raised while it is offline."
        ),
        "trouble",
        "camera-offline",
        {Role.ADMIN: lazy("You can have it tried again at once.")},
    ),
    "photo_test.empty": PageHelp(
        lazy(
            "Try with a photo of your own what the AI model answers, and which part of the face it went by. "
            "The photo is not kept and raises no alert."
        ),
        "expressions",
        "test-a-photo",
    ),
    "account.mine": PageHelp(
        lazy(
            "Your password, your passkeys, your second factor, your mail address, and where you are logged in. End "
            "a session that you do not know, then change your password."
        ),
        "account",
        "password",
    ),
    "my_notifications.mine": PageHelp(
        lazy(
            "How alerts reach you while Amends is closed, why you are notified at all, and when you want quiet. "
            "Send a test after each change: what the other side answered stands beside it."
        ),
        "account",
        "notifications",
    ),
    "account.first_password": PageHelp(
        lazy(
            "Someone else knows your first password, so choose one of your own. Ten characters or more; a few "
            "words in a row are easy to remember."
        ),
        "account",
        "password",
    ),
    "passkeys.mine": PageHelp(
        lazy(
            "Passkeys log you in with your fingerprint, your face or the PIN of your device. Add one on each "
            "device that is yours alone, and remove those of devices that you no longer have."
        ),
        "account",
        "passkeys",
    ),
    "push_devices.mine": PageHelp(
        lazy(
            "Phones and browsers on which alerts reach you while Amends is closed. Turn messages on at each device "
            "itself, and remove those that you no longer have."
        ),
        "account",
        "devices",
    ),
    "second_factor.set_up": PageHelp(
        lazy(
            "With a second factor your password alone opens nothing. Scan the code with an app for one-time "
            "codes, and keep the recovery codes on paper."
        ),
        "account",
        "second-factor",
    ),
    "second_factor.change": PageHelp(
        lazy("New recovery codes, or the end of your second factor. Both ask for your password again."),
        "account",
        "second-factor",
    ),
    "guide.contents": PageHelp(
        lazy(
            "Everything about Amends in short chapters, kept on this machine. Search here, or read all of it "
            "on one page and search with your browser."
        ),
        "dashboard",
        "finding-help",
    ),
    "whats_new.page": PageHelp(
        lazy(
            "What each version of Amends brought, for your role. A line at the top of your pages leads here "
            "once after an upgrade."
        ),
        "backups",
        "upgrade",
    ),
    "api_reference.page": PageHelp(
        lazy(
            "Every call that other programs can make, with its fields, its errors and an example to copy. It "
            "is made of the document that programs read, so both always say the same."
        ),
        "programs",
        "api",
    ),
}
