"""The machines of a cluster, and whose each camera is."""

from dataclasses import dataclass
from datetime import datetime

CONTROLLER = "controller"
"""The name under which the controller gives its beats; no machine may be called so."""


@dataclass(frozen=True)
class ClusterNode:
    """A machine that watches cameras, as the database knows it.

    Attributes:
        name: of the machine.
        key: what its data folder is known by: two machines of one name have different ones.
        member: of one run of its camera worker; another one after every start.
        capacity: cores that it gives to cameras.
        beat: rises while the worker is alive; 0 has not begun.
        is_draining: whether its cameras are to go to others.
        started_at: when this run of its worker began.
        version: of the product that it runs.
    """

    name: str
    key: str
    member: str
    capacity: float
    beat: int = 0
    is_draining: bool = False
    started_at: datetime | None = None
    version: str = ""


@dataclass(frozen=True)
class CameraOwner:
    """Whose a camera is.

    Attributes:
        camera_id: which camera.
        node: the machine that watches it; None: none yet.
        epoch: rises with every change of the owner; who holds an earlier one may write nothing any more.
        since: when it became this machine's.
        wanted_node: the machine that it is to be handed to; None: it stays.
        only_node: the machine that it is bound to, such as one that a USB camera is plugged into; None: any.
    """

    camera_id: int
    node: str | None = None
    epoch: int = 0
    since: datetime | None = None
    wanted_node: str | None = None
    only_node: str | None = None
