"""The whole product, running: what the tests of survival and the browser's journeys start."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.servers import free_port
from tests.support.patience import BESIDE_OTHERS, PATIENCE
from webapp.cli.processes.installation import open_installation
from webapp.runtime.slots.live_slots import SlotLiveFrames
from webapp.services.site.first_day import FIRST_DAY_SETTING
from webapp.services.use_cases import UseCases
from webapp.settings import REPOSITORY_DIR, Settings, load_settings

PASSWORD = "a long password"

# Where the tests of other workers want the processors too.
LIGHTER = {"AMENDS_ANALYSIS_FPS": "6", "AMENDS_MODEL_THREADS": "1"}


def wait_until(condition: Callable[[], object], what: str, timeout_s: float = 20.0) -> float:
    """Wait for something to become true and return the seconds that it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < timeout_s * PATIENCE, f"not within {timeout_s:g} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


@dataclass
class RunningAmends:
    """`run.py serve` in processes of its own, on a data folder of its own."""

    settings: Settings
    environment: dict[str, str]
    installation: UseCases = field(init=False)
    supervisor: subprocess.Popen[bytes] = field(init=False)
    live: SlotLiveFrames = field(init=False)

    def __post_init__(self) -> None:
        self.installation = open_installation(self.settings)
        self.live = SlotLiveFrames(self.settings.slots_dir)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def start(self) -> None:
        command = [sys.executable, str(REPOSITORY_DIR / "run.py"), "serve"]
        self.settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = (self.settings.data_dir / "log.txt").open("ab")
        self.supervisor = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        log.close()
        wait_until(self.answers, "the web process answers", 90)

    def forget_first_day(self) -> None:
        with self.installation.adapters.unit_of_work() as work:
            work.settings.put(FIRST_DAY_SETTING, "")
            work.commit()

    def stop(self) -> None:
        self.supervisor.send_signal(signal.SIGTERM)
        self.supervisor.wait(20)
        self.installation.adapters.unit_of_work.engine.dispose()

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=2) as response:
                return response.status == 200
        except (URLError, OSError):
            return False

    def frame_age_s(self, camera_id: int) -> float:
        """Return the age of the newest annotated picture; for ever where there is none."""
        frame = self.live.newest(camera_id)
        return time.time() - frame.captured_at.timestamp() if frame else float("inf")

    def log(self) -> str:
        return (self.settings.data_dir / "log.txt").read_text()

    def pids(self, *arguments: str) -> list[int]:
        """Return the processes of this installation that were started with these arguments of `run.py`."""
        found, marker = [], f"AMENDS_DATA_DIR={self.settings.data_dir}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().decode().split("\0")
                if marker in (folder / "environ").read_bytes() and "/".join(arguments) in "/".join(command[2:]):
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    def kill(self, part: str) -> int:
        """Kill one part with SIGKILL and return its process id."""
        (pid,) = self.pids(part)
        os.kill(pid, signal.SIGKILL)
        return pid


@contextmanager
def running_amends(folder: Path, *, is_first_day: bool = False, **environment: str) -> Iterator[RunningAmends]:
    """Run the product with settings that a test chooses; the first admin's password is `PASSWORD`.

    But for a test of the first day, nobody is led to its guide.
    """
    values = {
        "AMENDS_DATA_DIR": str(folder / "var"),
        "AMENDS_RUNTIME_DIR": str(folder / "slots"),
        "AMENDS_PORT": str(free_port()),
        "AMENDS_ADMIN_PASSWORD": PASSWORD,
        **(LIGHTER if BESIDE_OTHERS else {}),
        **environment,
    }
    fields = {"data_dir": values["AMENDS_DATA_DIR"], "runtime_dir": values["AMENDS_RUNTIME_DIR"]}
    fields["database_url"] = values.get("AMENDS_DATABASE_URL", "")
    amends = RunningAmends(load_settings(**fields, port=int(values["AMENDS_PORT"])), os.environ | values)
    amends.start()
    if not is_first_day:
        amends.forget_first_day()
    try:
        yield amends
    finally:
        amends.stop()
