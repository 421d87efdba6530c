"""The learning side's commands; ``run.py`` attaches them, and ``python -m model.cli`` runs them alone."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import IO, ParamSpec, TypeVar

import click

from model.errors import ModelError

P = ParamSpec("P")
R = TypeVar("R")

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FOLDER = click.Path(file_okay=False, path_type=Path)


def _clear_errors(function: Callable[P, R]) -> Callable[P, R]:
    """Turn a ``ModelError`` into click's usage error: one line and exit code 2."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except ModelError as error:
            raise click.UsageError(str(error)) from error

    return wrapped


_data_option = click.option(
    "--data", "data_dir", required=True, type=_FOLDER, help="Folder with fer2013.csv and, for votes, fer2013new.csv."
)


@click.command()
@click.argument("config")
@_data_option
@click.option("--out", "run_dir", type=_NEW_FOLDER, help="Run folder.  [default: var/runs/NAME]")
@click.option("--epochs", type=click.IntRange(1), help="Instead of the configuration's.")
@click.option("--limit", type=click.IntRange(1), help="Use at most this many faces of each split.")
@click.option("--init", type=_FILE, help="Start from these weights of an earlier run, RUN/best.weights.h5.")
@_clear_errors
def train(
    config: str, data_dir: Path, run_dir: Path | None, epochs: int | None, limit: int | None, init: Path | None
) -> None:
    """Train the network of CONFIG, a name in model/configs or a .toml file.

    Started again after a kill, it resumes at its epoch.

    \b
    Example:
      run.py train compact_resnet --data ~/fer2013
    """
    from model.training.config import load_config
    from model.training.loop import train as train_network

    experiment = load_config(config)
    if epochs is not None:
        experiment = replace(experiment, optimiser=replace(experiment.optimiser, epochs=epochs))
    run_dir = run_dir or Path("var/runs") / experiment.name
    record = train_network(experiment, data_dir, run_dir, limit=limit, init=init, verbose=2)
    best = max((row["val_accuracy"] for row in record.curves), default=0.0)
    click.echo(f"{run_dir}: {len(record.curves)} epochs, best PublicTest accuracy {best:.4f}")


@click.command()
@_data_option
@click.option(
    "--split", type=click.Choice(["Training", "PublicTest", "PrivateTest"]), default="PublicTest", show_default=True
)
@click.option("--weights", "artefact_dir", type=_FOLDER, help="Folder of an artefact.  [default: the delivered one]")
@click.option("--json", "json_file", type=click.File("w"), help="Write every figure as JSON to a file, or - for here.")
@click.option("--threads", type=click.IntRange(1), default=2, show_default=True, help="Processor threads.")
@_clear_errors
def evaluate(data_dir: Path, split: str, artefact_dir: Path | None, json_file: IO[str] | None, threads: int) -> None:
    """Measure an artefact on one split of FER2013.

    \b
    Examples:
      run.py evaluate --data ~/fer2013
      run.py evaluate --data ~/fer2013 --split PrivateTest --json -
    """
    from model.artefacts import DEFAULT_ARTEFACT_DIR
    from model.data.fer2013 import load_fer2013
    from model.evaluation.evaluate import evaluate_network
    from model.evaluation.summary import summary
    from model.inference import EmotionNetwork

    network = EmotionNetwork.load(artefact_dir or DEFAULT_ARTEFACT_DIR, threads=threads)
    faces = load_fer2013(data_dir, split)
    for row in faces.damaged:
        click.echo(f"skipped line {row.line}: {row.reason}", err=True)
    report = {"artefact": network.manifest.name, "split": split, **evaluate_network(network, faces)}
    if json_file is None:
        click.echo(summary(report))
    else:
        json.dump(report, json_file, indent=2)
        json_file.write("\n")


@click.command()
@click.argument("run_dir", type=_FOLDER)
@_data_option
@click.option("--out", "artefact_dir", required=True, type=_NEW_FOLDER, help="For example model/weights/NAME.")
@click.option("--flip/--no-flip", default=True, show_default=True, help="Average each face with its mirror image.")
@_clear_errors
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


commands: list[click.Command] = [train, evaluate, export]

if __name__ == "__main__":
    click.Group(commands=commands)()
