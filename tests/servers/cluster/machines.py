"""Machines of a cluster, as processes of this one: each with a data folder of its own, over one database."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.running import LIGHTER
from webapp.cli.bench.product.records import put_on_record
from webapp.cli.processes.installation import open_installation
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cluster.nodes import CameraOwner
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.use_cases import UseCases
from webapp.settings import REPOSITORY_DIR, Settings, load_settings
from webapp.storage.site.keys import session_key

# What the engine's processes need only where validators of a development environment are installed.
_WITHOUT_GRAMMARS = Path(__file__).parent / "without_grammars"


@dataclass
class ClusterSite:
    """A database with cameras, and machines that watch them.

    Attributes:
        folder: of all data.
        database_url: where the database is.
        settings_of_all: what every machine is set to, without `AMENDS_`.
    """

    folder: Path
    database_url: str
    settings_of_all: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        own = {"data_dir": self.folder / "server", "runtime_dir": self.folder / "server-run"}
        self.settings: Settings = load_settings(**own, database_url=self.database_url)
        self.settings.data_dir.mkdir(parents=True)
        self.installation: UseCases = open_installation(self.settings)
        session_key(self.settings.data_dir)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def add_cameras(self, count: int) -> None:
        for number in range(1, count + 1):
            self.installation.cameras.add(CameraForm(f"Camera {number}", "demo:"))
        put_on_record(self.installation)

    def start(self, name: str, *command: str) -> None:
        """Start a machine of the cluster; the command defaults to its worker alone, without the engine."""
        data = self.folder / name
        if not data.exists():
            data.mkdir()
            shutil.copy(self.settings.data_dir / "session.key", data / "session.key")
        words = [sys.executable, str(REPOSITORY_DIR / "run.py"), *(command or ("vision",))]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                words, env=self.environment(name), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def environment(self, name: str) -> dict[str, str]:
        own = {
            "DATA_DIR": str(self.folder / name),
            "RUNTIME_DIR": str(self.folder / f"{name}-run"),
            "DATABASE_URL": self.database_url,
            "PLACEMENT": "cluster",
            "NODE_NAME": name,
            "NODE_CAPACITY": "2",
            **self.settings_of_all,
        }
        plain = {key: value for key, value in os.environ.items() if not key.startswith("AMENDS_")}
        ours = {f"AMENDS_{key}": value for key, value in own.items()}
        return {**plain, **LIGHTER, **ours, "PYTHONPATH": str(_WITHOUT_GRAMMARS)}

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to all processes of a machine."""
        os.killpg(self.processes[name].pid, number)

    def kill(self, name: str) -> None:
        """Kill all processes of a machine at once."""
        self.signal(name, signal.SIGKILL)
        self.processes[name].wait()

    def owners(self) -> dict[int, CameraOwner]:
        with self.installation.adapters.unit_of_work.reading() as work:
            return {one.camera_id: one for one in work.cluster.owners()}

    def watched_by(self) -> set[str | None]:
        return {one.node for one in self.owners().values()}

    def are_online(self, *but: str) -> bool:
        """Return whether every camera is online at a machine other than these, as that one says."""
        owners, cameras = self.owners(), self.installation.cameras.list()
        return all(
            (owner := owners.get(one.camera_id)) is not None
            and owner.node not in (None, *but)
            and one.state is CameraState.ONLINE
            and one.state_since is not None
            and owner.since is not None
            and one.state_since >= owner.since
            for one in cameras
        )

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def close(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(25)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.installation.adapters.unit_of_work.engine.dispose()
