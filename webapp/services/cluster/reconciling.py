"""Brings the cameras to the machines: what is wanted is compared with what is, and the difference made up for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from webapp.domain.cameras.cameras import Camera, CameraKind
from webapp.domain.cluster.liveness import Life, Liveness
from webapp.domain.cluster.nodes import CONTROLLER, CameraOwner, ClusterNode
from webapp.domain.cluster.placement import Place, PlacedCamera, balanced, place
from webapp.services.cluster.ownership import given
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWorkFactory

# A machine that lives and does not let go of a camera for so long is not waited for.
_HAND_OVER_S = 10.0
# Measured, 720p at 25 fps with three faces: capture, and the analysis at the usual rate. See docs/cluster.md.
_CAPTURE_COST, _ANALYSIS_COST, _SNAPSHOT_COST = 0.05, 0.12, 0.02


def camera_cost(camera: Camera, usual_fps: float) -> float:
    """Return the cores that a camera takes, as a share of a machine's: an estimate that places it.

    Args:
        camera: as it is registered.
        usual_fps: analysed frames a second of a camera that is not set to fewer.
    """
    share = min(1.0, (camera.analysis_fps or usual_fps) / usual_fps)
    is_single_pictures = camera.kind in (CameraKind.SNAPSHOT, CameraKind.KIOSK)
    return (_SNAPSHOT_COST if is_single_pictures else _CAPTURE_COST) + _ANALYSIS_COST * share


@dataclass(frozen=True)
class Moved:
    """What was decided of one camera.

    Attributes:
        camera_id: which.
        source: the machine that had it; None: nobody.
        target: the machine that has it, or is to have it.
        is_asked: whether a living machine was asked to hand it over; else it was taken at once.
    """

    camera_id: int
    source: str | None
    target: str
    is_asked: bool


@dataclass
class Reconciler:
    """Watches who is alive, and brings the cameras of the lost to the living.

    Several may run at once: whoever decides does so in a transaction, behind the one that was before.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time of day.
        usual_fps: analysed frames a second of a camera that is not set to fewer.
        liveness: who gives beats.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    usual_fps: float
    liveness: Liveness = field(default_factory=Liveness)
    _asked_s: dict[tuple[int, str | None], float] = field(default_factory=dict, init=False)
    _observed_s: float = field(default=0.0, init=False)

    def observe(self, now_s: float) -> Sequence[ClusterNode]:
        """Look who has given a beat; to be called every second.

        Args:
            now_s: seconds on a clock that never goes back.

        Returns:
            All that are known.

        Raises:
            DatabaseFailed: the database is away.
        """
        with self.unit_of_work.reading() as work:
            nodes = work.cluster.nodes()
        self.liveness.observe({one.name: (one.member, one.beat) for one in nodes}, now_s)
        self._observed_s = now_s
        return nodes

    def decides(self, me: str, nodes: Sequence[ClusterNode]) -> bool:
        """Return whether it is this one that decides: the controller, or for want of it the first that is alive.

        Args:
            me: the own name.
            nodes: as `observe` returned them.
        """
        return me == CONTROLLER or decider([one.name for one in nodes], self.liveness.of) == me

    def is_controlled(self, seconds: float, sleep: Callable[[float], None]) -> bool:
        """Watch for so long whether a controller gives beats.

        Raises:
            DatabaseFailed: the database is away.
        """
        self.observe(0.0)
        sleep(seconds)
        self.observe(seconds)
        return self.liveness.of(CONTROLLER) is Life.ALIVE

    def reconcile(self) -> Sequence[Moved]:
        """Bring every camera to a machine that is alive; return what was changed.

        Raises:
            DatabaseFailed: the database is away.
        """
        with self.unit_of_work.reading() as work:
            if not self._changes(work):
                return ()
        with self.unit_of_work() as work:
            changes = self._changes(work)
            work.cluster.put_owners([owner for owner, _ in changes])
            work.commit()
        return [moved for _, moved in changes]

    def _changes(self, work: ReadUnitOfWork) -> list[tuple[CameraOwner, Moved]]:
        nodes = [one for one in work.cluster.nodes() if one.name != CONTROLLER]
        owners = {one.camera_id: one for one in work.cluster.owners()}
        cameras = [one for one in work.cameras.list() if one.enabled]
        places = [_place_of(one, life) for one in nodes if (life := self.liveness.of(one.name)) is not Life.SILENT]
        now = [self._placed(one, owners.get(one.camera_id)) for one in cameras]
        if any(not one.takes_more and not one.is_left for one in places):  # Those that have just come are not left out.
            now = [one for one in now if one.camera_id in owners]
        targets: Mapping[int, str] = place(now, places)
        asked = {(i, owners[i].wanted_node) for i in targets if i in owners and owners[i].wanted_node}
        self._asked_s = {key: asked_s for key, asked_s in self._asked_s.items() if key in asked}
        if not asked:
            settled = [replace(one, node=targets.get(one.camera_id)) for one in now]
            targets = {**targets, **balanced(settled, places)}
        living = {one.node for one in places}
        at = self.clock.now()
        decided = [
            self._decided(owners.get(camera_id, CameraOwner(camera_id)), target, living, at)
            for camera_id, target in sorted(targets.items())
        ]
        return [one for one in decided if one is not None]

    def _placed(self, camera: Camera, owner: CameraOwner | None) -> PlacedCamera:
        cost = camera_cost(camera, self.usual_fps)
        if owner is None:
            return PlacedCamera(camera.camera_id, cost)
        return PlacedCamera(camera.camera_id, cost, owner.wanted_node or owner.node, owner.only_node)

    def _decided(
        self, owner: CameraOwner, target: str, living: set[str], at: datetime
    ) -> tuple[CameraOwner, Moved] | None:
        """Return whose a camera is from now on, where that is to be changed."""
        key = owner.camera_id, owner.wanted_node
        if owner.node == target:
            return (replace(owner, wanted_node=None), _moved(owner, target, True)) if owner.wanted_node else None
        if owner.node not in living or self._is_overdue(key, owner, target):
            return given(owner, target, at), _moved(owner, target, False)
        if owner.wanted_node == target:
            return None
        return replace(owner, wanted_node=target), _moved(owner, target, True)

    def _is_overdue(self, key: tuple[int, str | None], owner: CameraOwner, target: str) -> bool:
        if owner.wanted_node != target:
            return False
        return self._observed_s - self._asked_s.setdefault(key, self._observed_s) >= _HAND_OVER_S


def decider(names: Sequence[str], life: Callable[[str], Life]) -> str | None:
    """Return who decides: the controller, or for want of it the first machine that is alive; None: nobody known of.

    Args:
        names: of all that are known, in order.
        life: says of a name whether it is alive.
    """
    if CONTROLLER in names and life(CONTROLLER) is not Life.SILENT:
        return CONTROLLER
    return next((name for name in names if name != CONTROLLER and life(name) is Life.ALIVE), None)


def _moved(owner: CameraOwner, target: str, is_asked: bool) -> Moved:
    return Moved(owner.camera_id, owner.node, target, is_asked)


def _place_of(node: ClusterNode, life: Life) -> Place:
    return Place(node.name, node.capacity, takes_more=life is Life.ALIVE, is_left=node.is_draining)
