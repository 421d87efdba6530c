"""`export`: from a run folder to an artefact."""

from pathlib import Path

import click

from model.cli.options import DATA_FOLDER, FOLDER, NEW_FOLDER, clear_errors, reading_options
from model.data.layouts.face_folder import FaceFolder


@click.command()
@click.argument("run_dir", type=FOLDER)
@click.option("--data", "data_dir", type=DATA_FOLDER, help="Folder of the data that it was trained on.")
@reading_options
@click.option("--out", "artefact_dir", required=True, type=NEW_FOLDER, help="For example model/weights/NAME.")
@click.option("--flip/--no-flip", default=True, show_default=True, help="Average each face with its mirror image.")
@click.option("--explained/--not-explained", default=True, show_default=True, help="Write explanation.tflite, too.")
@click.option(
    "--explanation-only", is_flag=True, help="Leave model.tflite as it is; write explanation.tflite beside it."
)
@click.option(
    "--start-only", is_flag=True, help="Write only start/: the weights in half precision, for a training to go on."
)
@clear_errors
def export(
    run_dir: Path,
    data_dir: FaceFolder | None,
    artefact_dir: Path,
    flip: bool,
    explained: bool,
    explanation_only: bool,
    start_only: bool,
) -> None:
    """Turn the best weights of RUN_DIR into an artefact for serving.

    Compares float32, float16 and int8, and keeps int8 where it costs at most half a point of accuracy and one point
    of anger recall. Beside it goes what explains its answers: Grad-CAM and feature maps.

    \b
    Examples:
      run.py export var/runs/compact_resnet --data ~/fer2013 --out model/weights/mine
      run.py export var/runs/compact_resnet --out model/weights/mine --explanation-only
      run.py export var/runs/densenet121 --out model/weights/mine --start-only
    """
    if start_only:
        from model.training.weights.half_precision import keep_start

        click.echo(f"{keep_start(run_dir, artefact_dir / 'start')}: give it to `run.py train --init`")
        return
    if explanation_only:
        from model.explanation.export import export_explanation

        export_explanation(run_dir, artefact_dir)
        click.echo(f"{artefact_dir}: explanation.tflite is written and named in the manifest")
        return
    if data_dir is None:
        raise click.UsageError("Missing option '--data': training faces calibrate int8, PublicTest decides.")
    _export(run_dir, data_dir, artefact_dir, flip, explained)


def _export(run_dir: Path, data_dir: FaceFolder, artefact_dir: Path, flip: bool, explained: bool) -> None:
    from model.artefacts import ArtefactManifest
    from model.evaluation.summary import comparison_table
    from model.export import comparison, export_run

    candidates = export_run(run_dir, data_dir, artefact_dir, flip_averaging=flip, explained=explained)
    click.echo(comparison_table(comparison(candidates)))
    click.echo(f"{artefact_dir}: {ArtefactManifest.read(artefact_dir).quantisation}")
