"""What a machine of a cluster watches: only the cameras that are its own, and it writes of no others."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from webapp.domain.cameras.cameras import Camera
from webapp.domain.cluster.liveness import SILENT_S
from webapp.domain.cluster.nodes import CameraOwner
from webapp.errors import OwnershipLost
from webapp.services.analysis_configuration import AnalysisConfiguration, AnalysisConfigurationService, AnalysisSource
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWorkFactory


@dataclass
class Claims:
    """The cameras that one process takes for its own, by their epochs; checked within each transaction that writes.

    Threads may read it: it is replaced as a whole.

    Attributes:
        node: the machine that they are thought to be of.
        epochs: camera id → epoch.
    """

    node: str
    epochs: Mapping[int, int] = field(default_factory=dict)

    def check(self, work: ReadUnitOfWork) -> None:
        """Check in a transaction that all of them are still this machine's.

        As one transaction writes at a time, no camera becomes another machine's before this one has ended.

        Raises:
            OwnershipLost: some are not.
        """
        lost = lost_of(work, self.node, self.epochs)
        if lost:
            raise OwnershipLost(frozenset(lost))


@dataclass
class ClaimedCameras(AnalysisSource):
    """The configuration of the analysis as one machine of a cluster has it: with its own cameras alone.

    Attributes:
        whole: the configuration of all cameras.
        unit_of_work: opens transactions; those that write check `claims`.
        claims: what this process takes for its own.
        clock: the time of day.
        on_change: called with camera id → epoch when that has changed.
    """

    whole: AnalysisConfigurationService
    unit_of_work: UnitOfWorkFactory
    claims: Claims
    clock: Clock
    on_change: Callable[[Mapping[int, int]], None] = lambda epochs: None
    _known: AnalysisConfiguration | None = field(default=None, init=False)
    _own: AnalysisConfiguration | None = field(default=None, init=False)
    _leaving: dict[int, CameraOwner] = field(default_factory=dict, init=False)
    _confirmed_at: dict[int, datetime] = field(default_factory=dict, init=False)

    def current(self, known: AnalysisConfiguration | None = None) -> AnalysisConfiguration:
        whole = self.whole.current(self._known)
        with self.unit_of_work.reading() as work:
            owned = {one.camera_id: one for one in work.cluster.owners_of(self.claims.node)}
            others = lost_of(work, self.claims.node, self.claims.epochs)
        lost = {camera_id: self._taken_at(owner) for camera_id, owner in others.items()}
        enabled = {one.camera_id for one in whole.cameras if one.enabled}  # Of all others nothing goes on elsewhere.
        self._leaving = {i: one for i, one in owned.items() if one.wanted_node and i in enabled and i not in lost}
        elsewhere = dict.fromkeys(self._leaving) | lost
        own = [one for one in whole.cameras if one.camera_id in owned and one.camera_id not in elsewhere]
        new = {one.camera_id: owned[one.camera_id].epoch for one in own}
        self._claim({**new, **self.claims.epochs})  # What is lost goes only when nothing of it can be written any more.
        now = self.clock.now()
        self._confirmed_at = {i: self._confirmed_at.get(i, now) if i in lost else now for i in self.claims.epochs}
        if known is None or known is not self._own or whole is not self._known or not _is_same(known, own, elsewhere):
            self._own = replace(whole, cameras=own, elsewhere=elsewhere)
        self._known = whole
        return self._own or whole

    def settle(self, watched: Collection[int], is_stored: Callable[[int], bool]) -> None:
        given_up = self._own.elsewhere if self._own else {}
        # Those that are lost first: as long as one of them is claimed, no other can be handed over.
        for camera_id in sorted((one for one in given_up if one not in watched), key=lambda one: one in self._leaving):
            owner = self._leaving.get(camera_id)
            if owner is not None and is_stored(camera_id):
                self._hand_over(owner)
            if owner is None or is_stored(camera_id):
                self._claim({i: epoch for i, epoch in self.claims.epochs.items() if i != camera_id})

    def _taken_at(self, owner: CameraOwner) -> datetime | None:
        """Return since when another machine watches a camera that is lost.

        Where several had it in turn only the last one's time is known: the first may have begun as soon as this
        machine's beats were missed.
        """
        confirmed_at = self._confirmed_at.get(owner.camera_id)
        if owner.since is None or confirmed_at is None or owner.epoch == self.claims.epochs[owner.camera_id] + 1:
            return owner.since
        return min(owner.since, confirmed_at + timedelta(seconds=SILENT_S))

    def _hand_over(self, owner: CameraOwner) -> None:
        """Make a camera the machine's that is to have it, unless it is another one's already."""
        with self.unit_of_work() as work:
            now = work.cluster.owner(owner.camera_id)
            if now is not None and (now.node, now.epoch) == (owner.node, owner.epoch) and now.wanted_node:
                work.cluster.put_owner(given(now, now.wanted_node, self.clock.now()))
                work.commit()

    def _claim(self, epochs: Mapping[int, int]) -> None:
        if epochs != self.claims.epochs:
            self.claims.epochs = dict(epochs)
            self.on_change(self.claims.epochs)


def given(owner: CameraOwner, node: str, at: datetime) -> CameraOwner:
    """Return a camera as another machine's."""
    return replace(owner, node=node, epoch=owner.epoch + 1, since=at, wanted_node=None)


def lost_of(work: ReadUnitOfWork, node: str, epochs: Mapping[int, int]) -> dict[int, CameraOwner]:
    """Return the claimed cameras that are another machine's, or another run's; a removed one is lost to nobody."""
    if not epochs:
        return {}
    now = {one.camera_id: one.epoch for one in work.cluster.owners_of(node)}
    doubtful = [work.cluster.owner(camera_id) for camera_id, epoch in epochs.items() if now.get(camera_id) != epoch]
    return {one.camera_id: one for one in doubtful if one is not None}


def _is_same(known: AnalysisConfiguration, own: Sequence[Camera], elsewhere: Mapping[int, datetime | None]) -> bool:
    same_cameras = [one.camera_id for one in known.cameras] == [one.camera_id for one in own]
    return same_cameras and dict(known.elsewhere) == dict(elsewhere)
