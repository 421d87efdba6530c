"""Kiosks: a screen is paired by a link that works once, sends pictures of its own camera, and can do nothing else."""

from dataclasses import dataclass, replace

from webapp.domain.cameras.cameras import Camera, CameraKind
from webapp.domain.cameras.kiosks import LINK_WORKS_FOR, Kiosk
from webapp.domain.events import Event, EventKind
from webapp.errors import NotFound
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory
from webapp.services.secrets import is_due, new_secret, secret_hash

_MAX_DEVICE = 120


@dataclass(frozen=True)
class KioskCamera:
    """A paired screen and the camera that it is."""

    kiosk: Kiosk
    camera: Camera


@dataclass(frozen=True)
class KioskService:
    """The use cases around kiosks."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def get(self, camera_id: int) -> KioskCamera:
        """Return the screen of a camera, paired or not.

        Raises:
            NotFound: there is no such camera, or it is of another kind.
        """
        with self.unit_of_work.reading() as work:
            return _existing(work, camera_id)

    def make_link(self, camera_id: int, actor: str) -> str:
        """Return the code of a link that pairs one screen, once, within half an hour; a link before it is void.

        Raises:
            NotFound: there is no such camera, or it is of another kind.
        """
        code = new_secret()
        with self.unit_of_work() as work:
            found = _existing(work, camera_id)
            work.kiosks.put(replace(found.kiosk, link_ends_at=self.clock.now() + LINK_WORKS_FOR))
            work.kiosks.set_code(camera_id, secret_hash(code))
            self._log(work, EventKind.KIOSK_LINK_MADE, found.camera, actor)
            work.commit()
        return code

    def pair(self, code: str, device: str = "") -> str:
        """Pair the screen that holds a link and return the secret for its cookie; the screen before it is out.

        Raises:
            NotFound: the link was used, has run out, or never was.
        """
        now, secret = self.clock.now(), new_secret()
        with self.unit_of_work() as work:
            kiosk = work.kiosks.find_by_code(secret_hash(code))
            if kiosk is None or not kiosk.has_link(now):
                raise NotFound("This link has been used or has run out. Ask an admin for a new one.")
            found, device = _existing(work, kiosk.camera_id), device[:_MAX_DEVICE]
            work.kiosks.put(replace(kiosk, link_ends_at=None, device=device, paired_at=now, seen_at=now))
            work.kiosks.set_code(kiosk.camera_id, None)
            work.kiosks.set_secret(kiosk.camera_id, secret_hash(secret))
            self._log(work, EventKind.KIOSK_PAIRED, found.camera, None, device=device)
            work.commit()
        return secret

    def find(self, secret: str) -> KioskCamera | None:
        """Return whose secret it is if that screen may send now, and note that it was there."""
        now = self.clock.now()
        with self.unit_of_work.reading() as work:
            kiosk = work.kiosks.find_by_secret(secret_hash(secret))
            camera = work.cameras.get(kiosk.camera_id) if kiosk else None
        if kiosk is None or camera is None or camera.kind is not CameraKind.KIOSK or not kiosk.is_paired(now):
            return None
        if is_due(kiosk.seen_at, now):
            with self.unit_of_work() as work:
                work.kiosks.note_seen(kiosk.camera_id, now)
                work.commit()
        return KioskCamera(kiosk, camera)

    def unpair(self, camera_id: int, actor: str) -> None:
        """Take the pairing back, and a link that was not used yet: neither opens anything from now on.

        Raises:
            NotFound: there is no such camera, or it is of another kind.
        """
        with self.unit_of_work() as work:
            found = _existing(work, camera_id)
            work.kiosks.put(Kiosk(camera_id, shows_self=found.kiosk.shows_self))
            work.kiosks.set_code(camera_id, None)
            work.kiosks.set_secret(camera_id, None)
            self._log(work, EventKind.KIOSK_UNPAIRED, found.camera, actor, device=found.kiosk.device)
            work.commit()

    def show_self(self, camera_id: int, shows_self: bool, actor: str) -> None:
        """Let people in front of the screen see themselves, or not.

        Raises:
            NotFound: there is no such camera, or it is of another kind.
        """
        with self.unit_of_work() as work:
            found = _existing(work, camera_id)
            work.kiosks.put(replace(found.kiosk, shows_self=shows_self))
            self._log(work, EventKind.KIOSK_CHANGED, found.camera, actor, shows_self=shows_self)
            work.commit()

    def _log(self, work: UnitOfWork, kind: EventKind, camera: Camera, actor: str | None, **said: object) -> None:
        payload = {"camera_id": camera.camera_id, "camera": camera.name, **said}
        work.events.append(Event(kind, self.clock.now(), payload, actor))


def _existing(work: ReadUnitOfWork, camera_id: int) -> KioskCamera:
    camera = work.cameras.get(camera_id)
    if camera is None or camera.kind is not CameraKind.KIOSK:
        raise NotFound(
            "There is no camera %(camera_id)s of the kind kiosk; it may have been removed.", camera_id=camera_id
        )
    return KioskCamera(work.kiosks.get(camera_id) or Kiosk(camera_id), camera)
