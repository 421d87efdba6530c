"""`bench cameras`: the real product with many cameras, and what it makes of them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from webapp.cli.bench.figures import JSON_HELP, Spread, machine, machine_words, report
from webapp.cli.bench.product.browser import CameraCounters, camera_counters, logged_in
from webapp.cli.bench.product.clips import checked_clip, decoding_share
from webapp.cli.bench.product.processes import KINDS, ProcessFigures, cpu_by_kind, process_tree, pss_by_kind
from webapp.cli.bench.product.running import RunningProduct, product
from webapp.cli.processes.parts.pipeline_parts import check_writable

_PATH = click.Path(dir_okay=False, path_type=Path)
_FIRST_FRAMES_S = 120.0


@dataclass(frozen=True)
class Moment:
    """The product at one moment.

    Attributes:
        at_s: on a clock that never goes back.
        counters: camera id → what was counted.
        processes: all of the product's.
    """

    at_s: float
    counters: Mapping[int, CameraCounters]
    processes: Sequence[ProcessFigures]


@dataclass(frozen=True)
class CamerasFigures:
    """What was measured over a span.

    Attributes:
        cameras: how many there were.
        seconds: the span.
        analysed_fps: over the cameras of the clip.
        quiet_fps: over the cameras of the second clip; None without any.
        all_fps: of all cameras together.
        dropped_fps: frames a second, all cameras, that were not analysed although it was their turn.
        cores: kind of process → processor time as a share of one core, all of that kind together.
        memory_mb: kind of process → memory of one process (PSS).
        decoding: share of a core that decoding the clip alone takes, at its own frame rate.
        beyond_decoding: share of a core for one camera, in vision and its capture process, beyond decoding.
    """

    cameras: int
    seconds: float
    analysed_fps: Spread
    quiet_fps: Spread | None
    all_fps: float
    dropped_fps: float
    cores: Mapping[str, float]
    memory_mb: Mapping[str, Spread]
    decoding: float
    beyond_decoding: float


@click.command()
@click.argument("count", metavar="N", type=click.IntRange(1, 64))
@click.argument("clip", type=_PATH)
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(1, 86400), help="Measured span.")
@click.option("--warm-up", "warm_up_s", default=10.0, show_default=True, type=click.FloatRange(0, 600),
              help="Seconds before it, from every camera's first analysed frame on.")  # fmt: skip
@click.option("--quiet", type=(click.IntRange(1, 64), _PATH), metavar="M CLIP2", help="M more cameras that show CLIP2.")
@click.option("--json", "json_path", metavar="F", type=_PATH, help=JSON_HELP)
def cameras(
    count: int, clip: Path, seconds: float, warm_up_s: float, quiet: tuple[int, Path] | None, json_path: Path | None
) -> None:
    """Run the real product with N cameras that play CLIP in a loop, and measure it over a minute.

    Analysed frames a second of each camera (from the counters of /metrics), processor time and memory (PSS) of each
    kind of process. Settings of the environment hold, such as AMENDS_ANALYSIS_FPS; nothing of your data is touched.

    \b
    Examples:
      python run.py bench cameras 8 street.mp4
      python run.py bench cameras 5 street.mp4 --quiet 11 nobody.mp4 --json cameras.json
    """
    check_writable(json_path)
    facts = machine()
    figures = measure_cameras(count, clip, seconds, warm_up_s=warm_up_s, quiet=quiet)
    clips = {"clip": clip.name, "quiet": [quiet[0], quiet[1].name] if quiet else None}
    report(f"{machine_words(facts)}\n{words(figures)}", {"machine": facts, **clips, "figures": figures}, json_path)


def measure_cameras(
    count: int, clip: Path, seconds: float, *, warm_up_s: float = 10.0, quiet: tuple[int, Path] | None = None
) -> CamerasFigures:
    """Run the product with cameras and measure it; see the command.

    Raises:
        CameraError: a clip cannot be played.
        click.ClickException: the product does not analyse, or was restarted in between.
    """
    clips = [checked_clip(clip)] * count + ([checked_clip(quiet[1])] * quiet[0] if quiet else [])
    with product() as running:
        added = running.add_cameras([f"file:{path}" for path in clips])
        running.start()
        running.wait_for_port()
        session = logged_in(running)
        running.wait_for(
            lambda: len(_analysed(running, session)) == len(added), "every camera is analysed", _FIRST_FRAMES_S, 0.5
        )
        time.sleep(warm_up_s)
        before = _moment(running, session)
        time.sleep(seconds)
        after = _moment(running, session)
    busy_ids = [camera.camera_id for camera in added[:count]]
    return figures_between(before, after, busy_ids, decoding_share(clips[0]))


def words(figures: CamerasFigures) -> str:
    """Return the figures as lines for people."""
    quiet = f", the others {figures.quiet_fps.words()}" if figures.quiet_fps else ""
    lines = [
        f"{figures.cameras} cameras over {figures.seconds:.0f} s: analysed fps per camera, median (least to most): "
        f"{figures.analysed_fps.words()}{quiet}",
        f"  all together {figures.all_fps:.1f} fps; {figures.dropped_fps:.1f} frames a second were dropped",
        f"  decoding alone {figures.decoding:.3f} core a camera; all else of one camera "
        f"{figures.beyond_decoding:.3f} core",
    ]
    for kind in (kind for kind in (*KINDS, "other") if kind in figures.memory_mb):
        memory = figures.memory_mb[kind]
        lines.append(
            f"  {kind} ({memory.count}): {figures.cores.get(kind, 0):.2f} core, {memory.words(' MB', 0)} of memory each"
        )
    return "\n".join(lines)


def _analysed(running: RunningProduct, session: Any) -> list[int]:
    return [camera_id for camera_id, one in camera_counters(running, session).items() if one.frames]


def _moment(running: RunningProduct, session: Any) -> Moment:
    counters = camera_counters(running, session)
    return Moment(time.monotonic(), counters, process_tree(running.pid))


def figures_between(before: Moment, after: Moment, busy_ids: Sequence[int], decoding: float) -> CamerasFigures:
    """Return what happened between two moments.

    Args:
        before: the span's begin.
        after: its end.
        busy_ids: the cameras of the clip; all others are those of the second one.
        decoding: see `CamerasFigures`.
    """
    seconds = after.at_s - before.at_s
    fps = {camera_id: _between(before, after, camera_id).frames / seconds for camera_id in before.counters}
    dropped = sum(_between(before, after, camera_id).dropped for camera_id in before.counters)
    quiet = [rate for camera_id, rate in fps.items() if camera_id not in busy_ids]
    spent = cpu_by_kind(before.processes, after.processes)
    cores = {kind: round(spent_s / seconds, 4) for kind, spent_s in spent.items()}
    memory = pss_by_kind(after.processes)
    return CamerasFigures(
        cameras=len(fps),
        seconds=round(seconds, 2),
        analysed_fps=Spread.of([fps[camera_id] for camera_id in busy_ids]),
        quiet_fps=Spread.of(quiet) if quiet else None,
        all_fps=round(sum(fps.values()), 2),
        dropped_fps=round(dropped / seconds, 2),
        cores=cores,
        memory_mb={kind: Spread.of([one / 1e6 for one in held], 1) for kind, held in memory.items()},
        decoding=round(decoding, 4),
        beyond_decoding=round((cores.get("vision", 0) + cores.get("capture", 0)) / len(fps) - decoding, 4),
    )


def _between(before: Moment, after: Moment, camera_id: int) -> CameraCounters:
    """Return what was counted between two moments.

    Raises:
        click.ClickException: vision began to count again.
    """
    began, ended = before.counters[camera_id], after.counters.get(camera_id, CameraCounters(0, 0))
    if ended.frames < began.frames:
        raise click.ClickException("Vision was restarted while it was measured: look into its log, and try again.")
    return CameraCounters(ended.frames - began.frames, ended.dropped - began.dropped)
