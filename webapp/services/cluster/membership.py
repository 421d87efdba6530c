"""A machine's part in a cluster: it joins with a new run of its worker, drains, and is forgotten."""

from dataclasses import dataclass, field, replace
from uuid import uuid4

from webapp.domain.cluster.nodes import CONTROLLER, ClusterNode
from webapp.domain.events import Event, EventKind
from webapp.errors import AlreadyExists, NotFound
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True)
class Membership:
    """One run of a machine's camera worker, or of the controller.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time of day.
        node: the machine's name.
        key: what its data folder is known by.
        capacity: cores that it gives to cameras; 0 of the controller.
        version: of the product.
        member: names this run.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    node: str
    key: str
    capacity: float
    version: str
    member: str = field(default_factory=lambda: uuid4().hex)

    def join(self) -> None:
        """Take the place of the machine's earlier run, and its cameras: what that one still has to say is refused.

        Raises:
            AlreadyExists: another machine has this name.
        """
        now = self.clock.now()
        with self.unit_of_work() as work:
            before = known_node(work, self.node)
            if before and before.key != self.key and self.node != CONTROLLER:
                raise AlreadyExists(
                    "Another machine of the cluster is called %(name)s: set AMENDS_NODE_NAME to another name, or, if "
                    "that one is gone for good, run: python run.py cluster forget %(name)s",
                    name=self.node,
                )
            is_draining = before is not None and before.is_draining
            work.cluster.put_node(
                ClusterNode(self.node, self.key, self.member, self.capacity, 0, is_draining, now, self.version)
            )
            mine = work.cluster.owners_of(self.node)
            work.cluster.put_owners([replace(owner, epoch=owner.epoch + 1, since=now) for owner in mine])
            work.commit()

    def leave(self) -> None:
        """Give all cameras of this run away, so that others need not wait for beats that do not come.

        Raises:
            DatabaseFailed: the database is away; others notice by themselves.
        """
        with self.unit_of_work() as work:
            now = known_node(work, self.node)
            if now is None or now.member != self.member:
                return
            mine = work.cluster.owners_of(self.node)
            work.cluster.put_owners(
                [replace(owner, node=None, epoch=owner.epoch + 1, wanted_node=None) for owner in mine]
            )
            if not now.is_draining:
                work.cluster.remove_node(self.node)
            work.commit()


@dataclass(frozen=True)
class ClusterService:
    """What an operator does with the machines of a cluster."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def set_draining(self, name: str, is_draining: bool, by: str | None = None) -> None:
        """Have a machine's cameras go to others, or let them come again; where it is so already this does nothing.

        Args:
            name: of the machine.
            is_draining: whether its cameras are to go.
            by: who asks for it; None: a command of an operator.

        Raises:
            NotFound: no machine has this name.
        """
        with self.unit_of_work() as work:
            node = _existing(work, name)
            if node.is_draining is is_draining:
                return
            work.cluster.put_node(replace(node, is_draining=is_draining))
            kind = EventKind.MACHINE_DRAINED if is_draining else EventKind.MACHINE_READMITTED
            work.events.append(Event(kind, self.clock.now(), {"machine": name}, by))
            work.commit()

    def forget(self, name: str) -> None:
        """Forget a machine that is gone for good; its cameras go to others. One that is alive joins no more.

        Raises:
            NotFound: no machine has this name.
        """
        with self.unit_of_work() as work:
            _existing(work, name)
            work.cluster.remove_node(name)
            work.commit()

    def bind(self, camera_id: int, name: str | None) -> None:
        """Let only one machine watch a camera, such as that into which it is plugged; None: any.

        Raises:
            NotFound: no machine has this name, or nobody has had the camera yet.
        """
        with self.unit_of_work() as work:
            if name is not None:
                _existing(work, name)
            owner = work.cluster.owner(camera_id)
            if owner is None:
                raise NotFound("The cluster does not know camera %(camera)d yet.", camera=camera_id)
            work.cluster.put_owner(replace(owner, only_node=name))
            work.commit()


def known_node(work: ReadUnitOfWork, name: str) -> ClusterNode | None:
    """Return the machine of a name."""
    return next((one for one in work.cluster.nodes() if one.name == name), None)


def _existing(work: ReadUnitOfWork, name: str) -> ClusterNode:
    node = known_node(work, name) if name != CONTROLLER else None
    if node is None:
        raise NotFound("No machine of the cluster is called '%(name)s'; 'run.py cluster status' shows all.", name=name)
    return node
