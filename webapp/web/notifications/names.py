"""What the ids in routes and schedules are called."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from webapp.domain.notifications.routes import Recipient, RecipientKind
from webapp.domain.people.roles import Role
from webapp.web.core.app_context import app_services

ROLE_WORDS = {
    Role.STAFF: lazy("everybody"),
    Role.MANAGER: lazy("all managers and admins"),
    Role.ADMIN: lazy("all admins"),
}


@dataclass(frozen=True)
class Names:
    """All names, read at once.

    Attributes:
        people: id → name.
        schedules: likewise.
        channels: of the shared ones, likewise.
        cameras: likewise.
        groups: of cameras.
    """

    people: Mapping[int, str]
    schedules: Mapping[int, str]
    channels: Mapping[int, str]
    cameras: Mapping[int, str]
    groups: tuple[str, ...]

    def recipient(self, recipient: Recipient) -> str:
        """Return whom a step notifies, in words."""
        if recipient.kind is RecipientKind.ROLE:
            return str(ROLE_WORDS[Role(str(recipient.target))])
        target = int(recipient.target)
        if recipient.kind is RecipientKind.ON_CALL:
            name = self.schedules.get(target)
            return _("who is on call (%(schedule)s)", schedule=name) if name else _("a schedule that is removed")
        if recipient.kind is RecipientKind.PERSON:
            return self.people.get(target) or _("a person who is removed")
        name = self.channels.get(target)
        return _("the channel %(name)s", name=name) if name else _("a channel that is removed")

    def person(self, user_id: int) -> str:
        """Return a person's name."""
        return self.people.get(user_id) or _("a person who is removed")


def read_names() -> Names:
    """Read them."""
    services = app_services()
    cameras = services.cameras.list()
    return Names(
        {user.user_id: user.name for user in services.accounts.list()},
        {one.schedule_id: one.name for one in services.notifications.routes.schedules()},
        {one.channel_id: one.name for one in services.notifications.channels.shared()},
        {camera.camera_id: camera.name for camera in cameras},
        tuple(sorted({group for camera in cameras for group in camera.groups}, key=str.casefold)),
    )
