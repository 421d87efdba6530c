"""`crossval`: how much an experiment's figures depend on the faces it happens to get."""

from dataclasses import replace
from pathlib import Path

import click

from model.cli.options import NEW_FOLDER, clear_errors, data_option
from model.data.layouts.face_folder import FaceFolder


@click.command()
@click.argument("config")
@data_option
@click.option("--folds", type=click.IntRange(2), default=5, show_default=True)
@click.option("--repeats", type=click.IntRange(1), default=1, show_default=True, help="Deal the faces so many times.")
@click.option("--out", "out_dir", type=NEW_FOLDER, help="Folder of all folds.  [default: var/crossval/NAME]")
@click.option("--epochs", type=click.IntRange(1), help="Instead of the configuration's.")
@click.option("--limit", type=click.IntRange(1), help="Use at most this many faces, evenly over the emotions.")
@click.option("--init", metavar="none|imagenet|FILE", help="As for `train`.")
@click.option("--keep-models", is_flag=True, help="Keep the weights of every fold.")
@clear_errors
def crossval(
    config: str,
    data_dir: FaceFolder,
    folds: int,
    repeats: int,
    out_dir: Path | None,
    epochs: int | None,
    limit: int | None,
    init: str | None,
    keep_models: bool,
) -> None:
    """Train CONFIG on all but one fold of the Training faces, for each fold in turn: mean and standard deviation.

    Started again after a kill, it goes on with the fold that was being trained.

    \b
    Example:
      run.py crossval happy_sad_a --data ~/fer2013 --folds 5 --limit 2000 --epochs 10
    """
    from model.experiments.config import load_config
    from model.training.crossval import cross_validate
    from model.training.loop import load_split

    experiment = load_config(config)
    if epochs is not None:
        experiment = replace(experiment, optimiser=replace(experiment.optimiser, epochs=epochs))
    faces = load_split(experiment, data_dir, "Training", limit)
    for remark in faces.remarks():
        click.echo(remark, err=True)
    out_dir = out_dir or Path("var/crossval") / experiment.name
    outcome = cross_validate(
        experiment, faces, out_dir, folds=folds, repeats=repeats, init=init, keep_models=keep_models, say=click.echo
    )
    click.echo(f"{out_dir}: {len(faces)} faces, {folds} folds, {repeats} time{'s' if repeats > 1 else ''}")
    for name, (mean, deviation) in outcome.mean_and_deviation().items():
        click.echo(f"  {name:<18} {mean:.4f} ± {deviation:.4f}")
