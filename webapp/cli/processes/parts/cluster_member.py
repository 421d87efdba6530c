"""Puts together a machine's part in a cluster: its beats, its claims on cameras, and what it watches."""

import os
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

from webapp.domain.cluster.nodes import CONTROLLER
from webapp.domain.people.releases import RELEASES
from webapp.errors import DatabaseFailed, SettingsInvalid
from webapp.runtime.cluster.node_watch import NodeWatch
from webapp.runtime.cluster.vision_at_work import VisionAtWork
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.slots.owned_cameras import OwnedCameras, write_owned_cameras
from webapp.services.analysis_configuration import AnalysisSource
from webapp.services.clock import SystemClock
from webapp.services.cluster.membership import Membership
from webapp.services.cluster.ownership import ClaimedCameras, Claims
from webapp.services.cluster.reconciling import Reconciler
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.storage.cluster.nodes import NodeBeats
from webapp.storage.db.engine import open_engine
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

# What the cluster's own transactions wait for the database: a beat that comes late is one that is missing.
_PATIENCE_S = 1.0
# A machine's vision is one process: eight busy cameras take one core of it, and more cores give little more.
_MOST_CORES = 4
# Two beats and a little: whoever is alive is seen to be.
_LOOKS_S = 2.2


def node_name(settings: Settings) -> str:
    """Return this machine's name in the cluster.

    Raises:
        SettingsInvalid: no machine may be called so.
    """
    name = settings.node_name or socket.gethostname()
    if name == CONTROLLER or not 0 < len(name) <= 64 or not name.isprintable():
        raise SettingsInvalid(f"AMENDS_NODE_NAME: expected at most 64 characters, and not '{CONTROLLER}'.")
    return name


def node_capacity(settings: Settings) -> float:
    """Return the cores that this machine gives to cameras."""
    return settings.node_capacity or float(min(_MOST_CORES, len(os.sched_getaffinity(0))))


def node_key(data_dir: Path) -> str:
    """Return what a data folder is known by in the cluster; made when it is first asked for."""
    path = data_dir / "node.key"
    with suppress(FileNotFoundError):
        return path.read_text().strip()
    unfinished = path.with_suffix(".part")
    unfinished.write_text(f"{uuid4().hex}\n")
    unfinished.replace(path)
    return path.read_text().strip()


class ClusterMember:
    """One run of this machine's camera worker.

    Attributes:
        claims: the cameras that it takes for its own.
    """

    def __init__(self, settings: Settings) -> None:
        """Join nothing yet.

        Raises:
            SettingsInvalid: this machine cannot be part of a cluster as it is set.
        """
        self.claims = Claims(node_name(settings))
        self._settings = settings

    @contextmanager
    def joined(self, installation: UseCases) -> Iterator[AnalysisSource]:
        """Be a part of the cluster for a while.

        Yields:
            What this machine watches.

        Raises:
            AlreadyExists: another machine has its name.
            DatabaseFailed: the database is away.
        """
        settings, clock = self._settings, installation.clock
        engine = open_engine(settings.sqlalchemy_url, busy_timeout_s=_PATIENCE_S, watches_in_cluster=True)
        own = SQLUnitOfWorkFactory(engine)
        membership = Membership(
            own, clock, self.claims.node, node_key(settings.data_dir), node_capacity(settings), RELEASES[-1]
        )
        membership.join()
        watch = NodeWatch(
            membership.node,
            NodeBeats(engine, membership.node, membership.member).beat,
            Reconciler(own, clock, settings.analysis_fps),
            is_working=VisionAtWork(Heartbeat(settings.slots_dir, "vision")).is_so,
            on_replaced=partial(os.kill, os.getpid(), signal.SIGTERM),
        )
        watch.start()
        try:
            tell = partial(_tell_relay, settings.slots_dir, self.claims.node)
            tell({})
            work = installation.adapters.unit_of_work
            yield ClaimedCameras(installation.analysis_configuration, work, self.claims, clock, on_change=tell)
        finally:
            watch.stop()
            with suppress(DatabaseFailed):
                membership.leave()
            engine.dispose()


def _tell_relay(slots_dir: Path, node: str, epochs: Mapping[int, int]) -> None:
    write_owned_cameras(slots_dir, OwnedCameras(node, epochs))


class ClusterLead:
    """The controller's part: it decides as long as no other run of it does.

    Raises:
        SettingsInvalid: the database cannot be opened at its address.
    """

    def __init__(self, settings: Settings) -> None:
        self._engine = open_engine(settings.sqlalchemy_url, busy_timeout_s=_PATIENCE_S, watches_in_cluster=True)
        self._own, self._clock, self._usual_fps = (
            SQLUnitOfWorkFactory(self._engine),
            SystemClock(),
            settings.analysis_fps,
        )

    def run(self) -> None:
        """Decide until the process ends; a database that is away is waited for."""
        while True:
            membership = Membership(self._own, self._clock, CONTROLLER, "", 0.0, RELEASES[-1])
            reconciler = Reconciler(self._own, self._clock, self._usual_fps)
            try:
                if reconciler.is_controlled(_LOOKS_S, time.sleep):
                    continue
                membership.join()
            except DatabaseFailed:
                time.sleep(1.0)
                continue
            NodeWatch(CONTROLLER, NodeBeats(self._engine, CONTROLLER, membership.member).beat, reconciler).run()
