"""What the alert policies decide becomes incidents: each incident and its event in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.alerts.incidents import EarlierIncident, Incident, IncidentState
from webapp.domain.alerts.not_stored import UnstoredAlert
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.cameras.cameras import Camera
from webapp.domain.events import Event, EventKind
from webapp.domain.vision.face_linking import LostTrack, Sighting
from webapp.errors import DatabaseFailed
from webapp.services.alerts.incidents import incident_payload
from webapp.services.alerts.lost_alerts import LostAlert, is_raised_by_other, lost_alerts, was_lost
from webapp.services.alerts.pending_decisions import (
    PendingDecision,
    event_of,
    followed_incident,
    note_change,
    opened_incident,
    stored_already,
)
from webapp.services.ports import Clock, ReadUnitOfWork, SnapshotStore, UnitOfWork, UnitOfWorkFactory

PICTURED = frozenset({AlertChange.OPENED, AlertChange.PEAKED})
"""The changes of which a picture is kept: the moment that speaks most for the alert so far."""

# Two restarts in a row end an incident twice.
_MOMENT = timedelta(seconds=5)
# So many decisions wait with their pictures, some 100 MB; where the database is away for longer the alerts wait alone.
_MOST_PICTURED = 500


@dataclass
class IncidentRecorder:
    """Keeps the decisions of all cameras; survives a database that is away for a while.

    A decision that cannot be stored waits in memory, in order, and is tried again by `flush`. Of where faces are only
    the newest waits, and that of all of them is one transaction: it comes once a second from each open alert.
    """

    unit_of_work: UnitOfWorkFactory
    snapshots: SnapshotStore
    clock: Clock
    _pending: list[PendingDecision] = field(default_factory=list)
    _seen: dict[tuple[int, int], PendingDecision] = field(default_factory=dict)
    _incident_ids: dict[tuple[int, int], int] = field(default_factory=dict)
    _tried: PendingDecision | None = None
    _lost: list[LostAlert] = field(default_factory=list)

    def record(self, camera: Camera, decisions: Sequence[AlertDecision], snapshot_jpeg: bytes | None) -> None:
        """Take decisions of one camera's policy; `flush` stores them.

        Args:
            camera: the camera that they are about.
            decisions: in the policy's order.
            snapshot_jpeg: the frame, for incidents that open or peak with it.
        """
        for decision in decisions:
            jpeg = snapshot_jpeg if decision.change in PICTURED and len(self._pending) < _MOST_PICTURED else None
            waiting = PendingDecision(camera, decision, jpeg)
            if decision.seen_at is not None:  # It says where the face is: what was to be reported before is outdated.
                self._seen.pop(waiting.key, None)
            if decision.change is AlertChange.SEEN:
                self._seen[waiting.key] = waiting
            else:
                self._pending.append(waiting)

    @property
    def pending_count(self) -> int:
        """How many decisions wait to be stored."""
        return len(self._pending) + len(self._seen) + len(self._lost)

    def is_waiting(self, camera_id: int) -> bool:
        """Return whether something of a camera waits to be stored."""
        return any(one.camera.camera_id == camera_id for one in (*self._pending, *self._seen.values()))

    def lose(self, camera_id: int, taken_at: datetime) -> None:
        """Drop what waits of a camera that another machine watches, but for alerts that only this one may have seen.

        Those are stored by `flush`: at once where they were over before the other machine began, else when it has had
        the time to raise them itself and has not.

        Args:
            camera_id: which camera.
            taken_at: since when the other machine watches it.
        """
        mine = [one for one in self._pending if one.camera.camera_id == camera_id]
        self._pending = [one for one in self._pending if one.camera.camera_id != camera_id]
        self._seen = {key: one for key, one in self._seen.items() if key[0] != camera_id}
        self._incident_ids = {key: i for key, i in self._incident_ids.items() if key[0] != camera_id}
        self._lost += lost_alerts(mine, taken_at)

    def unstored(self) -> Sequence[UnstoredAlert]:
        """Return the alerts that wait to become incidents, oldest first."""
        ended = {one.key: one.decision.at for one in self._pending if one.decision.change is AlertChange.ENDED}
        opened = [one for one in self._pending if one.decision.change is AlertChange.OPENED]
        return tuple(UnstoredAlert.of(one.camera, one.decision, ended.get(one.key)) for one in opened)

    def incident_id(self, camera_id: int, episode: int) -> int | None:
        """Return the incident that an episode of a camera's policy is; None while it is not stored."""
        return self._incident_ids.get((camera_id, episode))

    def flush(self) -> None:
        """Store what waits, oldest first.

        Raises:
            Exception: whatever the storage raises; what was not stored waits on.
        """
        self._take_lost()
        while self._pending:
            self._store(self._pending[0])
            self._pending.pop(0)
        if self._seen:
            self._store_seen()
            self._seen.clear()

    def _take_lost(self) -> None:
        """Have those lost alerts stored that turn out to be this machine's alone."""
        now = self.clock.now()
        due = [one for one in self._lost if one.is_due(now)]
        if not due:
            return
        with self.unit_of_work.reading() as work:
            alone = [one for one in due if not is_raised_by_other(work, one)]
        self._lost = [one for one in self._lost if one not in due]
        self._pending += [decision for one in alone for decision in one.decisions]

    def resume(self, camera_id: int, policy: AlertPolicy, shift: timedelta = timedelta()) -> list[LostTrack]:
        """Take up the incidents that an earlier policy of this camera left open, or ended within the cooldown.

        It was that of a process that died, or that of before the camera was changed. What is open is ended now; if
        the person is still there and still angry-looking, the policy continues it instead of opening a second one.
        By `shift` the machine's clock is ahead of the policy's.

        Returns:
            Where the people whose incident went on, or who were seen a moment ago, were last seen, for the tracker to
            find them again. Anyone who had calmed down or left is not among them: nobody knows whether they were still
            there, and anyone who stands in their place now would be taken for them, their face unseen, and not be told.

        Raises:
            Exception: whatever the storage raises; nothing is lost, and it can be called again.
        """
        # What waits belongs to the earlier policy, whose episodes were counted from 1 as the new one's are.
        self.flush()
        self._incident_ids = {key: i for key, i in self._incident_ids.items() if key[0] != camera_id}
        at = self.clock.now()
        with self.unit_of_work.reading() as work:
            camera = work.cameras.get(camera_id)
            recent = work.incidents.recent_of(camera_id, at - timedelta(seconds=policy.rule.cooldown_s))
        for incident in recent:
            ended_at, person = incident.ended_at or at, -incident.incident_id
            episode = policy.resume(
                person, incident.emotion, incident.started_at - shift, ended_at - shift, incident.peak_score,
                incident.resolved_at - shift if incident.resolved_at else None,
            )  # fmt: skip
            self._incident_ids[camera_id, episode] = incident.incident_id
            if incident.ended_at is None and camera is not None:
                self._pending.append(PendingDecision(camera, incident.ended_unseen(episode, at), None))
        with suppress(DatabaseFailed):  # It waits like any other decision: a full disk keeps no camera from its watch.
            self.flush()
        return [
            LostTrack(-incident.incident_id, Sighting(incident.seen_at - shift, incident.box_xyxy))
            for incident in recent
            if incident.seen_at and incident.box_xyxy and (not incident.ended_at or at - incident.seen_at <= _MOMENT)
        ]

    def settle(self, camera: Camera, policy: AlertPolicy, shift: timedelta = timedelta()) -> None:
        """Inform a camera's policy which of its incidents staff have resolved, or opened again.

        Raises:
            Exception: whatever the storage raises; it can be called again.
        """
        self._forget(camera.camera_id, policy.episode_numbers())
        mine = {key[1]: i for key, i in self._incident_ids.items() if key[0] == camera.camera_id}
        if not mine:
            return
        with self.unit_of_work.reading() as work:
            resolved_at = work.incidents.resolved_at(list(mine.values()))
        for episode, incident_id in mine.items():
            if incident_id in resolved_at:  # Of one that is deleted nothing changes any more.
                at = resolved_at[incident_id]
                ended = policy.settle(episode, at - shift if at else None)
                self.record(camera, [decision.shifted(shift) for decision in ended], None)

    def _forget(self, camera_id: int, known: frozenset[int]) -> None:
        """Drop what no decision can be about any more."""
        waiting = {one.key for one in (*self._pending, *self._seen.values())}
        waiting |= {(one.camera.camera_id, one.decision.again) for one in self._pending if one.decision.again}
        self._incident_ids = {
            key: i for key, i in self._incident_ids.items() if key[0] != camera_id or key[1] in known or key in waiting
        }

    def _store_seen(self) -> None:
        with self.unit_of_work() as work:
            for key, waiting in self._seen.items():
                if key in self._incident_ids:
                    self._follow_in(work, self._incident_ids[key], waiting.decision, None)
            work.commit()

    def _store(self, waiting: PendingDecision) -> None:
        key = waiting.key
        if waiting.decision.change is AlertChange.OPENED:
            is_again = waiting is self._tried or was_lost(waiting)
            self._tried = waiting
            self._incident_ids[key] = self._open(waiting, is_again=is_again)
        elif key in self._incident_ids:
            self._follow(self._incident_ids[key], waiting)

    def _open(self, waiting: PendingDecision, *, is_again: bool) -> int:
        """Store a new incident, unless a try whose answer from the server got lost has done so."""
        with self._picture(waiting) as snapshot, self.unit_of_work() as work:
            incident = replace(opened_incident(waiting), has_snapshot=snapshot is not None)
            if is_again and (before := stored_already(work, incident)):
                if snapshot:  # That of the first try was deleted with it.
                    work.incidents.replace_snapshot(before.incident_id, snapshot, waiting.decision.at)
                    work.commit()
                return before.incident_id
            if work.cameras.get(waiting.camera.camera_id) is None:
                incident = replace(incident, camera_id=None)
            stored = work.incidents.add(replace(incident, again=self._earlier(work, waiting)), snapshot)
            event = Event(
                EventKind.INCIDENT_OPENED,
                self.clock.now(),
                incident_payload(stored),
                incident_id=stored.incident_id,
            )
            work.events.append(event)
            work.commit()
        return stored.incident_id

    def _earlier(self, work: ReadUnitOfWork, waiting: PendingDecision) -> EarlierIncident | None:
        """Return the incident that the same person had before, if that was resolved."""
        episode = waiting.decision.again
        earlier_id = self.incident_id(waiting.camera.camera_id, episode) if episode else None
        earlier = work.incidents.get(earlier_id) if earlier_id else None
        if earlier is None or earlier.resolved_at is None:
            return None
        return EarlierIncident(earlier.incident_id, earlier.resolved_by or "", earlier.resolved_at)

    @contextmanager
    def _picture(self, waiting: PendingDecision) -> Iterator[str | None]:
        """Keep the picture if it can be, unless what it belongs to cannot be stored: that is tried again, with it."""
        name = self._save_snapshot(waiting)
        try:
            yield name
        except BaseException:
            if name:
                self.snapshots.remove(name)
            raise

    def _save_snapshot(self, waiting: PendingDecision) -> str | None:
        """Save the picture if it can be: a full disk must not swallow the alert."""
        try:
            return self.snapshots.save(waiting.snapshot_jpeg, waiting.decision.at) if waiting.snapshot_jpeg else None
        except OSError:
            return None

    def _follow(self, incident_id: int, waiting: PendingDecision) -> None:
        with self._picture(waiting) as snapshot, self.unit_of_work() as work:
            outdated = self._follow_in(work, incident_id, waiting.decision, snapshot)
            work.commit()
        if outdated:
            with suppress(OSError):  # Housekeeping sweeps it; what is stored must not be stored again.
                self.snapshots.remove(outdated)

    def _follow_in(
        self, work: UnitOfWork, incident_id: int, decision: AlertDecision, snapshot: str | None
    ) -> str | None:
        """Store a decision and return the name of the picture that nobody needs any more."""
        incident = work.incidents.get(incident_id, for_update=True)
        # What is resolved is over; only its end may still be missing.
        if incident is None or (incident.state is IncidentState.RESOLVED and incident.ended_at):
            return snapshot
        followed = followed_incident(incident, decision)
        if decision.change is AlertChange.ENDED:
            note_change(work, replace(followed, ended_at=decision.at), EventKind.INCIDENT_ENDED, decision.at)
            return None
        if incident.state is IncidentState.RESOLVED:
            return snapshot
        return self._go_on(work, followed, decision, snapshot)

    def _go_on(self, work: UnitOfWork, incident: Incident, decision: AlertDecision, snapshot: str | None) -> str | None:
        """Store that an incident goes on, and return the name of the picture that a better one replaces."""
        if decision.change is AlertChange.CONTINUED:
            incident = replace(incident, ended_at=None, track_id=decision.track_id)
            if decision.is_told:
                work.events.append(event_of(incident, EventKind.INCIDENT_CONTINUED, decision.at))
        work.incidents.update(incident)
        if snapshot is None:
            return None
        face_xyxy = decision.picture_face_xyxy
        outdated = work.incidents.replace_snapshot(incident.incident_id, snapshot, decision.at, face_xyxy)
        pictured = replace(incident, has_snapshot=True, snapshot_at=decision.at, snapshot_face_xyxy=face_xyxy)
        work.events.append(event_of(pictured, EventKind.INCIDENT_PEAKED, decision.at))
        return outdated
