"""From a face that turns angry in a camera's picture to the alert in a browser, with the real product."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webapp.cli.bench.figures import Spread, quantile
from webapp.cli.bench.product.browser import camera_counters, listening, logged_in
from webapp.cli.bench.product.running import product
from webapp.cli.bench.product.sightings import noting_sightings
from webapp.cli.bench.scenes.matching import Sighting, fit_loop
from webapp.cli.bench.scenes.truth import SceneTruth, read_truth
from webapp.cli.bench.scenes.walks import SceneStyle
from webapp.cli.processes.installation import open_installation
from webapp.errors import InputInvalid

if TYPE_CHECKING:
    from webapp.cli.bench.scenes.faces import Cast

STYLE = SceneStyle(people=3, glancing=0.0, turns_angry=True)
SCENE_S, SCENES = 40.0, 2
_FIRST_FRAMES_S = 120.0
# An alert belongs to a face that turned angry so long before its score rose; a fit is right to a frame.
_EARLY_S, _LATE_S = 0.3, 4.0
# Alerts of faces that turned just now are waited for.
_LAST_S = 8.0


@dataclass(frozen=True)
class Arrived:
    """An alert that reached the browser; times are seconds since 1970.

    Attributes:
        arrived_s: when.
        started_s: when the frame was captured with which the score rose above the clear threshold.
        opened_s: when that was captured on which the alert was decided.
    """

    arrived_s: float
    started_s: float
    opened_s: float


@dataclass(frozen=True)
class Delays:
    """Several delays, in milliseconds.

    Attributes:
        p50_ms: half of them are at most this.
        p99_ms: 99 of 100 are.
        spread: all of them.
    """

    p50_ms: float
    p99_ms: float
    spread: Spread

    @classmethod
    def of(cls, delays_s: Sequence[float]) -> "Delays":
        """Return those of delays in seconds; there must be one."""
        delays_ms = [1000 * delay_s for delay_s in delays_s]
        return cls(round(quantile(delays_ms, 0.5), 1), round(quantile(delays_ms, 0.99), 1), Spread.of(delays_ms, 1))

    @property
    def words(self) -> str:
        """Both, for people."""
        return f"p50 {self.p50_ms:.0f} ms, p99 {self.p99_ms:.0f} ms, most {self.spread.most:.0f} ms"


@dataclass(frozen=True)
class TurningFigures:
    """What was measured.

    Attributes:
        cameras: how many played.
        episodes: faces that turned angry in the span.
        alerted: of these, how many raised an alert.
        dwell_s: of the rule.
        from_face: from the first angry picture to the browser, beyond the dwell.
        from_score: from the frame with which the score rose above the clear threshold, beyond the dwell.
        from_decision: from the frame on which the alert was decided.
        analysed_fps: of each camera.
    """

    cameras: int
    episodes: int
    alerted: int
    dwell_s: float
    from_face: Delays
    from_score: Delays
    from_decision: Delays
    analysed_fps: Spread


def make_scenes(folder: Path, cast: "Cast") -> list[Path]:
    """Make scenes in which everybody turns angry."""
    from webapp.cli.bench.scenes.command import made_scene

    scenes = [folder / f"turning-{number}.mp4" for number in range(1, SCENES + 1)]
    for seed, scene in enumerate(scenes, start=1):
        made_scene(scene, cast, STYLE, SCENE_S, seed=seed)
    return scenes


def measure_turning(scenes: Sequence[Path], count: int, seconds: float) -> TurningFigures:
    """Let cameras play scenes in which people turn angry, and time the alerts.

    Args:
        scenes: of `bench scene --turn-angry`, by turns.
        count: cameras.
        seconds: how long.

    Raises:
        InputInvalid: nobody turns angry in the scenes.
        click.ClickException: no alert came.
    """
    shown = list(islice(cycle(scenes), count))
    truths = {scene: read_truth(scene) for scene in scenes}
    if not any(_turns(truth) for truth in truths.values()):
        raise InputInvalid("Nobody turns angry in these scenes: make one with 'run.py bench scene --turn-angry'.")
    watched = _watched(shown, seconds)
    pairs: list[tuple[float, Arrived | None]] = []
    for scene, sightings, arrived in zip(shown, watched.sightings, watched.arrived, strict=True):
        turned_s = turn_times(truths[scene], sightings, watched.began_s, watched.began_s + seconds)
        pairs += matched(turned_s, arrived)
    fps = Spread.of([len(sightings) / (seconds + _LAST_S) for sightings in watched.sightings], 2)
    return _figures(pairs, watched.dwell_s, fps)


@dataclass(frozen=True)
class _Watched:
    """What came of each camera, in their order; times are seconds since 1970."""

    sightings: Sequence[Sequence[Sighting]]
    arrived: Sequence[Sequence[Arrived]]
    began_s: float
    dwell_s: float


def _watched(scenes: Sequence[Path], seconds: float) -> _Watched:
    """Run the product with a camera for each scene, and note what it sees and what reaches a browser."""
    with product() as running:
        cameras = running.add_cameras([f"file:{scene.resolve()}" for scene in scenes])
        running.start()
        running.wait_for_port()
        session = logged_in(running)
        running.wait_for(
            lambda: len(camera_counters(running, session)) == len(cameras), "every camera is seen", _FIRST_FRAMES_S, 0.5
        )
        with noting_sightings(running.settings, cameras) as seen, listening(running, session) as listener:
            began_s = time.time()
            time.sleep(seconds + _LAST_S)
        dwell_s = open_installation(running.settings).adapters.default_rule().dwell_s
    arrived, ids = _by_camera(listener.arrived), [camera.camera_id for camera in cameras]
    return _Watched([seen[one] for one in ids], [arrived.get(one, []) for one in ids], began_s, dwell_s)


def turn_times(truth: SceneTruth, sightings: Sequence[Sighting], from_s: float, to_s: float) -> list[float]:
    """Return when faces turned angry within a span, by time; sightings and span are of one clock."""
    clock = fit_loop(truth, sightings)
    if clock is None:
        return []
    return sorted(at_s for turn_s in _turns(truth) for _, at_s in clock.shown_between(turn_s, from_s, to_s))


def matched(turned_s: Sequence[float], arrived: Iterable[Arrived]) -> list[tuple[float, Arrived | None]]:
    """Return for each face that turned angry on a camera the alert that it raised; None where it raised none."""
    waiting, pairs = sorted(arrived, key=lambda one: one.started_s), list[tuple[float, Arrived | None]]()
    for turn_s in turned_s:
        while waiting and waiting[0].started_s < turn_s - _EARLY_S:
            waiting.pop(0)
        is_its = bool(waiting) and waiting[0].started_s <= turn_s + _LATE_S
        pairs.append((turn_s, waiting.pop(0) if is_its else None))
    return pairs


def words(figures: TurningFigures) -> str:
    """Return the figures as lines for people."""
    return (
        f"{figures.cameras} cameras, {figures.analysed_fps.words(' fps')} each: {figures.episodes} faces turned angry, "
        f"{figures.alerted} raised an alert\n"
        f"  from the angry face to the browser, beyond the dwell of {figures.dwell_s:g} s: {figures.from_face.words}\n"
        f"  from the score above the clear threshold, beyond the dwell: {figures.from_score.words}\n"
        f"  from the frame on which it was decided: {figures.from_decision.words}"
    )


def _turns(truth: SceneTruth) -> list[float]:
    return [one.turns_angry_s for one in truth.people if one.turns_angry_s is not None]


def _by_camera(events: Iterable[tuple[float, Mapping[str, Any]]]) -> dict[int, list[Arrived]]:
    by_camera: dict[int, list[Arrived]] = {}
    for arrived_s, payload in events:
        started_s, opened_s = (datetime.fromisoformat(payload[key]).timestamp() for key in ("started_at", "opened_at"))
        by_camera.setdefault(payload["camera_id"], []).append(Arrived(arrived_s, started_s, opened_s))
    return by_camera


def _figures(pairs: Sequence[tuple[float, Arrived | None]], dwell_s: float, fps: Spread) -> TurningFigures:
    alerts = [(turn_s, one) for turn_s, one in pairs if one is not None]
    if not alerts:
        raise click.ClickException(
            f"Of {len(pairs)} faces that turned angry none raised an alert: take longer, or other faces (--faces)."
        )
    return TurningFigures(
        cameras=fps.count,
        episodes=len(pairs),
        alerted=len(alerts),
        dwell_s=dwell_s,
        from_face=Delays.of([one.arrived_s - turn_s - dwell_s for turn_s, one in alerts]),
        from_score=Delays.of([one.arrived_s - one.started_s - dwell_s for _, one in alerts]),
        from_decision=Delays.of([one.arrived_s - one.opened_s for _, one in alerts]),
        analysed_fps=fps,
    )
