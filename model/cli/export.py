"""`export`: from a run folder to an artefact."""

from pathlib import Path

import click

from model.cli.options import FOLDER, NEW_FOLDER, clear_errors, data_option


@click.command()
@click.argument("run_dir", type=FOLDER)
@data_option
@click.option("--out", "artefact_dir", required=True, type=NEW_FOLDER, help="For example model/weights/NAME.")
@click.option("--flip/--no-flip", default=True, show_default=True, help="Average each face with its mirror image.")
@clear_errors
def export(run_dir: Path, data_dir: Path, artefact_dir: Path, flip: bool) -> None:
    """Turn the best weights of RUN_DIR into an artefact for serving.

    Compares float32, float16 and int8, and keeps int8 where it costs at most half a point of accuracy and one point
    of anger recall.

    \b
    Example:
      run.py export var/runs/compact_resnet --data ~/fer2013 --out model/weights/mine
    """
    from model.artefacts import ArtefactManifest
    from model.evaluation.summary import comparison_table
    from model.export import comparison, export_run

    candidates = export_run(run_dir, data_dir, artefact_dir, flip_averaging=flip)
    click.echo(comparison_table(comparison(candidates)))
    click.echo(f"{artefact_dir}: {ArtefactManifest.read(artefact_dir).quantisation}")
