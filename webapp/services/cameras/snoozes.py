"""Cameras that staff leave alone for a while."""

from dataclasses import dataclass, replace
from datetime import tzinfo

from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.snoozes import Snooze, snooze_for, snooze_until
from webapp.domain.events import Event, EventKind
from webapp.services.cameras.cameras import existing_camera
from webapp.services.ports import Clock, UnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True)
class SnoozeService:
    """The use cases around snoozed cameras."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def snooze(self, camera_id: int, minutes: int, by: str) -> Camera:
        """Raise no new alert at a camera for some minutes from now; a snooze that is on is replaced.

        Raises:
            InputInvalid: so short or so long a snooze is not offered.
            NotFound: there is no such camera.
        """
        return self._begin(camera_id, snooze_for(minutes, by, self.clock.now()))

    def snooze_until(self, camera_id: int, clock_time: str, zone: tzinfo, by: str) -> Camera:
        """Raise no new alert at a camera until the clocks of a time zone show a time, such as 18:30.

        Raises:
            InputInvalid: it is no time of day.
            NotFound: there is no such camera.
        """
        return self._begin(camera_id, snooze_until(clock_time, by, self.clock.now(), zone))

    def end(self, camera_id: int, by: str) -> Camera:
        """Raise alerts again at once; a camera that is not snoozed stays as it is.

        Raises:
            NotFound: there is no such camera.
        """
        with self.unit_of_work() as work:
            before = existing_camera(work, camera_id)
            camera = replace(before, snooze=None)
            if before.snooze is not None and not before.snooze.is_over(self.clock.now()):
                self._store(work, camera, EventKind.CAMERA_SNOOZE_ENDED, by)
        return camera

    def _begin(self, camera_id: int, snooze: Snooze) -> Camera:
        with self.unit_of_work() as work:
            camera = replace(existing_camera(work, camera_id), snooze=snooze)
            self._store(work, camera, EventKind.CAMERA_SNOOZED, snooze.by)
        return camera

    def _store(self, work: UnitOfWork, camera: Camera, kind: EventKind, by: str) -> None:
        work.cameras.set_snooze(camera.camera_id, camera.snooze)
        payload = {"camera_id": camera.camera_id, "camera": camera.name, **snooze_payload(camera)}
        work.events.append(Event(kind, self.clock.now(), payload, by))
        work.commit()


def snooze_payload(camera: Camera) -> dict[str, str | None]:
    """Return until when a camera is snoozed and by whom, as the event log and the pages say it."""
    snooze = camera.snooze
    return {
        "snoozed_until": snooze.until_at.isoformat() if snooze else None,
        "snoozed_by": snooze.by if snooze else None,
    }
