"""`evaluate`: how good an artefact is on one split."""

import json
from pathlib import Path
from typing import IO

import click

from model.cli.options import FOLDER, clear_errors, data_option


@click.command()
@data_option
@click.option(
    "--split", type=click.Choice(["Training", "PublicTest", "PrivateTest"]), default="PublicTest", show_default=True
)
@click.option("--weights", "artefact_dir", type=FOLDER, help="Folder of an artefact.  [default: the delivered one]")
@click.option("--json", "json_file", type=click.File("w"), help="Write every figure as JSON to a file, or - for here.")
@click.option("--threads", type=click.IntRange(1), default=2, show_default=True, help="Processor threads.")
@clear_errors
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
    for damaged in faces.damaged:
        click.echo(f"skipped {damaged}", err=True)
    report = {"artefact": network.manifest.name, "split": split, **evaluate_network(network, faces)}
    if json_file is None:
        click.echo(summary(report))
    else:
        json.dump(report, json_file, indent=2)
        json_file.write("\n")
