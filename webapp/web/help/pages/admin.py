"""Pages for admins."""

from flask_babel import lazy_gettext as lazy

from webapp.web.help.pages.page_words import PageHelp

ADMIN_PAGES = {
    "admin.cameras": PageHelp(
        lazy(
            "Every camera with its state and its settings. A camera that is switched off here shows no "
            "picture and raises no alert."
        ),
        "cameras",
        "add",
    ),
    "admin.change_camera": PageHelp(
        lazy(
            "The name, the address, the groups and the log-in of one camera. The password is stored encrypted and "
            "never shown again; leave its field empty to keep it."
        ),
        "cameras",
        "address",
    ),
    "admin.settings_of_camera": PageHelp(
        lazy(
            "How the picture is turned, and in which hours faces are analysed. Outside those hours the "
            "picture goes on and nobody is analysed."
        ),
        "cameras",
        "schedule",
    ),
    "admin.zones_of_camera": PageHelp(
        lazy(
            "Draw where nothing may be seen (privacy zone) and where your staff stand (staff zone), then say that "
            "it is drawn. Expressions of staff must not be analysed, so nobody is before you have said it."
        ),
        "zones",
        "staff",
    ),
    "admin.kiosk": PageHelp(
        lazy(
            "Make the camera of a screen or a laptop one of your cameras: create a link and open it there. It "
            "works once, and the notice stays on that screen."
        ),
        "cameras",
        "kiosk",
    ),
    "admin.add_camera": PageHelp(
        lazy(
            "Add a camera in a few steps; nothing is stored before the last one. If you do not know the "
            "address, search the local network for it."
        ),
        "cameras",
        "add",
    ),
    "admin.find_cameras": PageHelp(
        lazy(
            "Cameras that answer on the local network, and those that are plugged in. One that is missing "
            "here can still be added by its address."
        ),
        "cameras",
        "add",
    ),
    "admin.wall_screens": PageHelp(
        lazy(
            "Screens that show a group's live pictures and alerts in large letters, without anyone logged in. "
            "Pair each with a link that works once, and hang it where guests do not see it."
        ),
        "cameras",
        "wall-screens",
    ),
    "admin.rule_for_all": PageHelp(
        lazy(
            "When a face raises an alert: which expressions count, how strong, and for how long. Run a "
            "backtest before you save, to see what the last hour would have been like."
        ),
        "rules",
        "rule",
    ),
    "admin.rule_of_camera": PageHelp(
        lazy("The rule of this camera alone. A field that is left empty follows the rule for all cameras."),
        "rules",
        "rule",
    ),
    "admin.rule_advice": PageHelp(
        lazy(
            "Which threshold would have suited this camera, from what it saw and from the outcomes that staff "
            "chose. Nothing changes before you apply it."
        ),
        "insights",
        "threshold-advice",
    ),
    "admin.reminders": PageHelp(
        lazy(
            "What happens when nobody acknowledges an alert: after how many minutes it is shown again, and "
            "when managers see it. 0 switches either off."
        ),
        "rules",
        "reminders",
    ),
    "admin.users": PageHelp(
        lazy(
            "Who may log in, and with which role. Invite people with a link instead of telling them a "
            "password, and deactivate those who leave."
        ),
        "people",
        "invite",
    ),
    "admin.sign_in": PageHelp(
        lazy(
            "How one person logs in: second factor, mail address, and name at your identity provider. Remove "
            "the second factor here when they have lost their device and all recovery codes."
        ),
        "people",
        "lost-device",
    ),
    "admin.sessions": PageHelp(
        lazy(
            "Every browser that is logged in at this moment, and how long sessions last. End one that you do not "
            "know; its pages close within seconds."
        ),
        "people",
        "sessions",
    ),
    "admin.tokens": PageHelp(
        lazy(
            "Tokens let other programs read alerts or act on them, with the rights of one person. Give each "
            "program a token of its own, and revoke it when it is no longer used."
        ),
        "programs",
        "token",
    ),
    "admin.system": PageHelp(
        lazy(
            "Whether everything works at this moment: processes, storage, cameras and the AI model. What is "
            "wrong stands at the top, with what to do."
        ),
        "system",
        "faults",
    ),
    "admin.backups": PageHelp(
        lazy(
            "Copies of your cameras, people and alerts. Have them made by a schedule, make one before every "
            "upgrade, and keep a copy on another machine."
        ),
        "backups",
        "make",
    ),
    "admin.restore": PageHelp(
        lazy(
            "Go back to the state of a backup, which replaces everything that came after it. It is checked and "
            "compared with what is here first, and nothing changes before you enter your password."
        ),
        "backups",
        "restore",
    ),
    "admin.mail": PageHelp(
        lazy(
            "The mail server through which people reset a forgotten password themselves. Send a test mail after "
            "each change, and see that it arrives."
        ),
        "people",
        "mail",
    ),
    "admin.retention": PageHelp(
        lazy(
            "After how many days pictures, scores, alerts, counts of expressions and the audit trail are deleted. "
            "Keep nothing longer than you need it; the page says beforehand what a change deletes."
        ),
        "backups",
        "retention",
    ),
    "admin.site": PageHelp(
        lazy(
            "Your name, your logo, what the public notice says, and what is on record of it. Visitors have to know "
            "before a camera analyses them: fill in every field, print the sign, and put both on record."
        ),
        "notice",
        "notice",
    ),
    "admin.sign": PageHelp(
        lazy(
            "The sign for every entrance to a place that a camera sees; it can be printed once nothing is missing. "
            "Hang it up at eye level, and check that the code on it opens the notice on a phone."
        ),
        "notice",
        "sign",
    ),
    "admin.audit": PageHelp(
        lazy(
            "Who changed what and who viewed what, with time and device; what happens by itself many times a day is "
            "left out unless you ask for everything. Nobody can change a line, and old ones are deleted after the "
            "days of Retention."
        ),
        "system",
        "audit",
    ),
}
