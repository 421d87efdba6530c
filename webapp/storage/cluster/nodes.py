"""The machines of a cluster and whose each camera is, over SQLAlchemy; and the beats of who is alive."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Engine, delete, insert, select, update

from webapp.domain.cluster.nodes import CameraOwner, ClusterNode
from webapp.services.ports import ClusterRepository
from webapp.storage.db.beyond_one_box.cluster_tables import CameraOwnerRow, ClusterNodeRow
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.transactions.options import unordered

# Others wait meanwhile: a thousand statements take seconds, a few with many rows do not.
_AT_ONCE = 500


class SQLClusterRepository(SQLRepository, ClusterRepository):
    """`ClusterRepository` over SQLAlchemy."""

    def nodes(self) -> Sequence[ClusterNode]:
        return [_node(row) for row in self._session.scalars(select(ClusterNodeRow).order_by(ClusterNodeRow.name))]

    def put_node(self, node: ClusterNode) -> None:
        self._session.merge(
            ClusterNodeRow(
                name=node.name,
                key=node.key,
                member=node.member,
                capacity=node.capacity,
                beat=node.beat,
                is_draining=node.is_draining,
                started_at=node.started_at,
                version=node.version,
            )
        )
        self._session.flush()

    def remove_node(self, name: str) -> None:
        self._session.execute(delete(ClusterNodeRow).where(ClusterNodeRow.name == name))

    def owners(self) -> Sequence[CameraOwner]:
        return [_owner(row) for row in self._session.scalars(select(CameraOwnerRow).order_by(CameraOwnerRow.camera_id))]

    def owners_of(self, node: str) -> Sequence[CameraOwner]:
        return [_owner(row) for row in self._session.scalars(select(CameraOwnerRow).where(CameraOwnerRow.node == node))]

    def owner(self, camera_id: int) -> CameraOwner | None:
        row = self._session.get(CameraOwnerRow, camera_id)
        return _owner(row) if row else None

    def put_owner(self, owner: CameraOwner) -> None:
        self.put_owners([owner])

    def put_owners(self, owners: Sequence[CameraOwner]) -> None:
        for first in range(0, len(owners), _AT_ONCE):
            some = owners[first : first + _AT_ONCE]
            ids = [one.camera_id for one in some]
            self._session.execute(delete(CameraOwnerRow).where(CameraOwnerRow.camera_id.in_(ids)))
            self._session.execute(insert(CameraOwnerRow).values([asdict(one) for one in some]))


class NodeBeats:
    """Gives the beats of one run of a machine's worker, waiting for nobody who writes.

    Attributes:
        engine: to the database.
        name: of the machine.
        member: of this run.
    """

    def __init__(self, engine: Engine, name: str, member: str) -> None:
        self.engine, self.name, self.member = unordered(engine), name, member

    def beat(self) -> bool:
        """Show that this run is alive; return whether it is still this machine's.

        Raises:
            DatabaseFailed: the database is away.
        """
        mine = ClusterNodeRow.name == self.name, ClusterNodeRow.member == self.member
        with self.engine.begin() as connection:
            beaten = connection.execute(update(ClusterNodeRow).where(*mine).values(beat=ClusterNodeRow.beat + 1))
        return beaten.rowcount == 1


def _node(row: ClusterNodeRow) -> ClusterNode:
    return ClusterNode(
        name=row.name,
        key=row.key,
        member=row.member,
        capacity=row.capacity,
        beat=row.beat,
        is_draining=row.is_draining,
        started_at=row.started_at,
        version=row.version,
    )


def _owner(row: CameraOwnerRow) -> CameraOwner:
    return CameraOwner(row.camera_id, row.node, row.epoch, row.since, row.wanted_node, row.only_node)
