"""`evaluate-alerts`: of people instead of pictures, who raises an alert."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from model.cli.options import DATA_FOLDER, reading_options
from model.data.layouts.face_folder import FaceFolder
from webapp.cli.offline.simulated_people import SeenPeople, watch_all
from webapp.cli.processes.parts.pipeline_parts import (
    check_writable,
    face_tracker,
    frame_pipeline,
    load_classifier,
    source_limits,
)
from webapp.domain.alerts.rules import AlertRule
from webapp.errors import InputInvalid
from webapp.settings import Settings, load_settings
from webapp.vision.alert_evaluation.people import Background, Damage, SceneStyle
from webapp.vision.alert_evaluation.summary_text import summary

if TYPE_CHECKING:
    from webapp.domain.alerts.score import ArtefactPolicy
    from webapp.vision.alert_evaluation.threshold_choice import FoundPerson

_PATH = click.Path(path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_STYLE = SceneStyle()


@click.command("evaluate-alerts")
@click.option("--data", "data_dir", type=DATA_FOLDER, help="Folder of labelled stills; see docs/data.md.")
@reading_options
@click.option(
    "--split", type=click.Choice(["Training", "PublicTest", "PrivateTest"]), default="PublicTest", show_default=True
)
@click.option("--video", type=_PATH, help="A real video instead of stills.")
@click.option("--episodes", type=_PATH, help="CSV of start_s,end_s,emotion: who is seen in the video, and when.")
@click.option(
    "--people",
    default=1500,
    show_default=True,
    type=click.IntRange(0),
    help="How many people, at most a third of them angry; 0 takes all. Two cores show 90 in a minute.",
)
@click.option("--weights", type=_FOLDER, help="Folder of an artefact.  [default: the one in use]")
@click.option("--enter", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Another enter threshold.")
@click.option("--choose", is_flag=True, help="Choose the alert policy on these people.")
@click.option(
    "--recall",
    default=0.9,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True),
    help="With --choose: share of angry people who must raise an alert.",
)
@click.option(
    "--most-false",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="With --choose: fail if a larger share of the others would alert.",
)
@click.option(
    "--write", is_flag=True, help="Write the chosen policy and what was measured into the artefact's manifest."
)
@click.option("--json", "json_path", metavar="F", type=_PATH, help="Every figure as JSON; - for standard output.")
@click.option("--plot", "plot_path", metavar="F", type=_PATH, help="The curve over the threshold, as PNG, SVG or PDF.")
@click.option("--at-once", default=1, show_default=True, type=click.IntRange(1, 4), help="People seen at once.")
@click.option(
    "--face-px", nargs=2, default=_STYLE.face_px, show_default=True, type=click.IntRange(40, 300),
    help="Least and most width of a face.",
)  # fmt: skip
@click.option("--visit-s", default=_STYLE.visit_s, show_default=True, type=click.FloatRange(1, 60))
@click.option("--pause-s", default=_STYLE.pause_s, show_default=True, type=click.FloatRange(0, 60))
@click.option("--background", default=_STYLE.background, show_default=True, type=click.Choice(get_args(Background)))
@click.option("--damage", default=_STYLE.damage, show_default=True, type=click.Choice(get_args(Damage)))
@click.option("--seed", default=_STYLE.seed, show_default=True, type=click.IntRange(0))
@click.option("--workers", default=os.cpu_count() or 1, type=click.IntRange(1), help="Processes.  [default: all cores]")
def evaluate_alerts(
    data_dir: FaceFolder | None,
    split: str,
    video: Path | None,
    episodes: Path | None,
    people: int,
    weights: Path | None,
    enter: float | None,
    choose: bool,
    recall: float,
    most_false: float,
    write: bool,
    json_path: Path | None,
    plot_path: Path | None,
    workers: int,
    **style: Any,
) -> None:
    """Show labelled faces to a simulated camera as visits, run the real pipeline, and report who raises an alert.

    Each still is a person in front of a camera for some seconds: enlarged, moving, dimmed, noisy, blurred and
    compressed. "Angry" are those whom a strict majority of the FER+ taggers calls so; people on whom they do not agree
    are shown apart. Figures have 95 % intervals; the same seed gives the same pictures.

    \b
    Examples:
      python run.py evaluate-alerts --data ~/fer2013
      python run.py evaluate-alerts --data ~/fer2013 --people 100
      python run.py evaluate-alerts --data ~/fer2013 --json alerts.json --plot alerts.png
      python run.py evaluate-alerts --video visit.mp4 --episodes visit.csv
      python run.py evaluate-alerts --data ~/fer2013 --choose --recall 0.93 --write
    """
    for path in (json_path, plot_path):
        check_writable(path)
    settings = load_settings(**({"model_dir": weights} if weights else {}))
    policy = _policy(settings)
    scene = SceneStyle(**style)
    if (data_dir is None) == (video is None) or (video is None) != (episodes is None):
        raise InputInvalid("Expected either --data, or --video with --episodes.")
    if write and (not choose or enter or video):
        raise InputInvalid(
            "Expected --write with --choose and --data, and without --enter: it writes what was measured."
        )
    seen = (
        _seen_on_video(video, episodes, settings, policy)
        if video and episodes
        else _seen_of_stills(data_dir or FaceFolder(Path()), split, people, settings, scene, workers)
    )
    tried: list[dict[str, Any]] = []
    if choose:
        policy, tried = _chosen(seen, policy, recall)
    # What was chosen is measured as it is: the environment's own thresholds are no part of an artefact.
    figures = _figures(seen, AlertRule.of(policy) if choose else _rule(settings, policy, enter), settings)
    figures |= {"source": _source(data_dir, split, video), "style": asdict(scene), "readouts_tried": tried}
    click.echo(summary(figures), err=str(json_path) == "-")
    _write_outputs(figures, json_path, plot_path)
    if choose and figures["others"]["share"] > most_false:
        raise InputInvalid(f"Of the others {figures['others']['share']:.1%} would alert, more than {most_false:.1%}.")
    if write:
        _write_policy(settings.model_dir, policy, figures)


def _policy(settings: Settings) -> "ArtefactPolicy":
    from webapp.cli.processes.artefact import read_artefact_policy

    return read_artefact_policy(settings.model_dir)


def _rule(settings: Settings, policy: "ArtefactPolicy", enter: float | None) -> AlertRule:
    from webapp.domain.insights.backtest import at_threshold
    from webapp.services.alerts.default_rule import default_rule

    rule = default_rule(settings, policy)
    return at_threshold(rule, enter) if enter else rule


def _seen_of_stills(
    data_dir: FaceFolder, split: str, count: int, settings: Settings, style: SceneStyle, workers: int
) -> SeenPeople:
    from model.data.loading import load_faces
    from webapp.cli.offline.simulated_people import still_people

    faces = load_faces(data_dir, split)
    for remark in faces.remarks():
        click.echo(remark, err=True)
    people = still_people(faces, count, style.seed)
    with click.progressbar(length=len(people), label="People", file=sys.stderr) as bar:
        return watch_all(people, settings, style, workers, on_people=bar.update)


def _seen_on_video(video: Path, episodes: Path, settings: Settings, policy: "ArtefactPolicy") -> SeenPeople:
    from webapp.services.alerts.default_rule import default_rule
    from webapp.vision.alert_evaluation.recordings import read_episodes, watch_recording
    from webapp.vision.offline.recordings import RecordingAnalysis
    from webapp.vision.sources.file import open_recording

    listed = read_episodes(episodes)
    with closing(open_recording(video, source_limits(settings))) as decoder:
        analysis = RecordingAnalysis(
            decoder,
            frame_pipeline(settings, load_classifier(settings)),
            face_tracker(settings, policy),
            default_rule(settings, policy),
            analysis_fps=settings.analysis_fps,
        )
        return [watch_recording(analysis, listed)]


def _chosen(seen: SeenPeople, policy: "ArtefactPolicy", recall: float) -> tuple["ArtefactPolicy", list[dict[str, Any]]]:
    from webapp.vision.alert_evaluation.threshold_choice import choose_policy

    try:
        chosen = choose_policy(
            _found(seen), target_recall=recall, dwell_s=policy.dwell_s, smoothing_s=policy.smoothing_s
        )
    except ValueError as error:
        raise InputInvalid(f"No policy can be chosen: {error}.") from error
    return chosen.policy, chosen.tried


def _found(seen: SeenPeople) -> "list[FoundPerson]":
    from webapp.vision.alert_evaluation.threshold_choice import found_people

    return [person for people, camera in seen for person in found_people(people, camera)]


def _figures(seen: SeenPeople, rule: AlertRule, settings: Settings) -> dict[str, Any]:
    from webapp.vision.alert_evaluation.metrics import people_figures, threshold_curve
    from webapp.vision.alert_evaluation.outcomes import outcome_of
    from webapp.vision.alert_evaluation.threshold_choice import best_scores

    outcomes = [outcome_of(camera, people, rule) for people, camera in seen]
    found = _found(seen)
    return {
        "artefact": settings.model_dir.name,
        "rule": _rule_object(rule),
        **people_figures(outcomes, rule.dwell_s),
        "curve": threshold_curve([person.emotion for person in found], best_scores(found, rule)),
    }


def _rule_object(rule: AlertRule) -> dict[str, Any]:
    readout = rule.readout
    return {
        "emotions": sorted(rule.emotions),
        "enter_threshold": rule.enter_threshold,
        "exit_threshold": rule.exit_threshold,
        "dwell_s": rule.dwell_s,
        "readout": readout and {"gain": readout.gain, "bias": readout.bias, "against": dict(readout.against)},
    }


def _source(data_dir: FaceFolder | None, split: str, video: Path | None) -> str:
    return f"{data_dir.name}, {split}" if data_dir else str(video and video.name)


def _write_outputs(figures: dict[str, Any], json_path: Path | None, plot_path: Path | None) -> None:
    from webapp.vision.alert_evaluation.plotting import plot_curve

    text = json.dumps(figures, indent=1) + "\n"
    if str(json_path) == "-":
        sys.stdout.write(text)
    elif json_path:
        json_path.write_text(text, encoding="utf-8")
    if plot_path:
        plot_curve(figures, plot_path)


def _write_policy(model_dir: Path, policy: "ArtefactPolicy", figures: dict[str, Any]) -> None:
    from model.artefacts import ArtefactManifest, write_manifest

    rule = figures["rule"]
    chosen = {
        "emotions": sorted(policy.emotions),
        "enter": policy.enter_threshold,
        "exit": policy.exit_threshold,
        "dwell_s": policy.dwell_s,
        "smoothing_s": policy.smoothing_s,
        "readout": rule["readout"],
        "measured": {key: figures[key] for key in _MEASURED},
    }
    manifest = ArtefactManifest.read(model_dir)
    write_manifest(model_dir, replace(manifest, alert_policy=chosen))


_MEASURED: Sequence[str] = (
    "source", "angry", "others", "by_emotion", "without_majority", "of_all", "never_found", "delay_beyond_dwell_s",
    "alerts_per_alerted_person", "alerts_on_nobody", "style", "curve",
)  # fmt: skip
