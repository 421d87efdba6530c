"""What the use cases need of the database about the machines that watch cameras together."""

from collections.abc import Sequence
from typing import Protocol

from webapp.domain.cluster.nodes import CameraOwner, ClusterNode


class ClusterRepository(Protocol):
    """The machines of the cluster, and whose each camera is."""

    def nodes(self) -> Sequence[ClusterNode]:
        """Return all machines by name, and the controller among them."""

    def put_node(self, node: ClusterNode) -> None:
        """Store a machine, new or known."""

    def remove_node(self, name: str) -> None:
        """Forget a machine; where there is none of that name this does nothing."""

    def owners(self) -> Sequence[CameraOwner]:
        """Return whose each camera is, by its id; of a camera that nobody has had yet there is none."""

    def owners_of(self, node: str) -> Sequence[CameraOwner]:
        """Return the cameras that are a machine's."""

    def owner(self, camera_id: int) -> CameraOwner | None:
        """Return whose a camera is; None: nobody has had it yet, or it is gone."""

    def put_owner(self, owner: CameraOwner) -> None:
        """Store whose a camera is."""

    def put_owners(self, owners: Sequence[CameraOwner]) -> None:
        """Store whose cameras are, however many, in a few statements."""
