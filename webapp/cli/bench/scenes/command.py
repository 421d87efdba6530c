"""`bench scene`: a street with people whose places and times are known."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.cli.bench.scenes.truth import SceneTruth, truth_path
from webapp.cli.bench.scenes.walks import SceneStyle
from webapp.cli.processes.parts.pipeline_parts import check_writable
from webapp.errors import InputInvalid

if TYPE_CHECKING:
    from webapp.cli.bench.scenes.faces import Cast

_STYLE = SceneStyle()
_LEAST_PX, _MOST_PX = 24, 400


class _Sizes(click.ParamType[tuple[int, int]]):
    """Two widths in pixels, such as `60-160`."""

    name = "MIN-MAX"

    def convert(
        self, value: str | tuple[int, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Read them."""
        if isinstance(value, tuple):
            return value
        least, _, most = value.partition("-")
        if not (least.isdecimal() and most.isdecimal() and _LEAST_PX <= int(least) <= int(most) <= _MOST_PX):
            self.fail(f"expected two widths from {_LEAST_PX} to {_MOST_PX}, such as 60-160, got {value!r}", param, ctx)
        return int(least), int(most)


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--faces", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder of labelled faces; see docs/data.md.  [default: a public-domain portrait]")  # fmt: skip
@click.option("--split", type=click.Choice(["Training", "PublicTest"]), default="PublicTest", show_default=True)
@click.option("--people", default=_STYLE.people, show_default=True, type=click.IntRange(0, 12), help="Seen at once.")
@click.option("--size", default="60-160", show_default=True, type=_Sizes(), help="Widths of the faces, in pixels.")
@click.option("--speed", default=_STYLE.speed_px_s, show_default=True, type=click.FloatRange(10, 2000),
              help="Of the fastest walk, in pixels a second.")  # fmt: skip
@click.option("--empty", default=_STYLE.empty, show_default=True, type=click.FloatRange(0, 1),
              help="Share of the time in which nobody is there.")  # fmt: skip
@click.option("--glancing", default=_STYLE.glancing, show_default=True, type=click.FloatRange(0, 1),
              help="Share of the people who look to the camera only now and then.")  # fmt: skip
@click.option("--turn-angry", is_flag=True, help="Everybody turns angry while standing still.")
@click.option("--cars", default=_STYLE.cars, show_default=True, type=click.IntRange(0, 12), help="That drive by.")
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(0.1, 3600))
@click.option("--fps", default=25, show_default=True, type=click.IntRange(1, 60))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="The same one, the same scene.")
def scene(
    out: Path, folder: Path | None, split: str, people: int, size: tuple[int, int], speed: float, empty: float,
    glancing: float, turn_angry: bool, cars: int, seconds: float, fps: int, seed: int,
) -> None:  # fmt: skip
    """Make a video of a street with people, and the truth about them beside it as JSON.

    1280x720, with textured walls, windows, things that drive by and a sensor's noise. People walk through, stop, come
    nearer, and some look away in between. The JSON has each face's emotion and its bounding box in each frame.

    \b
    Examples:
      python run.py bench scene street.mp4
      python run.py bench scene street.mp4 --faces ~/fer2013 --people 3 --seconds 60
      python run.py bench scene nobody.mp4 --empty 1 --seconds 20
      python run.py bench scene still.mp4 --empty 1 --cars 0 --seconds 20
      python run.py bench scene angry.mp4 --faces ~/fer2013 --turn-angry
    """
    style = SceneStyle(people, size, speed, empty, glancing, turn_angry, cars)
    check_scene_path(out)
    truth = made_scene(out, chosen_cast(folder, split, seed), style, seconds, fps, seed)
    seen = len(truth.appearances())
    click.echo(
        f"{out}: {truth.seconds:g} s at {truth.fps:g} fps, {len(truth.people)} people, {seen} appearances of 0.5 s and "
        f"more, nobody in view for {truth.empty_share:.0%}; who and where: {truth_path(out)}"
    )


def check_scene_path(out: Path) -> None:
    """Find out before long work whether a scene and its truth can be written.

    Raises:
        InputInvalid: they cannot.
    """
    if out.suffix.lower() not in (".mp4", ".mkv", ".avi"):
        raise InputInvalid(f"Expected a scene that ends with .mp4, .mkv or .avi, got '{out.name}'.")
    for path in (out, truth_path(out)):
        check_writable(path)


def chosen_cast(folder: Path | None, split: str, seed: int) -> "Cast":
    """Return the faces of a folder, or the portrait where none is named."""
    from webapp.cli.bench.scenes.faces import dataset_cast, portrait_cast

    return dataset_cast(folder, split, seed) if folder else portrait_cast()


def made_scene(out: Path, cast: "Cast", style: SceneStyle, seconds: float, fps: int = 25, seed: int = 1) -> SceneTruth:
    """Make a scene and show a person at a terminal how far it is."""
    from webapp.cli.bench.scenes.writing import write_scene

    with click.progressbar(length=round(seconds * fps), label=out.name, file=sys.stderr) as bar:
        return write_scene(out, cast, style, seconds=seconds, fps=fps, seed=seed, on_frame=bar.update)
