"""`train`: one experiment, from configuration and faces to a run folder."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import click

from model.cli.options import NEW_FOLDER, clear_errors, data_option
from model.data.layouts.face_folder import FaceFolder
from model.experiments.config import Engine, Precision


@click.command()
@click.argument("config")
@data_option
@click.option("--out", "run_dir", type=NEW_FOLDER, help="Run folder.  [default: var/runs/NAME]")
@click.option("--epochs", type=click.IntRange(1), help="Instead of the configuration's.")
@click.option("--limit", type=click.IntRange(1), help="Use at most this many faces of each split.")
@click.option(
    "--init",
    metavar="none|imagenet|FILE",
    help="Start from random weights, from ImageNet's, or from a file: RUN/best.weights.h5 of an earlier run, a "
    "backbone's .h5, or efficientnet_lite0's .pth.  [default: the configuration's]",
)
@click.option(
    "--engine",
    type=click.Choice(get_args(Engine)),
    help="What trains: Keras, or PyTorch itself, which is faster for densenet121 on some processors.  [default: the "
    "configuration's]",
)
@click.option(
    "--precision",
    type=click.Choice(get_args(Precision)),
    help="What it computes in: mixed_bfloat16 is up to twice as fast on processors with AMX, mixed_float16 on GPUs.  "
    "[default: the configuration's]",
)
@clear_errors
def train(
    config: str,
    data_dir: FaceFolder,
    run_dir: Path | None,
    epochs: int | None,
    limit: int | None,
    init: str | None,
    engine: Engine | None,
    precision: Precision | None,
) -> None:
    """Train the model of CONFIG, a name in model/configs or a .toml file.

    Started again after a kill, it resumes at its epoch.

    \b
    Examples:
      run.py train compact_resnet --data ~/fer2013
      run.py train vgg19 --data ~/fer2013 --init vgg19_weights_notop.h5
    """
    from model.experiments.config import load_config
    from model.training.engines import prepare_engine

    experiment = load_config(config)
    experiment = replace(experiment, engine=engine or experiment.engine, precision=precision or experiment.precision)
    if epochs is not None:
        experiment = replace(experiment, optimiser=replace(experiment.optimiser, epochs=epochs))
    prepare_engine(experiment)
    from model.training.loop import train as train_model

    run_dir = run_dir or Path("var/runs") / experiment.name
    record = train_model(experiment, data_dir, run_dir, limit=limit, init=init, say=click.echo)
    accuracy, macro_f1 = record.metrics["accuracy"], record.metrics["macro_f1"]
    click.echo(f"{run_dir}: {len(record.curves)} epochs, PublicTest accuracy {accuracy:.4f}, macro-F1 {macro_f1:.4f}")
