"""The web application in a process of its own, and what a test puts behind it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.empty_database import empty_database
from tests.support.patience import PATIENCE
from tests.support.running import free_port
from tests.support.web_app import PASSWORD, WebApp, csrf_token
from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.settings import REPOSITORY_DIR, load_settings

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass
class RunningWeb:
    """One web process, and the same database and use cases in the test's own hands."""

    data_dir: Path
    port: int
    process_id: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        settings = load_settings(data_dir=self.data_dir)
        self.web = WebApp(settings, empty_database(settings))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process_id = _fork_server(self.port, self.data_dir)
        began = time.monotonic()
        while not self._answers():
            assert time.monotonic() - began < 90, (self.data_dir / "log.txt").read_text()
            time.sleep(0.05)

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.process_id, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
        while _is_alive(self.process_id):
            time.sleep(0.01)

    def add_online_camera(self, name: str) -> Camera:
        camera = self.web.add_camera(name)
        self.web.services.cameras.report_state(camera.camera_id, CameraState.ONLINE)
        return camera

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=2) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False


@lru_cache
def _server_forks() -> "subprocess.Popen[str]":
    """Start, once per worker, what has imported everything and forks servers; it ends with the worker."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.web_server"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=REPOSITORY_DIR, stdin=pipe, stdout=pipe, text=True)


def _fork_server(port: int, data_dir: Path) -> int:
    forks = _server_forks()
    assert forks.stdin is not None
    assert forks.stdout is not None
    print(port, data_dir, file=forks.stdin, flush=True)
    return int(forks.stdout.readline())


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def running_web(folder: Path, **settings: object) -> Iterator[RunningWeb]:
    """Serve an empty installation with its three people."""
    folder.mkdir(exist_ok=True)
    (folder / "settings.json").write_text(json.dumps(settings))
    running = RunningWeb(folder, free_port())
    running.web.add_people()
    running.start()
    try:
        yield running
    finally:
        running.kill()
        running.web.engine.dispose()


def logged_in(
    browser: Browser, running: RunningWeb, name: str, *, viewport: dict[str, int] = DESKTOP, theme: str = "light",
    service_workers: str = "allow",
) -> Page:  # fmt: skip
    """Return a page of a browser of its own, at the dashboard."""
    context: BrowserContext = browser.new_context(
        viewport=viewport, color_scheme=theme, service_workers=service_workers
    )
    # Without the form: tests of their own fill it in, and to show it each time would take a second of the processor.
    form = {"csrf_token": csrf_token(context.request.get(f"{running.url}/login").text())}
    answer = context.request.post(f"{running.url}/login", form=form | {"name": name, "password": PASSWORD})
    assert answer.url == f"{running.url}/", f"{name} was not logged in"
    page = context.new_page()
    page.set_default_timeout(10_000 * PATIENCE)
    page.goto(f"{running.url}/")
    return page
