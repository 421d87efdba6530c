"""Which machine watches which camera: pure, and the same for everybody who sees the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

# A camera that moves is not watched for a second or two: only what makes a real difference is worth it.
_WORTH_MOVING = 0.02
# So many cameras at once are on their way from one living machine to another.
MOST_ON_THE_WAY = 2


@dataclass(frozen=True)
class PlacedCamera:
    """A camera that is to be watched.

    Attributes:
        camera_id: which.
        cost: cores that it takes.
        node: where it is; None: nowhere.
        only_node: where alone it may be; None: anywhere.
    """

    camera_id: int
    cost: float
    node: str | None = None
    only_node: str | None = None


@dataclass(frozen=True)
class Place:
    """A machine that may watch cameras.

    Attributes:
        node: its name.
        capacity: cores that it gives to cameras; above 0.
        takes_more: whether cameras may come to it; from one that drains, or of which too little is known, none are
            taken unless another one takes them.
        is_left: whether its cameras are to go elsewhere.
    """

    node: str
    capacity: float
    takes_more: bool = True
    is_left: bool = False


def place(cameras: Sequence[PlacedCamera], places: Sequence[Place]) -> dict[int, str]:
    """Return camera id → the machine that is to watch it, for every camera that can be watched at all.

    What is well where it is stays. A machine that has more than it can do watches all the same, at lower rates: no
    camera is left alone because all are busy.

    Args:
        cameras: all that are to be watched.
        places: the machines that are not lost.
    """
    by_name = {one.node: one for one in places}
    kept = {one.camera_id: one.node for one in cameras if one.node and _may_stay(one, by_name)}
    costs = {one.camera_id: one.cost for one in cameras}
    loads = {name: sum(costs[i] for i, node in kept.items() if node == name) for name in by_name}
    for camera in sorted(
        (one for one in cameras if one.camera_id not in kept), key=lambda one: (-one.cost, one.camera_id)
    ):
        target = _emptiest(camera, by_name, loads)
        if target is None and camera.node in by_name and camera.only_node in (None, camera.node):
            target = camera.node  # It is to be left, and nobody takes it: better there than nowhere.
        if target is not None:
            kept[camera.camera_id] = target
            loads[target] += camera.cost
    return kept


def balanced(cameras: Sequence[PlacedCamera], places: Sequence[Place], most: int = MOST_ON_THE_WAY) -> dict[int, str]:
    """Return camera id → another machine, for at most so many cameras by whose moving the fullest machine gains.

    Args:
        cameras: as they are placed now.
        places: the machines that are not lost.
        most: how many may move.
    """
    moves: dict[int, str] = {}
    by_name = {one.node: one for one in places}
    now = [one for one in cameras if one.node in by_name]
    for _ in range(most):
        move = _best_move(now, by_name)
        if move is None:
            break
        moves[move[0]] = move[1]
        now = [replace(one, node=move[1]) if one.camera_id == move[0] else one for one in now]
    return moves


def _may_stay(camera: PlacedCamera, by_name: Mapping[str, Place]) -> bool:
    place_now = by_name.get(camera.node or "")
    return place_now is not None and not place_now.is_left and camera.only_node in (None, camera.node)


def _emptiest(camera: PlacedCamera, by_name: Mapping[str, Place], loads: Mapping[str, float]) -> str | None:
    """Return where a camera takes the smallest share."""
    open_to_it = [
        one for one in by_name.values() if one.takes_more and not one.is_left and camera.only_node in (None, one.node)
    ]
    best = min(open_to_it, key=lambda one: ((loads[one.node] + camera.cost) / one.capacity, one.node), default=None)
    return best.node if best else None


def _best_move(cameras: Sequence[PlacedCamera], by_name: Mapping[str, Place]) -> tuple[int, str] | None:
    """Return the camera that is best moved to the emptiest machine, of the fullest one that gains; None: none does."""
    loads = {name: sum(one.cost for one in cameras if one.node == name) for name in by_name}
    shares = {name: loads[name] / one.capacity for name, one in by_name.items()}
    takers = [name for name, one in by_name.items() if one.takes_more and not one.is_left]
    if not takers:
        return None
    emptiest = min(takers, key=lambda n: (shares[n], n))
    after = {
        one.camera_id: (loads[emptiest] + one.cost) / by_name[emptiest].capacity
        for one in cameras
        if one.only_node is None and one.node != emptiest
    }
    worth = [
        one
        for one in cameras
        if one.camera_id in after and after[one.camera_id] <= shares[one.node or ""] - _WORTH_MOVING
    ]
    best = max(worth, key=lambda one: (shares[one.node or ""], -after[one.camera_id], -one.camera_id), default=None)
    return (best.camera_id, emptiest) if best else None
