"""`backup`: make, list and put back backups."""

from contextlib import ExitStack
from pathlib import Path

import click

from webapp.settings import load_settings


@click.group()
def backup() -> None:
    """Make, list and put back backups of database, pictures and keys."""


@backup.command()
def make() -> None:
    """Make a backup, while Amends runs or not, and print its file.

    \b
    Example:
      python run.py backup make
    """
    from webapp.cli.processes.installation import open_installation

    backups = open_installation().backups
    click.echo(backups.store.path(backups.make("command line").name))


@backup.command("list")
def list_backups() -> None:
    """List the backups in the data folder, the newest first.

    \b
    Example:
      python run.py backup list
    """
    from webapp.cli.processes.installation import open_installation

    for one in open_installation().backups.store.list():
        click.echo(f"{one.made_at:%Y-%m-%d %H:%M} UTC  {one.size_bytes / 2**20:8.1f} MiB  {one.name}")


@backup.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Replace database, pictures and keys by those in FILE. Amends has to be stopped.

    What is there now is moved into a folder beside it. Everybody has to log in again.

    \b
    Example:
      python run.py backup restore var/backups/amends-20261121-093000.tar.gz
    """
    from webapp.cli.processes.installation import open_installation
    from webapp.cli.processes.locks import only_one
    from webapp.domain.events import EventKind
    from webapp.errors import SettingsInvalid
    from webapp.services.clock import SystemClock
    from webapp.storage.site.restore import restore_backup

    settings = load_settings()
    if not settings.sqlalchemy_url.startswith("sqlite:///"):
        raise SettingsInvalid("Expected a SQLite database: put another one back with its own tools.")
    with ExitStack() as locks:
        for part in ("serve", "web", "vision", "housekeeping"):
            locks.enter_context(only_one(settings, part))
        if not yes:
            click.confirm(f"Replace what is in {settings.data_dir} by {file.name}?", abort=True)
        database = Path(settings.sqlalchemy_url.removeprefix("sqlite:///"))
        aside = restore_backup(file, settings.data_dir, database, SystemClock().now())
        open_installation(settings).backups.note(EventKind.BACKUP_RESTORED, "command line", file.name)
    click.echo(f"Restored. What was there before is in {aside}; delete it when all is well.")
