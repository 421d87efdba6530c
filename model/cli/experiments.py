"""`experiments`: all runs in one table."""

import json
from pathlib import Path

import click

from model.cli.options import FOLDER, clear_errors


@click.command()
@click.argument("folder", type=FOLDER, default=Path("var/runs"))
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@click.option(
    "--curves",
    "curves_path",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Draw every run's accuracy by epoch into this .png or .svg file.",
)
@clear_errors
def experiments(folder: Path, form: str, curves_path: Path | None) -> None:
    """Compare all runs in FOLDER, from their records: size, epochs, time, and how good they are on PublicTest.

    \b
    Examples:
      run.py experiments
      run.py experiments ~/runs --format markdown --curves curves.png
    """
    from model.experiments.comparison import as_markdown, as_text, comparison_row, draw_curves, find_runs

    records = list(find_runs(folder).values())
    rows = [comparison_row(record) for record in records]
    if form == "json":
        click.echo(json.dumps(rows, indent=2))
    else:
        click.echo(as_markdown(rows) if form == "markdown" else as_text(rows))
    if curves_path is not None:
        draw_curves([record for record in records if record.curves], curves_path)
