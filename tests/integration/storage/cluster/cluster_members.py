"""Machines of a cluster over one database, on a clock of the test's."""

from dataclasses import dataclass, field

from webapp.domain.cluster.nodes import CameraOwner
from webapp.services.cluster.membership import Membership
from webapp.services.cluster.ownership import ClaimedCameras, Claims
from webapp.services.cluster.reconciling import Moved, Reconciler
from webapp.services.use_cases import UseCases
from webapp.storage.cluster.nodes import NodeBeats
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory


@dataclass
class Member:
    """One machine: its membership, its beats, and transactions that check its claims."""

    use_cases: UseCases
    engine: object
    name: str
    key: str = ""
    claims: Claims = field(init=False)

    def __post_init__(self) -> None:
        self.claims = Claims(self.name)
        self.unit_of_work = SQLUnitOfWorkFactory(self.engine, check=self.claims.check)
        self.membership = Membership(
            self.use_cases.adapters.unit_of_work, self.use_cases.clock, self.name, self.key or self.name, 2.0, "0.2.0"
        )
        self.beats = NodeBeats(self.engine, self.name, self.membership.member)
        self.owned = ClaimedCameras(
            self.use_cases.analysis_configuration, self.unit_of_work, self.claims, self.use_cases.clock
        )

    def watches(self) -> list[int]:
        """Return the ids of the cameras that it watches now."""
        configured = self.owned.current()
        ids = [one.camera_id for one in configured.cameras]
        self.owned.settle(ids, lambda _camera_id: True)
        return ids


@dataclass
class Cluster:
    """Machines that beat by turns, and one that decides."""

    use_cases: UseCases
    engine: object
    now_s: float = 0.0

    def __post_init__(self) -> None:
        self.reconciler = Reconciler(self.use_cases.adapters.unit_of_work, self.use_cases.clock, 12.0)
        self.members: dict[str, Member] = {}

    def join(self, name: str, key: str = "") -> Member:
        member = Member(self.use_cases, self.engine, name, key)
        member.membership.join()
        self.members[name] = member
        return member

    def pass_time(self, seconds: int, silent: tuple[str, ...] = ()) -> list[Moved]:
        """Let all but the silent beat once a second; return what was decided."""
        moves: list[Moved] = []
        for _ in range(seconds):
            self.now_s += 1.0
            for member in self.members.values():
                if member.name not in silent:
                    member.beats.beat()
                    member.watches()
            self.reconciler.observe(self.now_s)
            moves += self.reconciler.reconcile()
        return moves

    def owners(self) -> dict[int, CameraOwner]:
        with self.use_cases.adapters.unit_of_work.reading() as work:
            return {one.camera_id: one for one in work.cluster.owners()}

    def where(self) -> dict[int, str | None]:
        return {camera_id: one.node for camera_id, one in self.owners().items()}
