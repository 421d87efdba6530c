"""`data`: collect one's own faces, explore a data set, preview an augmentation."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from model.cli.explore import explore
from model.cli.preview import preview
from model.labels import EMOTIONS
from webapp.cli.processes.parts.pipeline_parts import face_detector, source_limits
from webapp.errors import CameraError, InputInvalid
from webapp.settings import Settings, load_settings

if TYPE_CHECKING:
    from webapp.vision.dataset.collection import Collection
    from webapp.vision.dataset.face_collector import Tally
    from webapp.vision.dataset.frame_sampling import FrameSample, SamplingPlan

_LIVE_SECONDS = 30.0
# What decides how a face is found and cut out: the collection's record keeps it.
_CROPPING = {
    "detect_width_px", "detect_scale_factor", "detect_min_neighbors", "detect_min_face_px", "detect_min_sharpness",
    "crop_margin",
}  # fmt: skip


@click.group()
def data() -> None:
    """Collect your own faces, explore a data set, preview an augmentation."""


data.add_command(explore)
data.add_command(preview)


@data.command()
@click.option("--source", required=True, help="A camera's address or USB number, a video, or a folder of photos.")
@click.option("--emotion", required=True, type=click.Choice(EMOTIONS), help="What the person shows.")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path), help="A new folder, or a collection.")
@click.option("--person", default="", help="A short name or pseudonym; each person goes to one split as a whole.")
@click.option("--start", "start_s", type=click.FloatRange(0), default=0.0, help="Leave out so many seconds at first.")
@click.option(
    "--seconds", type=click.FloatRange(0, min_open=True), help="Stop after these.  [default: a camera after 30]"
)
@click.option(
    "--every", "every_s", type=click.FloatRange(0), default=0.5, show_default=True, help="Seconds between two frames."
)
@click.option(
    "--size", "face_px", type=click.IntRange(16, 224), default=48, show_default=True, help="Side of the faces."
)
@click.option("--username", default="", help="The camera's user name.")
@click.option("--password-stdin", is_flag=True, help="Read the camera's password from standard input.")
def collect(
    source: str,
    emotion: str,
    folder: Path,
    person: str,
    start_s: float,
    seconds: float | None,
    every_s: float,
    face_px: int,
    username: str,
    password_stdin: bool,
) -> None:
    """Build a labelled set of face crops from a camera, a video or a folder of photos.

    The largest face of each picture is cut out as serving cuts it, and kept if it is new. A person goes to train or
    to test as a whole; where nobody is named, a stretch of time does. Run it again to add. Ctrl-C stops and keeps.

    \b
    Examples:
      python run.py data collect --source 0 --emotion angry --person kim --out my-faces
      python run.py data collect --source visit.mp4 --start 4 --seconds 6 --emotion angry --out my-faces
      python run.py data collect --source photos/happy --emotion happy --out my-faces
      python run.py data collect --source rtsp://192.0.2.10/stream1 --emotion neutral --out my-faces
    """
    from webapp.vision.dataset.capture_sessions import short_name
    from webapp.vision.dataset.collection import Collection
    from webapp.vision.dataset.frame_sampling import SamplingPlan

    settings = load_settings()
    plan = SamplingPlan(every_s, start_s, seconds, short_name(person) if person else "")
    collection = Collection(folder, face_px)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    with ExitStack() as opened:
        name, samples = _open_source(source, username, password, plan, settings, opened)
        tally = _collect(samples, collection, settings, emotion=emotion, source=name, face_px=face_px)
    click.echo(_summary(tally, collection, emotion))


def _open_source(
    source: str, username: str, password: str, plan: "SamplingPlan", settings: Settings, opened: ExitStack
) -> tuple[str, "Iterator[FrameSample]"]:
    """Return the source's name as people may see it, and its pictures.

    Raises:
        InputInvalid: it is nothing that pictures come from.
        CameraError: it cannot be opened.
    """
    from webapp.vision.dataset.frame_sampling import photo_samples, recording_samples
    from webapp.vision.sources.file import open_recording

    path = Path(source.removeprefix("file:")).expanduser()
    if path.is_dir():
        return str(path), photo_samples(path, plan.person, on_damaged=_warn)
    if path.is_file() or source.startswith("file:"):
        decoder = opened.enter_context(closing(open_recording(path, source_limits(settings))))
        return str(path), recording_samples(decoder, path, plan)
    return _open_camera(source, username, password, plan, settings, opened)


def _open_camera(
    source: str, username: str, password: str, plan: "SamplingPlan", settings: Settings, opened: ExitStack
) -> tuple[str, "Iterator[FrameSample]"]:
    from dataclasses import replace

    from webapp.domain.cameras.cameras import parse_camera_address
    from webapp.services.clock import SystemClock
    from webapp.vision.dataset.frame_sampling import camera_samples
    from webapp.vision.sources import make_source

    address = parse_camera_address(_as_address(source), username, password)
    camera = opened.enter_context(closing(make_source(address, source_limits(settings))))
    camera.open()
    plan = replace(plan, seconds=_LIVE_SECONDS if plan.seconds is None else plan.seconds)
    return _without_secrets(address.url), camera_samples(camera, plan, SystemClock().now())


def _without_secrets(url: str) -> str:
    """Return a camera's scheme, host and port: some cameras take the password in the path or the query."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else url


