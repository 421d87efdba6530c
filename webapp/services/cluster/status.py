"""Describes a cluster: its machines, whether they are alive, and which cameras each watches."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.domain.cameras.cameras import Camera
from webapp.domain.cluster.liveness import Life
from webapp.domain.cluster.nodes import CONTROLLER, CameraOwner, ClusterNode
from webapp.domain.cluster.status import ClusterStatus, NamedCamera, NodeState, NodeStatus
from webapp.services.cluster.reconciling import camera_cost, decider
from webapp.services.ports import ReadUnitOfWork


@dataclass(frozen=True)
class Observed:
    """What whoever describes a cluster knows of its beats.

    Attributes:
        life: says of a name whether it is alive.
        silence_s: says of a name for how many seconds it has given no beat.
        is_observed: whether anything is known at all.
    """

    life: Callable[[str], Life]
    silence_s: Callable[[str], float] = lambda _name: 0.0
    is_observed: bool = True


UNOBSERVED = Observed(lambda _name: Life.UNKNOWN, is_observed=False)
"""Of who only sees the database: it holds no time of a beat, as no two machines' clocks are compared."""


def describe(work: ReadUnitOfWork, usual_fps: float, observed: Observed) -> ClusterStatus:
    """Return how the cluster is.

    Args:
        work: an open unit of work.
        usual_fps: analysed frames a second of a camera that is not set to fewer.
        observed: what is known of beats.
    """
    nodes = work.cluster.nodes()
    machines = [one for one in nodes if one.name != CONTROLLER]
    owners = {one.camera_id: one for one in work.cluster.owners()}
    cameras = [one for one in work.cameras.list() if one.enabled]
    homes = {one.name for one in machines if observed.life(one.name) is not Life.SILENT}
    return ClusterStatus(
        [_node(one, _cameras_of(one.name, cameras, owners), usual_fps, observed) for one in machines],
        decider([one.name for one in nodes], observed.life) if observed.is_observed else None,
        _named(one for one in cameras if _owner(one, owners).node not in homes),
        _named(one for one in cameras if _owner(one, owners).wanted_node is not None),
        observed.is_observed,
    )


def status_payload(status: ClusterStatus) -> dict[str, Any]:
    """Return it as the API and the command line say it."""
    return {
        "nodes": [_node_payload(one) for one in status.nodes],
        "decides": status.decides,
        "unwatched": _cameras_payload(status.unwatched),
        "moving": _cameras_payload(status.moving),
        "is_observed": status.is_observed,
    }


def _node(node: ClusterNode, cameras: Sequence[Camera], usual_fps: float, observed: Observed) -> NodeStatus:
    state = _state(observed.life(node.name), node.is_draining)
    return NodeStatus(
        node.name,
        state,
        node.is_draining,
        observed.silence_s(node.name) if state is NodeState.SILENT else 0.0,
        node.capacity,
        round(sum(camera_cost(one, usual_fps) for one in cameras), 2),
        _named(cameras),
        node.version,
        node.started_at,
    )


def _state(life: Life, is_draining: bool) -> NodeState:
    if life is Life.SILENT:
        return NodeState.SILENT
    if is_draining:
        return NodeState.DRAINING
    return NodeState.ALIVE if life is Life.ALIVE else NodeState.UNKNOWN


def _owner(camera: Camera, owners: Mapping[int, CameraOwner]) -> CameraOwner:
    return owners.get(camera.camera_id, CameraOwner(camera.camera_id))


def _cameras_of(name: str, cameras: Sequence[Camera], owners: Mapping[int, CameraOwner]) -> list[Camera]:
    return [one for one in cameras if _owner(one, owners).node == name]


def _named(cameras: Iterable[Camera]) -> tuple[NamedCamera, ...]:
    return tuple(NamedCamera(one.camera_id, one.name) for one in cameras)


def _node_payload(node: NodeStatus) -> dict[str, Any]:
    return {
        "name": node.name,
        "state": node.state.value,
        "is_draining": node.is_draining,
        "silent_s": round(node.silent_s, 1),
        "capacity": node.capacity,
        "load": node.load,
        "cameras": _cameras_payload(node.cameras),
        "version": node.version,
        "started_at": node.started_at.isoformat() if node.started_at else None,
    }


def _cameras_payload(cameras: Sequence[NamedCamera]) -> list[dict[str, Any]]:
    return [{"camera_id": one.camera_id, "camera": one.name} for one in cameras]
