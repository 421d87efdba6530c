"""What the alert policies decide becomes incidents: each incident and its event in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from webapp.domain.alerting import AlertChange, AlertDecision, AlertPolicy
from webapp.domain.cameras import Camera
from webapp.domain.events import Event, EventKind
from webapp.domain.incidents import Incident
from webapp.services.incidents import incident_payload
from webapp.services.ports import Clock, SnapshotStore, UnitOfWork, UnitOfWorkFactory


@dataclass
class IncidentRecorder:
    """Keeps the decisions of all cameras; survives a database that is away for a while.

    A decision that cannot be stored waits in memory, in order, and is tried again by `flush`.
    """

    unit_of_work: UnitOfWorkFactory
    snapshots: SnapshotStore
    clock: Clock
    _pending: list["_Pending"] = field(default_factory=list)
    _incident_ids: dict[tuple[int, int], int] = field(default_factory=dict)

    def record(self, camera: Camera, decisions: Sequence[AlertDecision], snapshot_jpeg: bytes | None) -> None:
        """Take decisions of one camera's policy; `flush` stores them.

        Args:
            camera: the camera that they are about.
            decisions: in the policy's order.
            snapshot_jpeg: the frame, for incidents that open with it.
        """
        for decision in decisions:
            jpeg = snapshot_jpeg if decision.change is AlertChange.OPENED else None
            self._pending.append(_Pending(camera, decision, jpeg))

    @property
    def pending_count(self) -> int:
        """How many decisions wait to be stored."""
        return len(self._pending)

    def incident_id(self, camera_id: int, episode: int) -> int | None:
        """Return the incident that an episode of a camera's policy is; None while it is not stored."""
        return self._incident_ids.get((camera_id, episode))

    def flush(self) -> None:
        """Store what waits, oldest first.

        Raises:
            Exception: whatever the storage raises; what was not stored waits on.
        """
        while self._pending:
            self._store(self._pending[0])
            self._pending.pop(0)

    def resume(self, camera_id: int, policy: AlertPolicy) -> None:
        """Take up the incidents that an earlier policy of this camera left open or ended within the cooldown.

        It was that of a process that died, or that of before the camera was changed. What is open is ended now; if
        the person is still there and still angry-looking, the policy continues it instead of opening a second one.

        Raises:
            Exception: whatever the storage raises; nothing is lost, and it can be called again.
        """
        # What waits belongs to the earlier policy, whose episodes were counted from 1 as the new one's are.
        self.flush()
        self._incident_ids = {key: i for key, i in self._incident_ids.items() if key[0] != camera_id}
        at = self.clock.now()
        with self.unit_of_work() as work:
            for incident in work.incidents.recent_of(camera_id, at - timedelta(seconds=policy.rule.cooldown_s)):
                ended_at = incident.ended_at or at
                episode = policy.resume(incident.emotion, incident.started_at, ended_at, incident.peak_score)
                self._incident_ids[camera_id, episode] = incident.incident_id
                if incident.ended_at is None:
                    _change(work, replace(incident, ended_at=at), EventKind.INCIDENT_ENDED, at)
            work.commit()

    def _store(self, waiting: "_Pending") -> None:
        key = (waiting.camera.camera_id, waiting.decision.episode)
        if waiting.decision.change is AlertChange.OPENED:
            self._incident_ids[key] = self._open(waiting)
        elif key in self._incident_ids:
            self._follow(self._incident_ids[key], waiting.decision)

    def _open(self, waiting: "_Pending") -> int:
        decision = waiting.decision
        snapshot = self._save_snapshot(waiting.snapshot_jpeg, decision.at)
        incident = Incident(
            camera_id=waiting.camera.camera_id,
            camera_name=waiting.camera.name,
            track_id=decision.track_id,
            emotion=decision.emotion,
            started_at=decision.started_at,
            opened_at=decision.at,
            peak_score=decision.peak_score,
            has_snapshot=snapshot is not None,
        )
        with self.unit_of_work() as work:
            if work.cameras.get(waiting.camera.camera_id) is None:
                incident = replace(incident, camera_id=None)
            stored = work.incidents.add(incident, snapshot)
            event = Event(
                EventKind.INCIDENT_OPENED,
                self.clock.now(),
                incident_payload(stored),
                incident_id=stored.incident_id,
            )
            work.events.append(event)
            work.commit()
        return stored.incident_id

    def _save_snapshot(self, jpeg: bytes | None, at: datetime) -> str | None:
        """Save the picture if it can be: a full disk must not swallow the alert."""
        try:
            return self.snapshots.save(jpeg, at) if jpeg else None
        except OSError:
            return None

    def _follow(self, incident_id: int, decision: AlertDecision) -> None:
        with self.unit_of_work() as work:
            incident = work.incidents.get(incident_id, for_update=True)
            if incident is None:
                return
            peaked = replace(incident, peak_score=max(incident.peak_score, decision.peak_score))
            if decision.change is AlertChange.PEAKED:
                work.incidents.update(peaked)
            elif decision.change is AlertChange.ENDED:
                _change(work, replace(peaked, ended_at=decision.at), EventKind.INCIDENT_ENDED, decision.at)
            else:
                continued = replace(peaked, ended_at=None, track_id=decision.track_id)
                _change(work, continued, EventKind.INCIDENT_CONTINUED, decision.at)
            work.commit()


@dataclass(frozen=True)
class _Pending:
    camera: Camera
    decision: AlertDecision
    snapshot_jpeg: bytes | None


def _change(work: UnitOfWork, incident: Incident, kind: EventKind, at: datetime) -> None:
    work.incidents.update(incident)
    work.events.append(Event(kind, at, incident_payload(incident), incident_id=incident.incident_id))
