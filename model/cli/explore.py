"""`data explore`: what is in a data set."""

from pathlib import Path

import click

from model.cli.options import DATA_FOLDER, NEW_FOLDER, clear_errors, reading_options
from model.data.layouts.face_folder import FaceFolder


@click.command()
@click.argument("data_dir", metavar="DIR", type=DATA_FOLDER)
@reading_options
@click.option("--out", "out_dir", type=NEW_FOLDER, help="Where to write.  [default: var/explore/NAME]")
@clear_errors
def explore(data_dir: FaceFolder, out_dir: Path | None) -> None:
    """Show what is in the data set in DIR, as pictures and one page, explore.html.

    Counts of each emotion and split, sample faces and mean faces, faces that occur in two splits, and, where FER+ votes
    are there, how often they contradict the labels.

    \b
    Examples:
      python run.py data explore ~/fer2013
      python run.py data explore my-faces --out var/my-faces
      python run.py data explore affectnet --classes affectnet --contempt leave-out
    """
    from model.data.exploration import explore_folder
    from model.data.exploration_figures import write_figures
    from model.data.exploration_page import write_page

    exploration = explore_folder(data_dir)
    out_dir = out_dir or Path("var/explore") / exploration.name
    out_dir.mkdir(parents=True, exist_ok=True)
    write_figures(exploration, out_dir)
    page = write_page(exploration, out_dir)
    for name, split in exploration.splits.items():
        click.echo(f"{name}: {len(split)} faces")
        for remark in split.remarks():
            click.echo(remark, err=True)
    for (first, second), counts in exploration.duplicate_counts().items():
        click.echo(f"in {first} and {second}: {counts['exact']} faces exactly, {counts['near']} nearly")
    click.echo(str(page))
