"""`bench alerts`: how long an incident takes from its commit to a connected browser."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.cameras.cameras import Camera
from webapp.domain.vision.emotions import Emotion
from webapp.settings import REPOSITORY_DIR, Settings, load_settings

_ADMIN = "admin"
_TINY_JPEG = bytes.fromhex("ffd8ffdb004300") + bytes([1] * 64) + bytes.fromhex("ffd9")


@click.command()
@click.option("--count", default=100, show_default=True, type=click.IntRange(1, 10000), help="Incidents to raise.")
@click.option("--cameras", default=16, show_default=True, type=click.IntRange(1, 64), help="Cameras that play.")
@click.option("--streams", default=1, show_default=True, type=click.IntRange(0, 8), help="MJPEG streams that are open.")
@click.option(
    "--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here too."
)
def alerts(count: int, cameras: int, streams: int, json_path: Path | None) -> None:
    """Raise incidents against a real web process and time each until a real Socket.IO client has it.

    Everything runs on loopback over a database of its own, which is removed afterwards.

    \b
    Examples:
      python run.py bench alerts
      python run.py bench alerts --count 500 --cameras 1 --streams 0
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        settings = load_settings(data_dir=Path(folder) / "var", runtime_dir=Path(folder) / "slots", port=_free_port())
        password = secrets.token_urlsafe(16)
        registered = _prepare(settings, password, cameras)
        stack.enter_context(_web_process(settings))
        stack.enter_context(_playing(settings, registered))
        session = _logged_in(settings, password)
        for camera in registered[:streams]:
            stack.enter_context(_open_stream(settings, session, camera))
        delays_ms = _raise_incidents(settings, session, registered, count)
    figures = _figures(delays_ms) | {"cameras": cameras, "streams": streams}
    click.echo(
        "commit to client over {count} incidents, {cameras} cameras, {streams} open streams: "
        "p50 {p50_ms:.0f} ms, p99 {p99_ms:.0f} ms, most {max_ms:.0f} ms".format(**figures)
    )
    if json_path:
        json_path.write_text(json.dumps(figures, indent=2) + "\n")


def _prepare(settings: Settings, password: str, count: int) -> list[Camera]:
    from webapp.cli.processes.installation import open_installation
    from webapp.runtime.slots.frame_slots import prepare_slots_dir
    from webapp.services.cameras.camera_settings import CameraForm

    prepare_slots_dir(settings.slots_dir)
    installation = open_installation(settings)
    installation.accounts.add_first_admin(_ADMIN, password)
    return [installation.cameras.add(CameraForm(f"Camera {number}", "demo:")) for number in range(1, count + 1)]


@contextmanager
def _web_process(settings: Settings) -> Iterator[None]:
    environment = os.environ | {
        "AMENDS_DATA_DIR": str(settings.data_dir),
        "AMENDS_RUNTIME_DIR": str(settings.slots_dir),
        "AMENDS_PORT": str(settings.port),
        "AMENDS_LOG_LEVEL": "warning",
    }
    process = subprocess.Popen([sys.executable, str(REPOSITORY_DIR / "run.py"), "web"], env=environment)
    try:
        _wait_for_port(settings.port)
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def _playing(settings: Settings, cameras: list[Camera]) -> Iterator[None]:
    """Publish pictures on every camera, ten a second, as vision does for somebody who looks."""
    from webapp.runtime.slots.live_slots import LivePublisher
    from webapp.services.dashboard.live_frames import PictureSize

    publishers = [LivePublisher(settings.slots_dir, camera.camera_id) for camera in cameras]
    picture, ended = _TINY_JPEG * 500, threading.Event()

    def play() -> None:
        while not ended.wait(0.1):
            for publisher in publishers:
                at = datetime.now(UTC)
                publisher.publish(at, (), {"analysed_fps": 10.0}, {"frames": 1})
                publisher.publish_picture(PictureSize.LARGE, picture, at)

    thread = threading.Thread(target=play, daemon=True)
    thread.start()
    yield
    ended.set()
    thread.join()


def _logged_in(settings: Settings, password: str) -> Any:
    """Return a `requests` session with the cookie of a logged-in browser."""
    import re

    import requests

    session = requests.Session()
    page = session.get(f"{_address(settings)}/login", timeout=10)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    form = {"csrf_token": found.group(1) if found else "", "name": _ADMIN, "password": password}
    answer = session.post(f"{_address(settings)}/login", data=form, timeout=10)
    if "/login" in answer.url:
        raise click.ClickException("The bench could not log in to the web process that it started.")
    return session


@contextmanager
def _open_stream(settings: Settings, session: Any, camera: Camera) -> Iterator[None]:
    response = session.get(f"{_address(settings)}/cameras/{camera.camera_id}/stream.mjpg", stream=True, timeout=30)
    ended = threading.Event()

    def read() -> None:
        for _ in response.iter_content(65536):
            if ended.is_set():
                return

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    yield
    ended.set()
    thread.join(5)
    response.close()


def _raise_incidents(settings: Settings, session: Any, cameras: list[Camera], count: int) -> list[float]:
    import socketio

    from webapp.cli.processes.installation import open_installation

    recorder = open_installation(settings).recorder
    client, received = socketio.Client(http_session=session), _Received()
    client.on("incident_opened", received.take, namespace="/dashboard")
    client.connect(_address(settings), namespaces=["/dashboard"], transports=["websocket"])
    delays_ms = []
    for number in range(1, count + 1):
        recorder.record(cameras[number % len(cameras)], [_decision(number)], _TINY_JPEG)
        recorder.flush()
        committed_s = time.perf_counter()
        delays_ms.append((received.wait() - committed_s) * 1000)
        time.sleep(0.05 * (number % 5))
    client.disconnect()
    return delays_ms


class _Received:
    """When the client had the last event."""

    def __init__(self) -> None:
        self._arrived = threading.Event()
        self._at_s = 0.0

    def take(self, _payload: object) -> None:
        """Note that an event has come."""
        self._at_s = time.perf_counter()
        self._arrived.set()

    def wait(self) -> float:
        """Return when the next event came."""
        if not self._arrived.wait(10):
            raise click.ClickException("An incident did not reach the client within 10 s.")
        self._arrived.clear()
        return self._at_s


def _decision(number: int) -> AlertDecision:
    now = datetime.now(UTC)
    return AlertDecision(AlertChange.OPENED, number, number, Emotion.ANGRY, now, now, 0.8, 0.8)


def _figures(delays_ms: list[float]) -> dict[str, float]:
    ranked = sorted(delays_ms)
    p99 = ranked[min(len(ranked) - 1, round(0.99 * len(ranked)))]
    return {"count": len(ranked), "p50_ms": ranked[len(ranked) // 2], "p99_ms": p99, "max_ms": ranked[-1]}


def _address(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_port(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise click.ClickException("The web process did not answer within 30 s.")
