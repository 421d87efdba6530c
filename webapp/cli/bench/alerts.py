"""`bench alerts`: how long an alert takes, from the face or from the incident's commit, to a connected browser."""

import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from webapp.cli.bench.figures import JSON_HELP, machine, machine_words, report
from webapp.cli.bench.product.browser import check_socket_client, listening, logged_in
from webapp.cli.bench.product.running import RunningProduct, product
from webapp.cli.bench.scenes.command import chosen_cast
from webapp.cli.bench.turning import Delays, TurningFigures, make_scenes, measure_turning, words
from webapp.cli.processes.installation import open_installation
from webapp.cli.processes.parts.pipeline_parts import check_writable
from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.cameras.cameras import Camera
from webapp.domain.vision.emotions import Emotion
from webapp.settings import Settings

_PATH = click.Path(dir_okay=False, path_type=Path)
_TINY_JPEG = bytes.fromhex("ffd8ffdb004300") + bytes([1] * 64) + bytes.fromhex("ffd9")


@click.command()
@click.option("--cameras", "count", type=click.IntRange(1, 64),
              help="Cameras that play.  [default: 8; 16 with --from-commit]")  # fmt: skip
@click.option("--seconds", default=120.0, show_default=True, type=click.FloatRange(5, 86400), help="Measured span.")
@click.option("--scene", "scenes", multiple=True, type=_PATH,
              help="A scene of `bench scene --turn-angry`; may be repeated.  [default: two are made]")  # fmt: skip
@click.option("--faces", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder of labelled faces, for the scenes that are made.  [default: a portrait]")  # fmt: skip
@click.option("--from-commit", is_flag=True, help="Only from an incident's commit on, of incidents that are made up.")
@click.option("--count", "incidents", default=100, show_default=True, type=click.IntRange(1, 10000),
              help="With --from-commit: incidents.")  # fmt: skip
@click.option("--streams", default=1, show_default=True, type=click.IntRange(0, 8),
              help="With --from-commit: MJPEG streams that are open.")  # fmt: skip
@click.option("--json", "json_path", metavar="F", type=_PATH, help=JSON_HELP)
def alerts(
    count: int | None, seconds: float, scenes: tuple[Path, ...], folder: Path | None, from_commit: bool,
    incidents: int, streams: int, json_path: Path | None,
) -> None:  # fmt: skip
    """Time alerts from a face that turns angry before a camera until a real Socket.IO client has them.

    The real product watches busy cameras, three faces each; what is counted is the time beyond the dwell. Everything
    runs on loopback in a folder of its own, which is removed afterwards.

    \b
    Examples:
      python run.py bench alerts
      python run.py bench alerts --cameras 4 --seconds 300 --faces ~/fer2013 --json alerts.json
      python run.py bench alerts --from-commit --count 500 --cameras 1 --streams 0
    """
    check_writable(json_path)
    facts = machine()
    figures: TurningFigures | CommitFigures
    if from_commit:
        figures = measure_from_commit(incidents, count or 16, streams)
        told = commit_words(figures)
    else:
        figures = measured_turning(scenes, folder, count or 8, seconds)
        told = words(figures)
    report(f"{machine_words(facts)}\n{told}", {"machine": facts, "figures": figures}, json_path)


def measured_turning(scenes: Sequence[Path], folder: Path | None, count: int, seconds: float) -> TurningFigures:
    """Measure from the face on; where no scenes are given, make some."""
    check_socket_client()
    with tempfile.TemporaryDirectory() as made:
        chosen = list(scenes) or make_scenes(Path(made), chosen_cast(folder, "PublicTest", 1))
        return measure_turning(chosen, count, seconds)


@dataclass(frozen=True)
class CommitFigures:
    """From an incident's commit to a connected browser.

    Attributes:
        cameras: that play.
        streams: MJPEG streams that are open.
        delays: of all incidents.
    """

    cameras: int
    streams: int
    delays: Delays


def commit_words(figures: CommitFigures) -> str:
    """Return the figures as a line for people."""
    return (
        f"commit to client over {figures.delays.spread.count} incidents, {figures.cameras} cameras, "
        f"{figures.streams} open streams: {figures.delays.words}"
    )


def measure_from_commit(incidents: int, cameras: int, streams: int) -> CommitFigures:
    """Raise incidents against a real web process and time each until a real Socket.IO client has it."""
    check_socket_client()
    with product(command="web") as running, ExitStack() as stack:
        registered = running.add_cameras(["demo:"] * cameras)
        running.start()
        running.wait_for_port()
        stack.enter_context(_playing(running.settings, registered))
        session = logged_in(running)
        for camera in registered[:streams]:
            stack.enter_context(_open_stream(running, session, camera))
        delays_s = _raise_incidents(running, session, registered, incidents)
    return CommitFigures(cameras, streams, Delays.of(delays_s))


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


@contextmanager
def _open_stream(running: RunningProduct, session: Any, camera: Camera) -> Iterator[None]:
    response = session.get(f"{running.address}/cameras/{camera.camera_id}/stream.mjpg", stream=True, timeout=30)
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


def _raise_incidents(running: RunningProduct, session: Any, cameras: list[Camera], count: int) -> list[float]:
    recorder, delays_s = open_installation(running.settings).recorder, []
    with listening(running, session) as listener:
        for number in range(1, count + 1):
            recorder.record(cameras[number % len(cameras)], [_decision(number)], _TINY_JPEG)
            recorder.flush()
            committed_s = time.time()
            delays_s.append(listener.wait() - committed_s)
            time.sleep(0.05 * (number % 5))
    return delays_s


def _decision(number: int) -> AlertDecision:
    now = datetime.now(UTC)
    return AlertDecision(AlertChange.OPENED, number, number, Emotion.ANGRY, now, now, 0.8, 0.8)
