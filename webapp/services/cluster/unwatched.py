"""Says of cameras that no machine watches that they are offline: nobody else is there to say it."""

from dataclasses import dataclass, field

from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.domain.cluster.liveness import Life
from webapp.errors import CameraUnwatched
from webapp.services.cameras.cameras import CameraService
from webapp.services.cluster.reconciling import Reconciler

UNWATCHED = StateReason.of(
    CameraUnwatched("No machine of the cluster watches this camera: start one, or see which are silent.")
)
# By then another machine watches it, if one is there.
_PATIENCE_S = 15.0


@dataclass
class UnwatchedCameras:
    """Remembers since when cameras are watched by nobody.

    Attributes:
        reconciler: knows who is alive.
        cameras: where their state is reported.
    """

    reconciler: Reconciler
    cameras: CameraService
    _since_s: dict[int, float] = field(default_factory=dict, init=False)

    def report(self, now_s: float) -> bool:
        """Look once, and report those that have been watched by nobody for long enough; to be called every second.

        Args:
            now_s: seconds on a clock that never goes back.

        Returns:
            Whether there are any.

        Raises:
            DatabaseFailed: the database is away.
        """
        self.reconciler.observe(now_s)
        with self.reconciler.unit_of_work.reading() as work:
            owners = {one.camera_id: one.node for one in work.cluster.owners()}
            enabled = {one.camera_id: one for one in work.cameras.list() if one.enabled}
        left = [camera_id for camera_id in enabled if not self._is_watched(owners.get(camera_id))]
        self._since_s = {camera_id: self._since_s.get(camera_id, now_s) for camera_id in left}
        overdue = [camera_id for camera_id, since_s in self._since_s.items() if now_s - since_s >= _PATIENCE_S]
        for camera_id in overdue:
            if enabled[camera_id].state_reason != UNWATCHED:
                self.cameras.report_state(camera_id, CameraState.OFFLINE, UNWATCHED)
        return bool(overdue)

    def _is_watched(self, node: str | None) -> bool:
        return node is not None and self.reconciler.liveness.of(node) is Life.ALIVE