def _as_address(source: str) -> str:
    """Return a camera's address from its short forms, `0` and `demo`.

    Raises:
        InputInvalid: it is no address, so it was meant as a path.
    """
    if source.isascii() and source.isdigit():
        return f"usb:{source}"
    if source == "demo":
        return "demo:"
    if ":" not in source:
        raise InputInvalid(
            f"There is no file or folder '{source}': give a path, a USB number such as 0, or an address."
        )
    return source


def _collect(
    samples: "Iterator[FrameSample]",
    collection: "Collection",
    settings: Settings,
    *,
    emotion: str,
    source: str,
    face_px: int,
) -> "Tally":
    """Collect until the pictures end, or a person has enough."""
    from model.data.duplicates import unit_thumbnails
    from webapp.services.clock import SystemClock
    from webapp.vision.dataset.face_collector import FaceCollector

    collector = FaceCollector(
        collection,
        face_detector(settings),
        unit_thumbnails,
        cropping=settings.model_dump(include=_CROPPING),
        emotion=emotion,
        source=source,
        face_px=face_px,
        now=SystemClock().now,
    )
    try:
        with _counting(collector.tally) as on_sample:
            collector.collect(samples, on_sample)
    except KeyboardInterrupt:
        _warn("Stopped; what was found is kept.")
    except CameraError as error:
        if not collector.tally.pictures:
            raise
        _warn(f"{error} What was found is kept.")
    return collector.tally


@contextmanager
def _counting(tally: "Tally") -> Iterator[Callable[[], None]]:
    """Return what shows a person at a terminal the progress; nobody else sees it."""

    def show() -> None:
        click.echo(f"\r{tally.pictures} pictures", nl=False, err=True)

    if not sys.stderr.isatty():
        yield lambda: None
        return
    try:
        yield show
    finally:
        click.echo(err=True)


def _warn(text: str) -> None:
    click.echo(text, err=True)


def _summary(tally: "Tally", collection: "Collection", emotion: str) -> str:
    from webapp.vision.dataset.capture_sessions import CollectionSplit

    kept = ", ".join(f"{tally.kept[split]} for {split.value}" for split in CollectionSplit)
    lines = [f"{tally.pictures} pictures: {tally.kept.total()} {emotion} faces added ({kept})"]
    lines += [f"  left out {count} {reason.value}" for reason, count in tally.left_out.most_common()]
    for split, counts in collection.counts().items():
        lines.append(
            f"{split.value}: {', '.join(f'{name} {count}' for name, count in counts.items()) or 'no face yet'}"
        )
    return "\n".join(lines)
