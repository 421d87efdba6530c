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
            lazy("The question mark at the top says what a page is for, and leads into a guide."),
            "guide.contents",
        ),
        Novelty(
            Role.STAFF,
            lazy("Why is a camera offline?"),
            lazy("Its page says step by step what was tried and what to do."),
        ),
        Novelty(
            Role.STAFF,
            lazy("A second factor"),
            lazy("A code of your phone protects your account, even from someone who knows your password."),
            "account.mine",
        ),
        Novelty(
            Role.STAFF,
            lazy("Log in without a password"),
            lazy("A passkey logs you in with your fingerprint, your face or the PIN of your device."),
            "passkeys.mine",
        ),
        Novelty(
            Role.MANAGER,
            lazy("Advice on thresholds"),
            lazy("Backtests show which threshold would have spared false alarms."),
            "manager.advice_choice",
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
            lazy("Encrypted backups"),
            lazy("A backup with pictures and keys can be opened with your passphrase alone."),
            "admin.backups",
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
