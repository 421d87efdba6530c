"""`pretrain`: the start of a model that is trained on faces later."""

from dataclasses import replace
from pathlib import Path

import click

from model.cli.options import FOLDER, NEW_FOLDER, clear_errors


@click.command()
@click.argument("config")
@click.option(
    "--data",
    "data_dir",
    required=True,
    type=FOLDER,
    help="Folder of train.npy and val.npy (uint8 RGB, N x S x S x 3), train_labels.npy, val_labels.npy and wnids.txt.",
)
@click.option("--out", "run_dir", type=NEW_FOLDER, help="Run folder.  [default: var/runs/NAME]")
@click.option("--size-px", type=click.IntRange(32, 512), help="Side of the pictures, instead of the configuration's.")
@click.option("--epochs", type=click.IntRange(1), help="Instead of the configuration's.")
@click.option("--limit", type=click.IntRange(1), help="Use at most this many pictures of each split.")
@clear_errors
def pretrain(
    config: str, data_dir: Path, run_dir: Path | None, size_px: int | None, epochs: int | None, limit: int | None
) -> None:
    """Train the model of CONFIG on Tiny-ImageNet's 200 classes, in grey.

    CONFIG is a name in model/configs/pretraining or a .toml file. `run.py train` takes the outcome as its start with
    --init RUN/best.weights.h5. Started again after a kill, it resumes at its epoch.

    \b
    Example:
      run.py pretrain densenet121 --data ~/tiny-imagenet --out var/runs/pretrained
    """
    from model.experiments.config import load_config
    from model.training.engines import prepare_engine

    experiment = load_config(config if config.endswith(".toml") else f"pretraining/{config}")
    experiment = replace(experiment, size_px=size_px or experiment.size_px)
    if epochs is not None:
        experiment = replace(experiment, optimiser=replace(experiment.optimiser, epochs=epochs))
    prepare_engine(experiment)
    from model.training.pretraining import pretrain as pretrain_model

    run_dir = run_dir or Path("var/runs") / experiment.name
    record = pretrain_model(experiment, data_dir, run_dir, limit=limit, say=click.echo)
    click.echo(f"{run_dir}: {len(record.curves)} epochs, validation accuracy {record.metrics['accuracy']:.4f}")
