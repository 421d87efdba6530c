"""A thread that gives beats and, for want of a controller, brings cameras to the machines that are alive."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from webapp.services.cluster.reconciling import Reconciler

log = structlog.get_logger()

_EVERY_S = 1.0


@dataclass
class NodeWatch:
    """Beats once a second, in a thread of its own: frames do not wait for the database.

    Attributes:
        name: whose beats.
        beat: gives one; returns whether this run is still the machine's.
        reconciler: who decides which camera is whose.
        is_working: whether what the beats stand for is at work; a process that hangs gives none.
        on_replaced: called once another run has taken this one's place, or the machine was forgotten.
    """

    name: str
    beat: Callable[[], bool]
    reconciler: Reconciler
    is_working: Callable[[], bool] = lambda: True
    on_replaced: Callable[[], None] = lambda: None
    _ending: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _failure: str = field(default="", init=False)
    _is_deciding: bool = field(default=False, init=False)

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self.run, name="cluster", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Give no more beats; others take the cameras."""
        self._ending.set()
        if self._thread:
            self._thread.join(_EVERY_S)

    def run(self) -> None:
        """Do it until `stop` is called."""
        while not self._ending.is_set():
            began_s = time.monotonic()
            if not self.step(began_s):
                self.on_replaced()
                return
            self._ending.wait(max(0.0, _EVERY_S - (time.monotonic() - began_s)))

    def step(self, now_s: float) -> bool:
        """Do it once; a database that is away is tried again. Return whether this run is still the machine's.

        Args:
            now_s: seconds on a clock that never goes back.
        """
        try:
            if self.is_working() and not self.beat():
                log.warning("cluster_run_replaced", node=self.name)
                return False
            self._decide(now_s)
        except Exception as error:  # noqa: BLE001 - a thread's boundary: tried again in a second.
            self._note(type(error).__name__)
        else:
            self._note("")
        return True

    def _decide(self, now_s: float) -> None:
        nodes = self.reconciler.observe(now_s)
        decides = self.reconciler.decides(self.name, nodes)
        if decides != self._is_deciding:
            self._is_deciding = decides
            log.info("cluster_decides_here" if decides else "cluster_decides_elsewhere", node=self.name)
        for moved in self.reconciler.reconcile() if decides else ():
            log.info(
                "camera_placed",
                camera_id=moved.camera_id,
                source=moved.source,
                target=moved.target,
                is_asked=moved.is_asked,
            )

    def _note(self, failure: str) -> None:
        """Log a failure when it begins and when it is over."""
        if failure == self._failure:
            return
        self._failure = failure
        if failure:
            log.error("cluster_database_away", node=self.name, error=failure)
        else:
            log.info("cluster_database_back", node=self.name)
