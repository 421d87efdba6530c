"""`bench people`: who is missed by looking less, and how much later alerts come."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.cli.bench.figures import JSON_HELP, Spread, machine, machine_words, report
from webapp.cli.bench.product.browser import camera_counters, logged_in
from webapp.cli.bench.product.running import product
from webapp.cli.bench.product.sightings import noting_sightings
from webapp.cli.bench.scenes.matching import LoopClock, Sighting, fit_loop, found_appearances
from webapp.cli.bench.scenes.truth import Appearance, BoxXYXY, SceneTruth, read_truth
from webapp.cli.processes.parts.pipeline_parts import check_writable
from webapp.settings import load_settings

if TYPE_CHECKING:
    from webapp.cli.bench.simulated_vision import LiveRun, WatchedScene

_PATH = click.Path(dir_okay=False, path_type=Path)
_FIRST_FRAMES_S = 120.0
# A face that no detector finds but in single frames is missed by chance, not by looking less.
_SEEN_S = 0.5


@dataclass(frozen=True)
class Missed:
    """Appearances of 0.5 s and more, and who of them was missed.

    Attributes:
        appearances: how many there truly were.
        found: of these, how many were found and read.
        exhaustive: how many the exhaustive run read for 0.5 s, all their frames together.
        missed: how many of them this run did not find.
        share: `missed` as a share of `exhaustive`.
        glimpsed: how many more the exhaustive run read, in fewer frames.
        glimpsed_missed: how many of them this run did not find.
    """

    appearances: int
    found: int
    exhaustive: int
    missed: int
    share: float
    glimpsed: int
    glimpsed_missed: int

    @classmethod
    def of(cls, looks: Sequence["Look"]) -> "Missed":
        """Count appearances."""
        seen, glimpsed = ([look for look in looks if look.exhaustive is kind] for kind in (Seen.LONG, Seen.GLIMPSED))
        missed, glimpsed_missed = (sum(not look.is_found for look in some) for some in (seen, glimpsed))
        share = round(missed / len(seen), 4) if seen else 0.0
        found = sum(look.is_found for look in looks)
        return cls(len(looks), found, len(seen), missed, share, len(glimpsed), glimpsed_missed)


class Seen(Enum):
    """For how long the exhaustive run read a face: never, for less than 0.5 s, or for longer."""

    NEVER = 0
    GLIMPSED = 1
    LONG = 2


@dataclass(frozen=True)
class Look:
    """One appearance: whether this run found it, and how the exhaustive one saw it."""

    is_found: bool
    exhaustive: Seen


def exhaustively_seen(truth: SceneTruth, seen: Mapping[int, Sequence[BoxXYXY]]) -> list[Seen]:
    """Return how an exhaustive run saw each appearance of a scene.

    Args:
        truth: of the scene.
        seen: number of a frame → the faces that were read in it.
    """
    once, long = found_appearances(truth, seen), found_appearances(truth, seen, read_s=_SEEN_S)
    return [Seen((index in once) + (index in long)) for index in range(len(truth.appearances()))]


@dataclass(frozen=True)
class AlertsCompared:
    """On whom an alert was raised, live and in the exhaustive run.

    Attributes:
        both: people on whom both raised one.
        delay_s: by how much the live one came later; None where there was none.
        missed: people on whom only the exhaustive run raised one.
        more: people on whom only the live one did.
    """

    both: int
    delay_s: Spread | None
    missed: int
    more: int

    @classmethod
    def of(cls, run: "LiveRun", every: "Mapping[Path, WatchedScene]") -> "AlertsCompared":
        """Compare the alerts of two runs, person by person."""
        delays_s, missed, more = list[float](), 0, 0
        for one in run.cameras:
            wanted = every[one.path].alerts
            both = one.alerts.keys() & wanted.keys()
            delays_s += [one.alerts[person] - wanted[person] for person in both]
            missed, more = missed + len(wanted) - len(both), more + len(one.alerts) - len(both)
        return cls(len(delays_s), Spread.of(delays_s) if delays_s else None, missed, more)


@dataclass(frozen=True)
class PeopleFigures:
    """What looking less costs.

    Attributes:
        cameras: that were watched at once.
        simulated: who was missed in simulated time.
        simulated_fps: analysed frames a second of each camera there.
        busy: share of the simulated time that the pipeline took, on one core, without the searches on the other.
        alerts: on whom an alert was raised there.
        live: who the running product missed; None where it was not run.
        live_fps: its analysed frames a second of each camera.
    """

    cameras: int
    simulated: Missed
    simulated_fps: Spread
    busy: float
    alerts: AlertsCompared
    live: Missed | None = None
    live_fps: Spread | None = None


@click.command()
@click.argument("scenes", metavar="SCENE...", nargs=-1, required=True, type=_PATH)
@click.option("--cameras", "count", type=click.IntRange(1, 64), help="At once, by turns.  [default: one a scene]")
@click.option("--live/--no-live", default=True, show_default=True, help="Run the product over them, too.")
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(1, 86400), help="Of the product.")
@click.option("--json", "json_path", metavar="F", type=_PATH, help=JSON_HELP)
def people(scenes: tuple[Path, ...], count: int | None, live: bool, seconds: float, json_path: Path | None) -> None:
    """Compare who is found live with a run in which every frame is searched and read, over scenes of `bench scene`.

    First in simulated time, with one core for the analysis of all cameras and one for the searches: what takes longer
    comes later, as it does live. Then with the real product, whose cameras play the scenes in a loop. An appearance is
    a face that is seen for 0.5 s and more without a gap; it is found when it was read in one frame. Held against the
    target are those that the exhaustive run read for 0.5 s, all their frames together.

    \b
    Examples:
      python run.py bench people street.mp4
      python run.py bench people one.mp4 two.mp4 --cameras 8 --seconds 120 --json people.json
    """
    check_writable(json_path)
    facts = machine()
    shown = list(islice(cycle(scenes), count or len(scenes)))
    figures = measure_people(shown, seconds if live else None)
    names = [scene.name for scene in scenes]
    report(
        f"{machine_words(facts)}\n{words(figures)}", {"machine": facts, "scenes": names, "figures": figures}, json_path
    )


def measure_people(scenes: Sequence[Path], live_s: float | None) -> PeopleFigures:
    """Measure who is missed; see the command.

    Args:
        scenes: one for each camera.
        live_s: seconds that the product is run for; None runs none.

    Raises:
        InputInvalid: there is no truth beside a scene.
        CameraError: a scene cannot be played.
    """
    from webapp.cli.bench.simulated_vision import single_threaded, watch_as_live, watch_exhaustively

    for scene in scenes:
        read_truth(scene)
    settings, classifier = single_threaded(load_settings())
    run = watch_as_live(scenes, settings, classifier)
    every = {scene: watch_exhaustively(scene, settings, classifier) for scene in dict.fromkeys(scenes)}
    live, live_fps = _live(scenes, every, live_s) if live_s else (None, None)
    return PeopleFigures(
        cameras=len(scenes),
        simulated=_simulated(run, every),
        simulated_fps=Spread.of([len(one.seen) / one.truth.seconds for one in run.cameras], 2),
        busy=round(run.busy, 3),
        alerts=AlertsCompared.of(run, every),
        live=live,
        live_fps=live_fps,
    )


def _simulated(run: "LiveRun", every: "Mapping[Path, WatchedScene]") -> Missed:
    looks = []
    for one in run.cameras:
        found, exhaustive = found_appearances(one.truth, one.seen), exhaustively_seen(one.truth, every[one.path].seen)
        looks += [Look(index in found, seen) for index, seen in enumerate(exhaustive)]
    return Missed.of(looks)


def words(figures: PeopleFigures) -> str:
    """Return the figures as lines for people."""
    alerts = figures.alerts
    lines = [
        f"{figures.cameras} cameras at once, simulated, two cores: {figures.simulated_fps.words(' fps')} each, "
        f"busy for {figures.busy:.0%} of the time",
        f"  {_missed_words(figures.simulated)}",
        f"  alerts: {alerts.both} in both runs, {alerts.missed} missed, {alerts.more} more; "
        f"later by {alerts.delay_s.words(' s') if alerts.delay_s else '-'}",
    ]
    if figures.live and figures.live_fps:
        lines += [f"the product, running: {figures.live_fps.words(' fps')} each", f"  {_missed_words(figures.live)}"]
    return "\n".join(lines)


def _missed_words(missed: Missed) -> str:
    return (
        f"of {missed.appearances} appearances {missed.found} were found; of the {missed.exhaustive} that the "
        f"exhaustive run read for 0.5 s {missed.missed} were missed ({missed.share:.1%}), of {missed.glimpsed} that it "
        f"only glimpsed {missed.glimpsed_missed}"
    )


def _live(scenes: Sequence[Path], every: "Mapping[Path, WatchedScene]", seconds: float) -> tuple[Missed, Spread]:
    """Run the product, and compare what it finds with the truth and with the exhaustive run."""
    with product() as running:
        cameras = running.add_cameras([f"file:{scene.resolve()}" for scene in scenes])
        running.start()
        running.wait_for_port()
        session = logged_in(running)
        running.wait_for(
            lambda: len(camera_counters(running, session)) == len(cameras), "every camera is seen", _FIRST_FRAMES_S, 0.5
        )
        with noting_sightings(running.settings, cameras) as seen:
            time.sleep(seconds)
    looks = []
    for camera, scene in zip(cameras, scenes, strict=True):
        exhaustive = exhaustively_seen(every[scene].truth, every[scene].seen)
        looks += live_looks(every[scene].truth, seen[camera.camera_id], exhaustive)
    fps = [len(seen[camera.camera_id]) / seconds for camera in cameras]
    return Missed.of(looks), Spread.of(fps, 2)


def live_looks(truth: SceneTruth, sightings: Sequence[Sighting], exhaustive: Sequence[Seen]) -> list[Look]:
    """Return for each appearance that was shown whether it was found, and how the exhaustive run saw it.

    Args:
        truth: of the scene.
        sightings: what the product found, in order.
        exhaustive: for each appearance of the scene, how the exhaustive run saw it.
    """
    clock = fit_loop(truth, sightings)
    if clock is None:
        return []
    loops: dict[int, dict[int, Sequence[BoxXYXY]]] = {}
    for one in sightings:
        loop, frame = clock.frame_at(one.at_s)
        loops.setdefault(loop, {})[frame] = one.boxes_xyxy
    found = {loop: found_appearances(truth, seen) for loop, seen in loops.items()}
    return [
        Look(index in found.get(loop, ()), exhaustive[index])
        for index, one in enumerate(truth.appearances())
        for loop in _loops_with(one, clock, sightings[0].at_s, sightings[-1].at_s)
    ]


def _loops_with(appearance: Appearance, clock: LoopClock, from_s: float, to_s: float) -> list[int]:
    """Return the loops in which an appearance was shown from begin to end within a span."""
    fps = clock.truth.fps
    lasts_s = len(appearance.boxes_xyxy) / fps
    return [loop for loop, _ in clock.shown_between(appearance.first_frame / fps, from_s, to_s - lasts_s)]
