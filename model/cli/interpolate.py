"""`interpolate`: weights between where a training began and where it ended."""

from pathlib import Path

import click

from model.cli.options import FILE, FOLDER, NEW_FOLDER, clear_errors, data_option
from model.data.layouts.face_folder import FaceFolder


@click.command()
@click.argument("run_dir", type=FOLDER)
@click.option("--start", required=True, type=FILE, help="The weights that RUN_DIR was started from.")
@click.option("--share", default=0.3, show_default=True, help="How far from the start to the end, between 0 and 1.")
@data_option
@click.option("--out", "out_dir", required=True, type=NEW_FOLDER, help="Folder of the new run, for `export`.")
@clear_errors
def interpolate(run_dir: Path, start: Path, share: float, data_dir: FaceFolder, out_dir: Path) -> None:
    """Mix the weights that a training began with into those of its last epoch.

    Where a training on hard faces costs accuracy on good ones, a share of it keeps both.

    \b
    Example:
      run.py interpolate var/runs/compact_resnet_third --start var/runs/compact_resnet_second/best.weights.h5 \\
        --share 0.3 --data ~/fer2013 --out var/runs/compact_resnet_mixed
    """
    from model.training.weights.interpolation import interpolate as mixed

    record = mixed(run_dir, start, share, data_dir, out_dir)
    click.echo(f"{out_dir}: PublicTest accuracy {record.metrics['accuracy']:.4f}, {share:.0%} of {run_dir.name}")
