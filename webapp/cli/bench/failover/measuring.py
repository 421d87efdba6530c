"""Lets machines of a cluster fail while alerts flow, and counts what was lost."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa

from webapp.cli.bench.failover.machines import Machine, network
from webapp.cli.bench.failover.servers import postgresql, redis
from webapp.cli.bench.failover.turning_cameras import ANGRY_S, PERIOD_S, Timeline, turning_cameras
from webapp.cli.bench.failover.writes import Raised, note_writes, owners_at_once, raised
from webapp.cli.bench.product.records import put_on_record
from webapp.cli.processes.installation import open_installation
from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.domain.cluster.liveness import Life
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.cluster.reconciling import Reconciler
from webapp.services.use_cases import UseCases
from webapp.settings import REPOSITORY_DIR, Settings, load_settings
from webapp.storage.db.engine import open_engine
from webapp.storage.site.keys import session_key

_HEAD_PORT, _CAMERAS_PORT = 6388, 28080
_READY_S, _RECOVERY_S = 300.0, 120.0
# A line is away for at least so long: beyond every time within which anybody could think that it was nothing.
_CUT_S = 25.0
_SETTLES_S = 10.0
# An alert belongs to a face that turned angry so long before its score rose.
_EARLY_S, _LATE_S = 1.0, ANGRY_S + 2.0


@dataclass(frozen=True)
class FailoverFigures:
    """What was measured.

    Attributes:
        nodes: machines that watched cameras.
        cameras: that were watched.
        recovered_s: the longest time until all cameras of a machine that failed were watched elsewhere.
        recovered_each_s: that of each failure.
        episodes: faces that turned angry and calm again.
        incidents_raised: alerts that belong to them.
        incidents_lost: faces that raised none.
        incidents_doubled: alerts beyond one for a face.
        incidents_other: alerts while no face was angry.
        owners_at_once_max: the most machines that wrote of one camera while it was one machine's.
    """

    nodes: int
    cameras: int
    recovered_s: float
    recovered_each_s: Mapping[str, float]
    episodes: int
    incidents_raised: int
    incidents_lost: int
    incidents_doubled: int
    incidents_other: int
    owners_at_once_max: int


def measure_failover(folder: Path, nodes: int, cameras: int, say: Callable[[str], None]) -> FailoverFigures:
    """Run a cluster on machines made of this one, and have one, the head and a line fail.

    Args:
        folder: an empty one for all data.
        nodes: machines.
        cameras: in all.
        say: told what happens.

    Raises:
        click.ClickException: something is missing on this machine, or the cluster does not come up or back.
    """
    timeline = Timeline(cameras, time.time())
    with ExitStack() as stack:
        stack.enter_context(network(nodes))
        database = stack.enter_context(postgresql(folder / "postgresql"))
        store = stack.enter_context(redis(folder / "redis"))
        urls = stack.enter_context(turning_cameras(timeline, _CAMERAS_PORT))
        bench = _prepared(folder, nodes, {"database_url": database, "redis_url": store}, urls, say)
        stack.callback(bench.switch_off)
        return bench.figures(timeline)


@dataclass
class _Bench:
    installation: UseCases
    engine: sa.Engine
    machines: Sequence[Machine]
    say: Callable[[str], None]
    recovered_s: dict[str, float] = field(default_factory=dict)

    def figures(self, timeline: Timeline) -> FailoverFigures:
        for machine in self.machines:
            self.switch_on(machine)
        self.wait(self._is_well, "every machine watches and every camera is seen", _READY_S)
        note_writes(self.engine)
        began_s = time.time()
        self.say("well; a machine fails")
        self.lose(self.machines[1], "node")
        self.say("the head fails")
        self.lose(self.machines[0], "head")
        self.say("a line is cut")
        self.lose(self.machines[-1], "partition")
        time.sleep(PERIOD_S / 2)
        return self._counted(timeline, began_s, time.time())

    def switch_on(self, machine: Machine) -> None:
        head = self.machines[0]
        role = ["--head"] if machine is head else ["--join", f"{head.address}:{_HEAD_PORT}"]
        command = [sys.executable, str(REPOSITORY_DIR / "run.py"), "cluster", "start", *role]
        machine.switch_on([*command, "--address", machine.address, "--port", str(_HEAD_PORT)])

    def switch_off(self) -> None:
        for machine in self.machines:
            machine.fail()
        self.engine.dispose()

    def lose(self, machine: Machine, what: str) -> None:
        """Have a machine fail, wait until others watch its cameras, and have it come back."""
        mine = {camera_id for camera_id, owner in self._owners().items() if owner == machine.name}
        failed_s = time.monotonic()
        machine.cut_off() if what == "partition" else machine.fail()
        self.wait(lambda: self._are_watched_elsewhere(mine, machine), "its cameras are watched elsewhere", _RECOVERY_S)
        self.recovered_s[what] = round(time.monotonic() - failed_s, 1)
        self.say(f"{len(mine)} cameras are watched elsewhere after {self.recovered_s[what]} s")
        time.sleep(max(0.0, failed_s + _CUT_S - time.monotonic()))
        machine.connect() if what == "partition" else self.switch_on(machine)
        self.wait(self._is_well, "it is back", _READY_S)
        time.sleep(_SETTLES_S)

    def wait(self, condition: Callable[[], bool], what: str, timeout_s: float) -> None:
        """Wait for something, or end with the last lines of what the machines said."""
        deadline_s = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > deadline_s:
                tails = "\n".join(one.log.read_text(errors="replace")[-600:] for one in self.machines)
                raise click.ClickException(f"Not within {timeout_s:g} s: {what}.\n{tails}")
            time.sleep(0.1)

    def _owners(self) -> dict[int, str | None]:
        with self.installation.adapters.unit_of_work.reading() as work:
            return {one.camera_id: one.node for one in work.cluster.owners()}

    def _are_watched_elsewhere(self, camera_ids: set[int], machine: Machine) -> bool:
        with self.installation.adapters.unit_of_work.reading() as work:
            owners = [one for one in work.cluster.owners() if one.camera_id in camera_ids]
            cameras = {one.camera_id: one for one in work.cameras.list()}
        return all(
            one.node != machine.name and one.since is not None and _is_online_since(cameras[one.camera_id], one.since)
            for one in owners
        )

    def _is_well(self) -> bool:
        """Return whether every machine is alive and watches something, and every camera is online."""
        reconciler = Reconciler(self.installation.adapters.unit_of_work, self.installation.clock, 1.0)
        reconciler.is_controlled(2.2, time.sleep)
        alive = [one for one in self.machines if reconciler.liveness.of(one.name) is Life.ALIVE]
        owners = self._owners()
        states = [camera.state for camera in self.installation.cameras.list()]
        is_spread = {one.name for one in self.machines} <= set(owners.values())
        return len(alive) == len(self.machines) and is_spread and set(states) == {CameraState.ONLINE}

    def _counted(self, timeline: Timeline, began_s: float, ended_s: float) -> FailoverFigures:
        ids = sorted(camera.camera_id for camera in self.installation.cameras.list())
        incidents = [one for one in raised(self.engine) if one.started_s >= began_s]
        counts, used = [], 0
        for number, camera_id in enumerate(ids):
            turns = [turn_s for turn_s in timeline.episodes(number, ended_s) if turn_s >= began_s]
            counts += [_count_of(incidents, camera_id, turn_s) for turn_s in turns]
            # What began before, or is not over yet, belongs to a face that is not counted.
            uncounted = [
                began_s - PERIOD_S,
                *[t for t in timeline.episodes(number, ended_s + PERIOD_S) if t not in turns],
            ]
            used += sum(_count_of(incidents, camera_id, turn_s) for turn_s in uncounted)
        return FailoverFigures(
            nodes=len(self.machines),
            cameras=len(ids),
            recovered_s=max(self.recovered_s.values()),
            recovered_each_s=self.recovered_s,
            episodes=len(counts),
            incidents_raised=sum(counts),
            incidents_lost=counts.count(0),
            incidents_doubled=sum(count - 1 for count in counts if count),
            incidents_other=max(0, len(incidents) - sum(counts) - used),
            owners_at_once_max=owners_at_once(self.engine, {one.name: one.address for one in self.machines}),
        )


def _prepared(
    folder: Path, nodes: int, shared: Mapping[str, str], urls: Sequence[str], say: Callable[[str], None]
) -> _Bench:
    settings = load_settings(data_dir=folder / "server", runtime_dir=folder / "server-run", **shared)
    settings.data_dir.mkdir()
    installation = open_installation(settings)
    session_key(settings.data_dir)
    for number, url in enumerate(urls, start=1):
        installation.cameras.add(CameraForm(f"Camera {number}", url))
    put_on_record(installation)
    machines = [_machine(folder, settings, number, shared) for number in range(1, nodes + 1)]
    return _Bench(installation, open_engine(settings.sqlalchemy_url), machines, say)


def _machine(folder: Path, settings: Settings, number: int, shared: Mapping[str, str]) -> Machine:
    data = folder / f"machine-{number}"
    data.mkdir()
    for key in ("session.key", "credentials.key"):
        if (settings.data_dir / key).exists():
            shutil.copy(settings.data_dir / key, data / key)
    own = {
        **shared,
        "data_dir": str(data),
        "runtime_dir": str(folder / f"run-{number}"),
        "placement": "cluster",
        "node_name": f"machine-{number}",
        "node_capacity": "2",
        "analysis_fps": os.environ.get("AMENDS_ANALYSIS_FPS", "3"),
        "alert_cooldown_s": "10",
        "clip_fps": "0",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
    environment |= {f"AMENDS_{name.upper()}": value for name, value in own.items()}
    environment["TMPDIR"] = str(folder)  # Where the engine's files are.
    return Machine(number, environment, folder / f"machine-{number}.log")


def _is_online_since(camera: Camera, since: datetime) -> bool:
    return camera.state is CameraState.ONLINE and camera.state_since is not None and camera.state_since >= since


def _count_of(incidents: Sequence[Raised], camera_id: int, turn_s: float) -> int:
    return sum(
        one.camera_id == camera_id and turn_s - _EARLY_S <= one.started_s < turn_s + _LATE_S for one in incidents
    )
