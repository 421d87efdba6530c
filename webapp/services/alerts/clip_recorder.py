"""An alert's clip becomes part of its incident: the file and what is said of it in one transaction."""

from dataclasses import dataclass, replace

from webapp.domain.alerts.clips import Clip
from webapp.domain.events import Event, EventKind
from webapp.services.alerts.incidents import incident_payload
from webapp.services.ports import Clock, SnapshotStore, UnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True)
class ClipRecorder:
    """Keeps clips beside the pictures of their incidents.

    Attributes:
        unit_of_work: opens transactions.
        snapshots: the files.
        clock: the time of day.
    """

    unit_of_work: UnitOfWorkFactory
    snapshots: SnapshotStore
    clock: Clock

    def keep(self, incident_id: int, clip: Clip) -> bool:
        """Give an incident its clip; where it is deleted meanwhile, or has one, nothing is kept.

        Returns:
            Whether it was kept.

        Raises:
            OSError: there is no room.
            Exception: whatever the storage raises; nothing is kept then, and it can be called again.
        """
        name, is_kept = self.snapshots.save(clip.webm, clip.began_at, "webm"), False
        try:
            with self.unit_of_work() as work:
                is_given = self._give(work, incident_id, name, clip)
                work.commit()
            is_kept = is_given
        finally:
            if not is_kept:
                self.snapshots.remove(name)
        return is_kept

    def _give(self, work: UnitOfWork, incident_id: int, name: str, clip: Clip) -> bool:
        incident = work.incidents.get(incident_id, for_update=True)
        if incident is None or incident.has_clip:
            return False
        work.incidents.give_clip(incident_id, name, clip)
        payload = incident_payload(replace(incident, has_clip=True))
        work.events.append(Event(EventKind.INCIDENT_CLIPPED, self.clock.now(), payload, incident_id=incident_id))
        return True
