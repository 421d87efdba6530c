"""`ensemble`: one artefact that averages the scores of others."""

from pathlib import Path

import click

from model.cli.options import FOLDER, NEW_FOLDER, clear_errors, data_option
from model.data.layouts.face_folder import FaceFolder


@click.command()
@click.argument("artefact_dirs", metavar="ARTEFACT_DIR...", type=FOLDER, nargs=-1, required=True)
@data_option
@click.option("--out", "out_dir", required=True, type=NEW_FOLDER, help="Folder of the new artefact, beside the others.")
@clear_errors
def ensemble(artefact_dirs: tuple[Path, ...], data_dir: FaceFolder, out_dir: Path) -> None:
    """Let several delivered models classify each face, and average their scores.

    Only a manifest is written: the models stay where they are. Choose the new artefact's alert policy with
    `evaluate-alerts` afterwards.

    \b
    Example:
      run.py ensemble model/weights/densenet121 model/weights/efficientnet_lite0 model/weights/compact_resnet \\
        --data ~/fer2013 --out model/weights/densenet121_lite0_compact
    """
    from model.ensemble import make_ensemble

    manifest = make_ensemble(artefact_dirs, data_dir, out_dir)
    accuracy = manifest.metrics["PublicTest"]["accuracy"]
    click.echo(f"{out_dir}: PublicTest accuracy {accuracy:.4f}, {len(artefact_dirs)} models averaged")
