"""`bench all`: every target, measured one after another, as one table."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import click

from webapp.cli.bench import targets
from webapp.cli.bench.alerts import measured_turning
from webapp.cli.bench.cameras import measure_cameras
from webapp.cli.bench.figures import JSON_HELP, machine, machine_words, report
from webapp.cli.bench.people import measure_people
from webapp.cli.bench.pipeline import measure_pipeline
from webapp.cli.bench.product.clips import checked_clip
from webapp.cli.bench.scenes.command import chosen_cast, made_scene
from webapp.cli.bench.scenes.truth import truth_path
from webapp.cli.bench.scenes.walks import SceneStyle
from webapp.cli.bench.start import measure_start
from webapp.cli.bench.targets import Row
from webapp.cli.bench.turning import make_scenes
from webapp.cli.bench.web import WebFigures, measure_pages, measure_viewers
from webapp.cli.processes.parts.pipeline_parts import check_writable
from webapp.errors import AmendsError

_PATH = click.Path(dir_okay=False, path_type=Path)
_USUAL_FRAMES, _STARTS, _ROWS, _REQUESTS, _VIEWERS = 60, 5, 1_000_000, 30, 50
_BUSY, _FEW, _MANY, _NOBODY = 8, 5, 11, 4


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes:
        clip: the street.
        seconds: of each span.
        faces: folder of labelled faces for the scenes that are made; None for the portrait.
        folder: where scenes are made.
    """

    clip: Path
    seconds: float
    faces: Path | None
    folder: Path

    def street(self) -> Path:
        """Return a street whose truth is known: the clip, if it is one."""
        return self.clip if truth_path(self.clip).exists() else self._made("street.mp4", SceneStyle())

    def nobody(self) -> Path:
        """Return a street without people, where cars drive by."""
        return self._made("nobody.mp4", SceneStyle(empty=1.0), 20.0)

    def still(self) -> Path:
        """Return a place where nothing moves but the sensor's noise."""
        return self._made("still.mp4", SceneStyle(empty=1.0, cars=0), 20.0)

    def _made(self, name: str, style: SceneStyle, seconds: float = 60.0) -> Path:
        path = self.folder / name
        if not path.exists():
            made_scene(path, chosen_cast(self.faces, "PublicTest", 1), style, seconds)
        return path


Measured: TypeAlias = tuple[list[Row], Any]


def _pipeline(plan: Plan) -> Measured:
    timings, usual = measure_pipeline(plan.clip, _USUAL_FRAMES)
    return targets.pipeline_rows(timings, usual), {"amends": timings, "usual": usual}


def _busy(plan: Plan) -> Measured:
    figures = measure_cameras(_BUSY, plan.clip, plan.seconds)
    return targets.cameras_rows(figures, f"{_BUSY} cameras"), figures


def _quiet(plan: Plan) -> Measured:
    figures = measure_cameras(_FEW, plan.clip, plan.seconds, quiet=(_MANY, plan.nobody()))
    what = f"{_FEW} of {_FEW + _MANY} cameras, the others empty"
    return [*targets.cameras_rows(figures, what), *targets.memory_rows(figures)], figures


def _nobody(plan: Plan) -> Measured:
    places = {"where nothing moves": plan.still(), "where cars drive by": plan.nobody()}
    figures = {where: measure_cameras(_NOBODY, clip, plan.seconds) for where, clip in places.items()}
    return [row for where, one in figures.items() for row in targets.nobody_rows(one, where)], figures


def _people(plan: Plan) -> Measured:
    scenes = [plan.street(), *make_scenes(plan.folder, chosen_cast(plan.faces, "PublicTest", 1))]
    figures = measure_people([scenes[number % len(scenes)] for number in range(_BUSY)], plan.seconds)
    return targets.people_rows(figures), figures


def _alerts(plan: Plan) -> Measured:
    figures = measured_turning((), plan.faces, _BUSY, 2 * plan.seconds)
    return targets.alerts_rows(figures), figures


def _web(plan: Plan) -> Measured:
    streams = measure_viewers(_VIEWERS, 10.0, plan.clip, plan.seconds)
    figures = WebFigures(streams, _ROWS, *measure_pages(_ROWS, _REQUESTS))
    return targets.web_rows(figures), figures


def _start(_plan: Plan) -> Measured:
    empty, existing = measure_start(_STARTS)
    return targets.start_rows(empty, existing), {"empty": empty, "existing": existing}


STEPS: Mapping[str, Callable[[Plan], Measured]] = {
    "pipeline": _pipeline, "cameras": _busy, "quiet": _quiet, "nobody": _nobody, "people": _people, "alerts": _alerts,
    "web": _web, "start": _start,
}  # fmt: skip


@click.command("all")
@click.argument("clip", type=_PATH)
@click.option("--only", multiple=True, type=click.Choice(list(STEPS)), help="Some of them.  [default: all]")
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(5, 3600), help="Of each span.")
@click.option("--faces", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder of labelled faces for the scenes that are made.  [default: a portrait]")  # fmt: skip
@click.option("--json", "json_path", metavar="F", type=_PATH, help=JSON_HELP)
@click.option("--markdown", "markdown_path", metavar="F", type=_PATH, help="Write the table as Markdown.")
def everything(
    clip: Path, only: tuple[str, ...], seconds: float, folder: Path | None,
    json_path: Path | None, markdown_path: Path | None,
) -> None:  # fmt: skip
    """Measure everything that has a target, on a clip of a street, and say what is reached.

    Takes about half an hour. For the pipeline TensorFlow is needed; who is missed is only known of a scene of `bench
    scene`: of another clip a street is made for it.

    \b
    Examples:
      python run.py bench all street.mp4
      python run.py bench all street.mp4 --json all.json --markdown all.md
      python run.py bench all street.mp4 --only cameras --only start
    """
    for path in (json_path, markdown_path):
        check_writable(path)
    facts, plain_clip = machine(), checked_clip(clip)
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as made:
        plan = Plan(plain_clip, seconds, folder, Path(made))
        rows, figures = measure(plan, only or tuple(STEPS))
    told = {"machine": facts, "clip": clip.name, "rows": rows, "figures": figures}
    report(f"{machine_words(facts)}\n{targets.as_text(rows)}", told, json_path)
    if markdown_path:
        markdown_path.write_text(targets.as_markdown(rows, facts), encoding="utf-8")


def measure(plan: Plan, names: Sequence[str]) -> tuple[list[Row], dict[str, Any]]:
    """Measure some of the steps; what cannot be measured says why, and the others go on."""
    rows, figures = list[Row](), dict[str, Any]()
    for name in names:
        click.echo(f"{name} ...", err=True)
        try:
            its_rows, figures[name] = STEPS[name](plan)
        except (AmendsError, click.ClickException) as error:
            its_rows = [Row(name, str(error).splitlines()[0], "", None)]
        rows += its_rows
    return rows, figures
