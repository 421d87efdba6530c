"""How a cluster is: its machines, and which cameras each watches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NodeState(StrEnum):
    """How a machine is, in one word."""

    ALIVE = "alive"
    DRAINING = "draining"
    SILENT = "silent"
    UNKNOWN = "unknown"  # Nobody observes it, or not for long enough.


@dataclass(frozen=True)
class NamedCamera:
    """A camera by its id and name."""

    camera_id: int
    name: str


@dataclass(frozen=True)
class NodeStatus:
    """One machine.

    Attributes:
        name: its name.
        state: whether its worker gives beats, and whether its cameras are to go to others.
        is_draining: whether they are, also where it is silent.
        silent_s: seconds without a beat, as far as it was observed; 0 unless it is silent.
        capacity: cores that it gives to cameras.
        load: cores that its cameras take, reckoned.
        cameras: those that are its own, in the order of their names.
        version: of the product.
        started_at: when this run of its worker began.
    """

    name: str
    state: NodeState
    is_draining: bool
    silent_s: float
    capacity: float
    load: float
    cameras: Sequence[NamedCamera]
    version: str
    started_at: datetime | None


@dataclass(frozen=True)
class ClusterStatus:
    """The whole cluster.

    Attributes:
        nodes: the machines by name.
        decides: who places cameras: the controller, or for want of it the first machine that is alive; None: nobody
            that is known of.
        unwatched: enabled cameras that are nobody's, or a silent machine's.
        moving: cameras on their way from one machine to another.
        is_observed: whether beats are observed; where they are not, every machine's state is unknown.
    """

    nodes: Sequence[NodeStatus] = ()
    decides: str | None = None
    unwatched: Sequence[NamedCamera] = ()
    moving: Sequence[NamedCamera] = ()
    is_observed: bool = True

    @property
    def is_well(self) -> bool:
        """Whether every enabled camera is watched."""
        return not self.unwatched

    def count(self, state: NodeState) -> int:
        """Return how many machines are in a state."""
        return sum(one.state is state for one in self.nodes)

    def missed(self, patience_s: float) -> Sequence[NodeStatus]:
        """Return the machines that have been silent for longer than that, and were not drained before."""
        return [
            one
            for one in self.nodes
            if one.state is NodeState.SILENT and not one.is_draining and one.silent_s > patience_s
        ]
