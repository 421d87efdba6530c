"""How a cluster is, for people at a terminal."""

import time

from webapp.domain.cluster.liveness import Life
from webapp.domain.cluster.nodes import CONTROLLER
from webapp.domain.cluster.status import ClusterStatus
from webapp.services.clock import SystemClock
from webapp.services.cluster.reconciling import Reconciler
from webapp.services.cluster.status import Observed, describe
from webapp.services.ports import UnitOfWorkFactory

# Two beats and a little: who gave none meanwhile is silent.
_LOOKS_S = 2.2


def read_status(unit_of_work: UnitOfWorkFactory, usual_fps: float) -> ClusterStatus:
    """Look for two beats who is alive, and return how the cluster is."""
    reconciler = Reconciler(unit_of_work, SystemClock(), usual_fps)
    reconciler.is_controlled(_LOOKS_S, time.sleep)

    def life(name: str) -> Life:
        return Life.ALIVE if reconciler.liveness.of(name) is Life.ALIVE else Life.SILENT

    with unit_of_work.reading() as work:
        return describe(work, usual_fps, Observed(life, lambda _name: _LOOKS_S))


def status_words(status: ClusterStatus) -> str:
    """Return it as lines for people."""
    lines = [f"{'machine':20} {'state':9} {'cores':>11}  cameras"]
    for node in status.nodes:
        names = ", ".join(camera.name for camera in node.cameras)
        lines.append(f"{node.name:20} {node.state.value:9} {node.load:4.2f} of {node.capacity:<4g} {names}")
    is_controlled = status.decides == CONTROLLER
    lines.append(f"Decides: {'the controller' if is_controlled else 'the first machine that is alive'}")
    if status.moving:
        lines.append(f"On their way: {', '.join(camera.name for camera in status.moving)}")
    if status.unwatched:
        lines.append(f"Watched by nobody: {', '.join(camera.name for camera in status.unwatched)}")
    return "\n".join(lines)
