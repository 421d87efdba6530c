"""Starts the real product in a folder of its own, on this machine alone, and leaves nothing of it behind."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import click

from webapp.cli.bench.product.records import put_on_record
from webapp.cli.processes.installation import FIRST_ADMIN, open_installation
from webapp.domain.cameras.cameras import Camera
from webapp.services.cameras.camera_settings import CameraForm
from webapp.settings import REPOSITORY_DIR, Settings, load_settings

# Where an installation is and who comes in: a bench has its own. What is set of cameras, faces and alerts holds.
_OWN = (
    "DATA_DIR", "DATABASE_URL", "RUNTIME_DIR", "BACKUP_", "HOST", "PORT", "HTTPS_", "TRUSTED_", "ALLOWED_", "SESSION_",
    "ADMIN_", "SECOND_", "OIDC_", "LOG_",
)  # fmt: skip
_STOP_S = 20.0
_POLL_S = 0.05


@dataclass
class RunningProduct:
    """A product that runs, or is about to.

    Attributes:
        settings: where it is.
        environment: of its processes.
        command: which part of it is run: `serve` runs all.
        password: the first admin's.
    """

    settings: Settings
    environment: Mapping[str, str] = field(repr=False)
    command: str
    password: str = field(repr=False)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.settings.port}"

    @property
    def pid(self) -> int:
        """The process that was started; the others are its children."""
        return self._process.pid if self._process else 0

    def add_cameras(self, urls: Sequence[str]) -> list[Camera]:
        """Register cameras, called `Camera 1` and so on, and the first admin; before it starts."""
        installation = open_installation(self.settings)
        installation.accounts.add_first_admin(FIRST_ADMIN, self.password)
        forms = [CameraForm(f"Camera {number}", url) for number, url in enumerate(urls, start=1)]
        cameras = [installation.cameras.add(form) for form in forms]
        put_on_record(installation)
        return cameras

    def start(self) -> None:
        """Start it; see `wait_for_port`."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        with self._log_path.open("ab") as log:
            command = [sys.executable, str(REPOSITORY_DIR / "run.py"), self.command]
            self._process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def wait_for_port(self, timeout_s: float = 60.0) -> None:
        """Wait until it answers.

        Raises:
            click.ClickException: it ended, or was not there in time.
        """
        self.wait_for(self._answers, "it answers", timeout_s)

    def wait_for(self, condition: Callable[[], object], what: str, timeout_s: float, poll_s: float = _POLL_S) -> None:
        """Wait for something that the product is to do.

        Raises:
            click.ClickException: it ended, or did not do it in time; with the last lines of its log.
        """
        deadline_s = time.monotonic() + timeout_s
        while not condition():
            if self._process is None or self._process.poll() is not None:
                raise click.ClickException(f"The product ended before {what}.{self._last_lines()}")
            if time.monotonic() > deadline_s:
                raise click.ClickException(f"Not within {timeout_s:g} s: {what}.{self._last_lines()}")
            time.sleep(poll_s)

    def stop(self) -> None:
        """Stop it, and wait until it has ended."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def _log_path(self) -> Path:
        return self.settings.data_dir / "bench-log.txt"

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.settings.port)) == 0

    def _last_lines(self) -> str:
        with suppress(OSError):
            return "\n" + "\n".join(self._log_path.read_text(errors="replace").splitlines()[-5:])
        return ""


@contextmanager
def product(*, command: str = "serve", **chosen: str) -> Iterator[RunningProduct]:
    """Prepare a product in a new folder, and take it away afterwards, whatever happens.

    Args:
        command: which part is to run.
        chosen: further environment variables, without their `AMENDS_`, in lower case.

    Yields:
        It; nothing is started yet.
    """
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder, _ended_by_sigterm():
        own = {"data_dir": str(Path(folder) / "var"), "port": str(_free_port()), "log_level": "warning", **chosen}
        prepared = _prepared(own, command)
        try:
            yield prepared
        finally:
            prepared.stop()
            shutil.rmtree(prepared.settings.slots_dir, ignore_errors=True)


def _prepared(own: Mapping[str, str], command: str) -> RunningProduct:
    from webapp.runtime.slots.frame_slots import prepare_slots_dir

    password = secrets.token_urlsafe(16)
    environment = {name: value for name, value in os.environ.items() if not _is_own(name)}
    environment |= {f"AMENDS_{name.upper()}": value for name, value in own.items()}
    settings = load_settings(**{"database_url": "", "runtime_dir": None, "host": "127.0.0.1", **own})
    prepare_slots_dir(settings.slots_dir)
    return RunningProduct(settings, environment | {"AMENDS_ADMIN_PASSWORD": password}, command, password)


def _is_own(name: str) -> bool:
    return name.startswith("AMENDS_") and name.removeprefix("AMENDS_").startswith(_OWN)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end this process as Ctrl+C does, so that what was started is stopped."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # Not in the main thread, as in tests.
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
