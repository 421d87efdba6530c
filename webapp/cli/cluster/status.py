"""How a cluster is: its machines, and whose each camera is."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from webapp.domain.cluster.liveness import Life
from webapp.domain.cluster.nodes import CONTROLLER
from webapp.services.clock import SystemClock
from webapp.services.cluster.reconciling import Reconciler, camera_cost
from webapp.services.ports import UnitOfWorkFactory

# Two beats and a little.
_LOOKS_S = 2.2


@dataclass(frozen=True)
class NodeStatus:
    """One machine.

    Attributes:
        name: its name.
        is_alive: whether its worker gives beats.
        is_draining: whether its cameras are to go to others.
        capacity: cores that it gives to cameras.
        load: cores that its cameras take, reckoned.
        cameras: the names of its cameras.
        version: of the product.
    """

    name: str
    is_alive: bool
    is_draining: bool
    capacity: float
    load: float
    cameras: Sequence[str]
    version: str


@dataclass(frozen=True)
class ClusterStatus:
    """The whole cluster.

    Attributes:
        nodes: the machines by name.
        has_controller: whether the controller gives beats; without it the first machine decides.
        unwatched: the names of enabled cameras that no living machine watches.
        moving: the names of cameras on their way from one machine to another.
    """

    nodes: Sequence[NodeStatus]
    has_controller: bool
    unwatched: Sequence[str]
    moving: Sequence[str]

    @property
    def is_well(self) -> bool:
        """Whether every enabled camera is watched."""
        return not self.unwatched

    def as_dict(self) -> Mapping[str, Any]:
        """Return it ready for JSON."""
        return asdict(self)


def read_status(unit_of_work: UnitOfWorkFactory, usual_fps: float) -> ClusterStatus:
    """Look for two beats who is alive, and return how the cluster is."""
    reconciler = Reconciler(unit_of_work, SystemClock(), usual_fps)
    reconciler.is_controlled(_LOOKS_S, time.sleep)
    with unit_of_work.reading() as work:
        nodes, cameras = work.cluster.nodes(), [one for one in work.cameras.list() if one.enabled]
        owners = {one.camera_id: one for one in work.cluster.owners()}
    alive = {one.name for one in nodes if reconciler.liveness.of(one.name) is Life.ALIVE}
    of_node = {
        node.name: [one for one in cameras if one.camera_id in owners and owners[one.camera_id].node == node.name]
        for node in nodes
    }
    watched = {one.camera_id for name in alive for one in of_node.get(name, ())}
    return ClusterStatus(
        [
            NodeStatus(
                one.name,
                one.name in alive,
                one.is_draining,
                one.capacity,
                round(sum(camera_cost(camera, usual_fps) for camera in of_node[one.name]), 2),
                [camera.name for camera in of_node[one.name]],
                one.version,
            )
            for one in nodes
            if one.name != CONTROLLER
        ],
        CONTROLLER in alive,
        [one.name for one in cameras if one.camera_id not in watched],
        [one.name for one in cameras if one.camera_id in owners and owners[one.camera_id].wanted_node],
    )


def status_words(status: ClusterStatus) -> str:
    """Return it as lines for people."""
    lines = [f"{'machine':20} {'state':9} {'cores':>11}  cameras"]
    for node in status.nodes:
        state = "silent" if not node.is_alive else "draining" if node.is_draining else "alive"
        lines.append(f"{node.name:20} {state:9} {node.load:4.2f} of {node.capacity:<4g} {', '.join(node.cameras)}")
    lines.append(f"Decides: {'the controller' if status.has_controller else 'the first machine that is alive'}")
    if status.moving:
        lines.append(f"On their way: {', '.join(status.moving)}")
    if status.unwatched:
        lines.append(f"Watched by nobody: {', '.join(status.unwatched)}")
    return "\n".join(lines)
