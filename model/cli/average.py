"""`average`: one model of the weights of several runs."""

from pathlib import Path

import click

from model.cli.options import FOLDER, NEW_FOLDER, clear_errors, data_option
from model.data.layouts.face_folder import FaceFolder


@click.command()
@click.argument("run_dirs", metavar="RUN_DIR...", type=FOLDER, nargs=-1, required=True)
@data_option
@click.option("--out", "out_dir", required=True, type=NEW_FOLDER, help="Folder of the new run, for `export`.")
@clear_errors
def average(run_dirs: tuple[Path, ...], data_dir: FaceFolder, out_dir: Path) -> None:
    """Average the best weights of runs that were started from the same weights.

    So several processor cores, or machines, can train one model, each by itself.

    \b
    Example:
      run.py average var/runs/densenet121_fifth_a var/runs/densenet121_fifth_b \\
        --data ~/fer2013 --out var/runs/densenet121_fifth
    """
    from model.training.weights.averaging import average as mean_of

    record = mean_of(run_dirs, data_dir, out_dir)
    click.echo(f"{out_dir}: PublicTest accuracy {record.metrics['accuracy']:.4f}, {len(run_dirs)} runs averaged")
