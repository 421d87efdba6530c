"""Watches the machines of a cluster from outside: says how they are, and which cameras nobody watches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from webapp.domain.cameras.cameras import Camera, CameraState, StateReason
from webapp.domain.cluster.liveness import Life
from webapp.domain.cluster.nodes import ClusterNode
from webapp.domain.cluster.status import ClusterStatus
from webapp.errors import CameraUnwatched
from webapp.services.cameras.cameras import CameraService
from webapp.services.cluster.reconciling import Reconciler
from webapp.services.cluster.status import Observed, describe

UNWATCHED = StateReason.of(
    CameraUnwatched("No machine of the cluster watches this camera: start one, or see which are silent.")
)
# By then another machine watches it, if one is there.
_PATIENCE_S = 15.0


@dataclass(frozen=True)
class _LastBeat:
    beat: tuple[str, int]
    at_s: float


@dataclass
class ClusterWatch:
    """Remembers who gave a beat when, and since when cameras are watched by nobody.

    Attributes:
        reconciler: knows who is alive.
        cameras: where their state is reported.
    """

    reconciler: Reconciler
    cameras: CameraService
    _beats: dict[str, _LastBeat] = field(default_factory=dict, init=False)
    _since_s: dict[int, float] = field(default_factory=dict, init=False)

    def look(self, now_s: float) -> ClusterStatus:
        """Look once, report cameras that have been watched by nobody for long enough, and return how the cluster is.

        To be called every second.

        Args:
            now_s: seconds on a clock that never goes back.

        Raises:
            DatabaseFailed: the database is away.
        """
        self._note_beats(self.reconciler.observe(now_s), now_s)
        observed = Observed(self.reconciler.liveness.of, lambda name: now_s - self._beats[name].at_s)
        with self.reconciler.unit_of_work.reading() as work:
            status = describe(work, self.reconciler.usual_fps, observed)
            enabled = {one.camera_id: one for one in work.cameras.list() if one.enabled}
        self._report(self._overdue(status, enabled, now_s), enabled)
        return status

    def _note_beats(self, nodes: Sequence[ClusterNode], now_s: float) -> None:
        """Keep when each beat was first seen; unlike what `Liveness` knows it holds over times without a look."""
        beats = {one.name: _LastBeat((one.member, one.beat), now_s) for one in nodes}
        self._beats = {
            name: before if (before := self._beats.get(name)) and before.beat == new.beat else new
            for name, new in beats.items()
        }

    def _overdue(self, status: ClusterStatus, enabled: Mapping[int, Camera], now_s: float) -> list[int]:
        alive = {one.name for one in status.nodes if self.reconciler.liveness.of(one.name) is Life.ALIVE}
        watched = {camera.camera_id for one in status.nodes if one.name in alive for camera in one.cameras}
        self._since_s = {one: self._since_s.get(one, now_s) for one in enabled if one not in watched}
        return [camera_id for camera_id, since_s in self._since_s.items() if now_s - since_s >= _PATIENCE_S]

    def _report(self, overdue: Sequence[int], enabled: Mapping[int, Camera]) -> None:
        for camera_id in overdue:
            if enabled[camera_id].state_reason != UNWATCHED:
                self.cameras.report_state(camera_id, CameraState.OFFLINE, UNWATCHED)
