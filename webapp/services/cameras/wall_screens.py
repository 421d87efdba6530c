"""Wall screens: paired by a link that works once, they show cameras and alerts of a group and can do nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.domain.cameras.groups import group_names
from webapp.domain.cameras.names import name_key
from webapp.domain.events import Event, EventKind
from webapp.domain.site.wall_screens import LINK_WORKS_FOR, WallScreen
from webapp.errors import InputInvalid, NotFound
from webapp.services.checks import checked_name
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory
from webapp.services.secrets import is_due, new_secret, secret_hash

MAX_NAME_LENGTH = 60
_MAX_DEVICE = 120


@dataclass(frozen=True)
class WallScreenService:
    """The use cases around wall screens."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def list(self) -> Sequence[WallScreen]:
        """Return all screens by name, paired or not."""
        with self.unit_of_work.reading() as work:
            return work.wall_screens.list()

    def get(self, screen_id: int) -> WallScreen:
        """Return one screen.

        Raises:
            NotFound: there is none with this id.
        """
        with self.unit_of_work.reading() as work:
            return _existing(work, screen_id)

    def add(self, name: str, group: str, actor: str) -> WallScreen:
        """Add a screen; it shows nothing before it is paired.

        Raises:
            InputInvalid: the name cannot be used, or no camera is in the group.
        """
        name = checked_name(name, MAX_NAME_LENGTH)
        with self.unit_of_work() as work:
            screen = work.wall_screens.add(WallScreen(name, _known_group(work, group)))
            self._log(work, EventKind.WALL_SCREEN_ADDED, screen, actor)
            work.commit()
        return screen

    def make_link(self, screen_id: int, actor: str) -> str:
        """Return the code of a link that pairs one browser, once, within half an hour; a link before it is void.

        Raises:
            NotFound: there is no such screen.
        """
        code = new_secret()
        with self.unit_of_work() as work:
            screen = replace(_existing(work, screen_id), link_ends_at=self.clock.now() + LINK_WORKS_FOR)
            work.wall_screens.update(screen)
            work.wall_screens.set_code(screen_id, secret_hash(code))
            self._log(work, EventKind.WALL_SCREEN_LINK_MADE, screen, actor)
            work.commit()
        return code

    def pair(self, code: str, device: str = "") -> str:
        """Pair the browser that holds a link and return the secret for its cookie; the one before it is out.

        Raises:
            NotFound: the link was used, has run out, or never was.
        """
        now, secret = self.clock.now(), new_secret()
        with self.unit_of_work() as work:
            screen = work.wall_screens.find_by_code(secret_hash(code))
            if screen is None or not screen.has_link(now):
                raise NotFound("This link has been used or has run out. Ask an admin for a new one.")
            device = device[:_MAX_DEVICE]
            work.wall_screens.update(replace(screen, link_ends_at=None, device=device, paired_at=now, seen_at=now))
            work.wall_screens.set_code(screen.screen_id, None)
            work.wall_screens.set_secret(screen.screen_id, secret_hash(secret))
            self._log(work, EventKind.WALL_SCREEN_PAIRED, screen, None, device=device)
            work.commit()
        return secret

    def find(self, secret: str) -> WallScreen | None:
        """Return whose secret it is if that screen may show something now, and note that it was there."""
        if not secret:
            return None
        now = self.clock.now()
        with self.unit_of_work.reading() as work:
            screen = work.wall_screens.find_by_secret(secret_hash(secret))
        if screen is None or not screen.is_paired(now):
            return None
        if is_due(screen.seen_at, now):
            self.unit_of_work.by_the_way(lambda work: work.wall_screens.note_seen(screen.screen_id, now))
        return screen

    def remove(self, screen_id: int, actor: str) -> WallScreen:
        """Remove a screen: its pairing and a link that was not used yet open nothing from now on.

        Raises:
            NotFound: there is no such screen.
        """
        with self.unit_of_work() as work:
            screen = _existing(work, screen_id)
            work.wall_screens.remove(screen_id)
            self._log(work, EventKind.WALL_SCREEN_REMOVED, screen, actor)
            work.commit()
        return screen

    def _log(self, work: UnitOfWork, kind: EventKind, screen: WallScreen, actor: str | None, **said: object) -> None:
        payload = {"screen": screen.name, "group": screen.group, **said}
        work.events.append(Event(kind, self.clock.now(), payload, actor))


def _existing(work: ReadUnitOfWork, screen_id: int) -> WallScreen:
    screen = work.wall_screens.get(screen_id)
    if screen is None:
        raise NotFound("There is no wall screen %(screen_id)s; it may have been removed.", screen_id=screen_id)
    return screen


def _known_group(work: ReadUnitOfWork, group: str) -> str:
    known = {name_key(name): name for name in group_names(work.cameras.list())}
    if group and name_key(group) not in known:
        raise InputInvalid("No camera is in the group '%(group)s'.", group=group, field="group")
    return known.get(name_key(group), "")
