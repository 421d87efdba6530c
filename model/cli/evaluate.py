"""`evaluate`: how good an artefact or a run is on one split."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from model.cli.options import FOLDER, NEW_FOLDER, clear_errors, data_option
from model.data.layouts.face_folder import FaceFolder

if TYPE_CHECKING:
    from model.data.faces import LabelledFaces
    from model.evaluation.evaluated_model import EvaluatedModel


@click.command()
@data_option
@click.option(
    "--split", type=click.Choice(["Training", "PublicTest", "PrivateTest"]), default="PublicTest", show_default=True
)
@click.option("--weights", type=FOLDER, help="Folder of an artefact or of a run.  [default: the delivered artefact]")
@click.option(
    "--json", "json_file", type=click.File("w", lazy=False), help="Write every figure as JSON to a file, or - for here."
)
@click.option("--report", "report_dir", type=NEW_FOLDER, help="Write report.html and evaluation.json to this folder.")
@click.option("--gallery/--no-gallery", default=True, help="Show the worst mistakes, faces of the data, in the report.")
@click.option(
    "--robustness/--no-robustness",
    default=None,
    help="Also measure on faces made worse, in 25 ways; takes minutes.  [default: with --report]",
)
@click.option("--threads", type=click.IntRange(1), default=2, show_default=True, help="Processor threads.")
@clear_errors
def evaluate(
    data_dir: FaceFolder,
    split: str,
    weights: Path | None,
    json_file: IO[str] | None,
    report_dir: Path | None,
    gallery: bool,
    robustness: bool | None,
    threads: int,
) -> None:
    """Measure an artefact or a run on one split of labelled faces.

    \b
    Examples:
      run.py evaluate --data ~/fer2013
      run.py evaluate --data ~/fer2013 --split PrivateTest --json - --robustness
      run.py evaluate --data ~/fer2013 --weights var/runs/cnn_small --report var/reports/cnn_small
    """
    from model.artefacts import DEFAULT_ARTEFACT_DIR
    from model.evaluation.evaluate import evaluate_model, faces_for
    from model.evaluation.evaluated_model import load_evaluated_model
    from model.evaluation.summary import summary

    if report_dir is not None:
        _check_writable(report_dir)
    model = load_evaluated_model(weights or DEFAULT_ARTEFACT_DIR, threads=threads)
    faces = faces_for(model, _load(data_dir, split))
    scores = model.predict(faces.faces_gray)
    evaluation: dict[str, Any] = {"data": data_dir.name, "split": split, "measured_at": _now()}
    evaluation |= evaluate_model(model, faces, scores)
    if robustness or (robustness is None and report_dir is not None):
        evaluation["robustness"] = _measured_robustness(model, faces, evaluation)
    if json_file is not None:
        json_file.write(json.dumps(evaluation, indent=2) + "\n")
    else:
        click.echo(summary(evaluation))
    if report_dir is not None:
        from model.evaluation.report import write_report

        page = write_report(evaluation, faces, scores, report_dir, curves=model.curves, gallery=gallery)
        click.echo(f"report: {page}", err=True)


def _check_writable(folder: Path) -> None:
    """Refuse a folder that cannot be written to before minutes are spent on measuring."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(
            f"{folder}: cannot make this folder ({error.strerror})", param_hint="--report"
        ) from error
    if not os.access(folder, os.W_OK):
        raise click.BadParameter(f"{folder}: cannot write to this folder", param_hint="--report")


def _load(data_dir: FaceFolder, split: str) -> "LabelledFaces":
    from model.data.loading import load_faces

    faces = load_faces(data_dir, split)
    for remark in faces.remarks():
        click.echo(remark, err=True)
    return faces


def _measured_robustness(
    model: "EvaluatedModel", faces: "LabelledFaces", evaluation: dict[str, Any]
) -> list[dict[str, Any]]:
    from model.evaluation.quality import conditions, robustness

    threshold = evaluation.get("anger_at_threshold", {}).get("threshold")
    rows = robustness(model.predict, faces, threshold)
    count = 1 + len(conditions(faces.faces_gray.shape[1]))
    with click.progressbar(rows, length=count, label="faces made worse", file=sys.stderr) as bar:
        return list(bar)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
