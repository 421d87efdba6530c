"""A visitor's request: find what is kept of a place and a time, hand it over, and delete it with proof."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.domain.alerts.incidents import Incident
from webapp.domain.alerts.not_stored import UnstoredAlert
from webapp.domain.events import Event, EventKind
from webapp.domain.insights.scores import ScoreMoment
from webapp.domain.people.audit import AuditFilter
from webapp.domain.site.compliance.visits import BackupCopy, DeletionProof, KeptOfVisit, Place, Visit, moment_of
from webapp.errors import IncidentConflict, InputInvalid, NotFound
from webapp.services.ports import Clock, ReadUnitOfWork, SnapshotStore, UnitOfWorkFactory
from webapp.services.site.backups import BackupService
from webapp.services.site.site import SiteService

MOST_SHOWN = 200
# A step holds the database for some milliseconds: alerts are stored between two of them.
BATCH = 100
_MOST_PROOFS = 1000


@dataclass(frozen=True)
class FoundOfVisit:
    """What is kept of a visit at a moment.

    Attributes:
        visit: of which place and time.
        counts: how much.
        incidents: the alerts, oldest first; at most `MOST_SHOWN`.
        open_ids: those of them that nobody has resolved.
        copies: backups that may hold it too.
        is_over: whether all that belongs to it is stored by now, so that it can be deleted.
    """

    visit: Visit
    counts: KeptOfVisit
    incidents: Sequence[Incident]
    open_ids: Sequence[int]
    copies: tuple[BackupCopy, ...]
    is_over: bool

    @property
    def may_be_deleted(self) -> bool:
        """Whether there is something, and nothing stands in the way."""
        return self.is_over and not self.open_ids and not self.counts.is_nothing


@dataclass(frozen=True)
class HandedOver:
    """One alert as a visitor is handed it: nothing of staff but what they noted.

    Attributes:
        incident: the alert.
        moments: its scores over time.
        jpeg: its picture, in which all other faces are hidden; None where none is kept.
        webm: its clip, likewise.
    """

    incident: Incident
    moments: Sequence[ScoreMoment]
    jpeg: bytes | None
    webm: bytes | None = None


@dataclass(frozen=True)
class VisitService:
    """The use cases around a visitor's request.

    Attributes:
        unit_of_work: opens transactions.
        snapshots: the alerts' pictures.
        backups: the backups, which keep what is deleted for a while.
        site: knows whose clocks a time means.
        clock: the time of day.
        pause: called between steps, so that a server can do others' work.
    """

    unit_of_work: UnitOfWorkFactory
    snapshots: SnapshotStore
    backups: BackupService
    site: SiteService
    clock: Clock
    pause: Callable[[], None]

    def places(self) -> Sequence[Place]:
        """Return the cameras by name, then those that were removed and of which alerts are kept."""
        with self.unit_of_work.reading() as work:
            cameras = [Place(camera.name, camera.camera_id) for camera in work.cameras.list()]
            return [*cameras, *work.visits.places()]

    def visit(self, place: str, begin: str, end: str) -> Visit:
        """Read what a person entered.

        Args:
            place: a place's key, or a camera's name.
            begin: on the site's clocks.
            end: likewise.

        Raises:
            InputInvalid: it names no place, no time, or one that is too long.
        """
        places = self.places()
        by_name = {one.name: one for one in reversed(places)}
        # A camera may be called as another one's key is: a form sends keys, and the key counts.
        found = {**by_name, **{one.key: one for one in places}}.get(place)
        if found is None:
            raise InputInvalid("Choose a camera from the list.", field="place")
        zone = self.site.zone()
        return Visit(found, moment_of(begin, zone, "begin"), moment_of(end, zone, "end"))

    def find(self, visit: Visit) -> FoundOfVisit:
        """Return what is kept, without changing anything."""
        strays = self._strays(visit)
        with self.unit_of_work.reading() as work:
            counts = work.visits.count(visit) + KeptOfVisit(files=len(strays))
            incidents = work.visits.incidents(visit, limit=MOST_SHOWN)
            open_ids = work.visits.open_ids(visit)
        return FoundOfVisit(visit, counts, incidents, open_ids, self._copies(visit), self._is_over(visit))

    def hand_over(self, visit: Visit, incident_ids: Collection[int], by: str) -> Sequence[HandedOver]:
        """Return those alerts of a visit that are the visitor's, and note that they were handed over.

        Raises:
            InputInvalid: none of them is chosen.
        """
        with self.unit_of_work.reading() as work:
            chosen = [one for one in work.visits.incidents(visit, limit=MOST_SHOWN) if one.incident_id in incident_ids]
            kept = [
                (
                    one,
                    work.scores.of_incident(one.incident_id),
                    work.incidents.snapshot_name(one.incident_id),
                    work.incidents.clip_of(one.incident_id),
                )
                for one in chosen
            ]
        if not chosen:
            raise InputInvalid("Choose the alerts that are about this visitor.", field="incidents")
        payload = {**visit.as_json(), "incidents": [one.incident_id for one in chosen]}
        self._note(EventKind.VISITOR_DATA_EXPORTED, payload, by)
        read = self.snapshots.read
        return [
            HandedOver(one, moments, read(name) if name else None, read(clip.name) if clip else None)
            for one, moments, name, clip in kept
        ]

    def delete(self, visit: Visit, by: str, unstored: Sequence[UnstoredAlert] = ()) -> DeletionProof:
        """Delete what is kept, look for it again, and put both on record.

        Each step and the line about it in the audit trail are one transaction; pictures go before their rows, so that
        this can be ended at any moment and begun again.

        Args:
            visit: of which place and time.
            by: who does it.
            unstored: alerts that vision holds in memory, since they could not be stored.

        Raises:
            InputInvalid: the time is not over, or nothing is kept.
            IncidentConflict: an alert is still open, or waits to be stored.
            OSError: a picture could not be deleted.
        """
        visit.check_over(self.clock.now())
        _check_stored(visit, unstored)
        copies, deleted = self._copies(visit), KeptOfVisit()
        names: list[str] = []
        while not (step := self._delete_some(visit, by, names)).is_nothing:
            deleted += step
            self.pause()
        deleted += KeptOfVisit(files=self._delete_strays(visit))
        if deleted.is_nothing:
            raise InputInvalid("Nothing is kept of this camera and time: there is nothing to delete.", field="begin")
        left = self.find(visit).counts
        left += KeptOfVisit(snapshots=sum(self.snapshots.read(name) is not None for name in names))
        proof = DeletionProof(visit, deleted, left, copies, self.clock.now(), by)
        return DeletionProof.from_event(self._note(EventKind.VISITOR_DATA_DELETED, proof.as_json(), by))

    def proofs(self) -> Sequence[DeletionProof]:
        """Return what was deleted on request, the newest first, for as long as the audit trail is kept."""
        with self.unit_of_work.reading() as work:
            return proofs_of(work)

    def proof(self, proof_id: int) -> DeletionProof:
        """Return one.

        Raises:
            NotFound: there is none of this number.
        """
        found = next((one for one in self.proofs() if one.proof_id == proof_id), None)
        if found is None:
            raise NotFound(
                "There is no record %(proof)s of a deletion, or it is older than the audit trail.", proof=proof_id
            )
        return found

    def _delete_some(self, visit: Visit, by: str, names: list[str]) -> KeptOfVisit:
        # Before the database is held: a store of the pictures on another machine may take seconds to answer.
        with self.unit_of_work.reading() as work:
            _check_resolved(work, visit)
            gone_before = work.visits.snapshot_names(visit, limit=BATCH)
        self.snapshots.remove_all(gone_before)
        with self.unit_of_work() as work:
            _check_resolved(work, visit)
            removed = work.visits.delete(visit, limit=BATCH)
            came_meanwhile = [name for name in removed.snapshots if name not in gone_before]
            if came_meanwhile:
                self.snapshots.remove_all(came_meanwhile)
            names += removed.snapshots
            if not removed.counts.is_nothing:
                gone: dict[str, Any] = {kind: count for kind, count in removed.counts.as_json().items() if count}
                gone |= {"on_request": True, "incident_ids": list(removed.incident_ids)}
                work.events.append(Event(EventKind.DATA_DELETED, self.clock.now(), gone, by))
                work.commit()
        return removed.counts

    def _delete_strays(self, visit: Visit) -> int:
        strays = self._strays(visit)
        self.snapshots.remove_all(strays)
        return len(strays)

    def _strays(self, visit: Visit) -> Sequence[str]:
        names = self.snapshots.taken_between(visit.begin, visit.end)
        with self.unit_of_work.reading() as work:
            return work.visits.unknown_of(names)

    def _copies(self, visit: Visit) -> tuple[BackupCopy, ...]:
        """Return the backups that are younger than the visit."""
        rule = self.backups.rule()
        kept = [one for one in self.backups.store.list() if one.made_at >= visit.begin]
        return tuple(BackupCopy(one.name, one.kind.expires_at(one.made_at, rule)) for one in kept)

    def _is_over(self, visit: Visit) -> bool:
        try:
            visit.check_over(self.clock.now())
        except InputInvalid:
            return False
        return True

    def _note(self, kind: EventKind, payload: dict[str, Any], by: str) -> Event:
        now: datetime = self.clock.now()
        with self.unit_of_work() as work:
            stored = work.events.append(Event(kind, now, payload, by))
            work.commit()
        return stored


def proofs_of(work: ReadUnitOfWork) -> Sequence[DeletionProof]:
    """Return what was deleted on request, the newest first, within a transaction."""
    deleted = AuditFilter(only=frozenset({EventKind.VISITOR_DATA_DELETED}))
    return [DeletionProof.from_event(event) for event in work.events.search(deleted, limit=_MOST_PROOFS)]


def _check_stored(visit: Visit, unstored: Sequence[UnstoredAlert]) -> None:
    if any(one.camera_id == visit.place.camera_id and one.started_at < visit.end for one in unstored):
        raise IncidentConflict(
            "Alerts of this camera wait to be stored, and would come back: see System, and delete once they are stored."
        )


def _check_resolved(work: ReadUnitOfWork, visit: Visit) -> None:
    open_ids = work.visits.open_ids(visit)
    if open_ids:
        raise IncidentConflict(
            "Alert %(incident)s is still open, and someone may be on the way: resolve it first, then delete.",
            incident=open_ids[0],
        )
