"""What each version brought, written for the people who use it; the whole list is `CHANGELOG.md`."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as lazy

from webapp.domain.people.releases import releases_since
from webapp.domain.people.roles import Role


@dataclass(frozen=True)
class Novelty:
    """Something new.

    Attributes:
        role: the lowest that has something of it.
        title: in a few words.
        words: what it is good for.
        endpoint: of the page where it is; empty where it has none of its own.
    """

    role: Role
    title: str
    words: str
    endpoint: str = ""


# By version, the most useful first. A version that brings people nothing has no line.
NOVELTIES: dict[str, tuple[Novelty, ...]] = {
    "0.2.0": (
        Novelty(
            Role.STAFF,
            lazy("Help on every page"),
            lazy(
                "The question mark at the top says what a page is for, and leads into a guide. The page of a camera "
                "that is offline says what was tried and what to do."
            ),
            "guide.contents",
        ),
        Novelty(
            Role.STAFF,
            lazy("Acknowledge wherever an alert is shown"),
            lazy(
                "The pages of a camera and of an incident have the same buttons as the dashboard. A wrong outcome "
                "can be corrected, and an alert reopened."
            ),
            "staff.dashboard",
        ),
        Novelty(
            Role.STAFF,
            lazy("Your cameras, your time"),
            lazy("Choose a group of cameras above the pictures, and snooze a camera for as long as you need."),
            "staff.dashboard",
        ),
        Novelty(
            Role.STAFF,
            lazy("Log in without a password"),
            lazy(
                "A passkey logs you in with your fingerprint, your face or the PIN of your device. A second factor "
                "protects your account, and a forgotten password can be reset by mail."
            ),
            "account.mine",
        ),
        Novelty(
            Role.MANAGER,
            lazy("Positive, neutral and negative expressions"),
            lazy("Their shares by hour and camera, beside the week before, on Insights and in the summary."),
            "manager.insights",
        ),
        Novelty(
            Role.MANAGER,
            lazy("Advice on thresholds"),
            lazy(
                "Backtests show which threshold would have spared false alarms. What was never acknowledged is "
                "counted apart."
            ),
            "manager.advice_choice",
        ),
        Novelty(
            Role.ADMIN,
            lazy("The first day, and what has to be on record"),
            lazy(
                "Seven steps lead to a test alert. A camera analyses nobody before its purpose, the sign and the "
                "places of staff are on record; cameras that ran before go on for thirty days."
            ),
            "welcome.guide",
        ),
        Novelty(
            Role.ADMIN,
            lazy("The compliance file"),
            lazy(
                "How the law is kept, article by article, to print. A visitor’s request is answered there, and what "
                "is kept can be deleted with proof."
            ),
            "admin.compliance_file",
        ),
        Novelty(
            Role.ADMIN,
            lazy("Encrypted backups by a schedule"),
            lazy("Made every day or every week, opened with your passphrase alone, and restored on the page."),
            "admin.backups",
        ),
        Novelty(
            Role.ADMIN,
            lazy("Wall screens"),
            lazy("A screen shows a group’s live pictures and alerts in large letters, without anyone logged in."),
            "admin.wall_screens",
        ),
        Novelty(
            Role.ADMIN,
            lazy("More faces are found"),
            lazy(
                "A new detector finds tilted and turned heads, at a fraction of the processor time; each "
                "camera can have its own."
            ),
            "admin.cameras",
        ),
        Novelty(
            Role.ADMIN,
            lazy("API reference"),
            lazy("Every call for other programs, with an example to copy."),
            "api_reference.page",
        ),
    ),
}


def novelties(release: str, role: Role) -> list[Novelty]:
    """Return what a version brought someone with a role."""
    return [one for one in NOVELTIES.get(release, ()) if role.includes(one.role)]


def unread_release(seen: str, role: Role) -> str:
    """Return the newest version of which someone has not read what it brought them; empty where there is none."""
    return next((release for release in releases_since(seen) if novelties(release, role)), "")
