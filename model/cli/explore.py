"""`data explore`: what is in a data set."""

from pathlib import Path

import click

from model.cli.options import FOLDER, NEW_FOLDER, clear_errors

_TOLD_DAMAGED = 20


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--out", "out_dir", type=NEW_FOLDER, help="Where to write.  [default: var/explore/NAME]")
@clear_errors
def explore(folder: Path, out_dir: Path | None) -> None:
    """Show what is in the data set in DIR, as pictures and one page, explore.html.

    Counts of each emotion and split, sample faces and mean faces, faces that occur in two splits, and, where FER+ votes
    are there, how often they contradict the labels.

    \b
    Examples:
      python run.py data explore ~/fer2013
      python run.py data explore my-faces --out var/my-faces
    """
    from model.data.exploration import explore_folder
    from model.data.exploration_figures import write_figures
    from model.data.exploration_page import write_page

    exploration = explore_folder(folder)
    out_dir = out_dir or Path("var/explore") / exploration.name
    out_dir.mkdir(parents=True, exist_ok=True)
    write_figures(exploration, out_dir)
    page = write_page(exploration, out_dir)
    for name, split in exploration.splits.items():
        click.echo(f"{name}: {len(split)} faces")
        for damaged in split.damaged[:_TOLD_DAMAGED]:
            click.echo(f"skipped {damaged}", err=True)
        if len(split.damaged) > _TOLD_DAMAGED:
            click.echo(f"skipped {len(split.damaged) - _TOLD_DAMAGED} more, see {page}", err=True)
    for (first, second), counts in exploration.duplicate_counts().items():
        click.echo(f"in {first} and {second}: {counts['exact']} faces exactly, {counts['near']} nearly")
    click.echo(str(page))
