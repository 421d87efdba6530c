"""`backup`: make, list and put back backups."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webapp.domain.cameras.schedule import WEEKDAYS
from webapp.domain.site.backups import BackupKind
from webapp.domain.site.database_address import database_file
from webapp.errors import SettingsInvalid
from webapp.settings import Settings, load_settings

if TYPE_CHECKING:
    from webapp.services.site.backup_schedule import BackupScheduleService
    from webapp.services.use_cases import UseCases

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def backup() -> None:
    """Make, list and put back backups of database, pictures and keys."""


@backup.command()
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in BackupKind]),
    help="encrypted: everything, needs AMENDS_BACKUP_PASSPHRASE_FILE, and is the default with it; reduced: without "
    "pictures and keys, the default otherwise; clear: everything, and anyone who has the file can read it.",
)
def make(kind: str | None) -> None:
    """Make a backup, while Amends runs or not, and print its file.

    \b
    Example:
      python run.py backup make
    """
    from webapp.cli.processes.installation import open_installation

    installation = open_installation()
    backups = installation.backups
    made = backups.make("command line", kind=BackupKind(kind) if kind else None)
    click.echo(backups.store.path(made.name))
    if made.kind.is_whole and installation.settings.snapshot_store:
        click.echo(
            f"The pictures in {installation.settings.snapshot_store} are not in it: who runs that store backs them up.",
            err=True,
        )


@backup.command("list")
def list_backups() -> None:
    """List the backups in the data folder, the newest first, and when each is deleted.

    \b
    Example:
      python run.py backup list
    """
    from webapp.cli.processes.installation import open_installation

    backups = open_installation().backups
    rule = backups.rule()
    for one in backups.store.list():
        until = one.kind.expires_at(one.made_at, rule)
        made = f"{one.made_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{made}  {one.size_bytes / 2**20:8.1f} MiB  {one.kind:9}  until {until:%Y-%m-%d}  {one.name}")


@backup.command()
@click.option("--daily", metavar="HH:MM", help="Make one every day at this time, by the site's clocks.")
@click.option("--weekly", metavar="HH:MM", help="Make one every week at this time.")
@click.option("--day", type=click.Choice(WEEKDAYS), default=WEEKDAYS[0], help="The day of weekly ones.")
@click.option("--off", is_flag=True, help="Make none by itself.")
@click.option("--kind", type=click.Choice([kind.value for kind in BackupKind]), help="What they hold.")
@click.option("--keep", type=int, help="How many of them are kept.")
@click.option("--folder", help="A folder in `backup-folders` of the data folder that gets a copy; '' for none.")
def schedule(
    daily: str | None, weekly: str | None, day: str, off: bool, kind: str | None, keep: int | None, folder: str | None
) -> None:
    """Set when backups are made by themselves, and print it; without options only print it.

    \b
    Examples:
      python run.py backup schedule --daily 03:30 --keep 7
      python run.py backup schedule
    """
    from webapp.cli.processes.installation import open_installation

    service = open_installation().backup_schedule
    wanted: dict[str, Any] = {"kind": kind, "keep": keep, "folder": folder}
    if daily or weekly or off:
        rhythm = "off" if off else "daily" if daily else "weekly"
        wanted |= {"rhythm": rhythm, "at": daily or weekly, "weekday": WEEKDAYS.index(day)}
    changes = {name: value for name, value in wanted.items() if value is not None}
    if (daily or weekly) and database_file(load_settings().sqlalchemy_url) is None:
        raise SettingsInvalid("The database is on a server of its own: make backups of it with its tools (pg_dump).")
    if changes:
        service.change(replace(service.schedule(), **changes), "command line")
    _print_schedule(service)


@backup.command()
@click.argument("file", type=_FILE)
@click.option("--yes", is_flag=True, help="Do not ask whether to replace.")
@click.option("--trust", is_flag=True, help="Take a backup in clear that this installation did not make.")
@click.option("--passphrase-file", type=_FILE, help="Holds the passphrase, where the settings name another one.")
def restore(file: Path, yes: bool, trust: bool, passphrase_file: Path | None) -> None:
    """Replace database, pictures and keys by those in FILE. Amends has to be stopped.

    What is there now is moved into a folder beside it. Everybody has to log in again. A reduced backup leaves the
    pictures and keys of this machine where they are.

    \b
    Example:
      python run.py backup restore var/backups/amends-20261121-093000.tar.gz.amends
    """
    from webapp.cli.processes.installation import open_installation
    from webapp.cli.processes.locks import all_stopped
    from webapp.domain.events import EventKind
    from webapp.services.clock import SystemClock
    from webapp.storage.site.backups import read_passphrase
    from webapp.storage.site.restore import restore_backup

    settings = load_settings()
    secret_file = passphrase_file or settings.backup_passphrase_file

    def passphrase() -> str:
        asked = "" if secret_file else click.prompt("Passphrase of the backup", hide_input=True, err=True)
        return read_passphrase(secret_file) if secret_file else str(asked)

    with all_stopped(settings):
        database = _database_file(settings)
        if not yes:
            click.confirm(f"Replace what is in {settings.data_dir} by {file.name}?", abort=True)
        restored = restore_backup(
            file, settings.data_dir, database, SystemClock().now(), ask_passphrase=passphrase, is_trusted=trust
        )
        installation = open_installation(settings)
        installation.backups.note(EventKind.BACKUP_RESTORED, "command line", file.name)
    click.echo(f"Restored. What was there before is in {restored.aside}; delete it when all is well.")
    if not restored.is_whole:
        click.echo("The backup held no pictures and no keys: those of this machine stayed.")
    _say_passwords_lost(installation)


def _print_schedule(service: "BackupScheduleService") -> None:
    held, state, next_at = service.schedule(), service.state(), service.next_at()
    next_words = f"next {next_at:%Y-%m-%d %H:%M} UTC" if next_at else "none is planned"
    click.echo(f"{held.rhythm}, {next_words}; {held.keep} are kept; copies in: {held.folder or 'no other folder'}")
    if state.made_at:
        click.echo(f"last made {state.made_at:%Y-%m-%d %H:%M} UTC: {state.name}")
    if state.failed_at:
        click.echo(f"last failed {state.failed_at:%Y-%m-%d %H:%M} UTC: {state.failure}")


def _database_file(settings: Settings) -> Path:
    file = database_file(settings.sqlalchemy_url)
    if file is None:
        raise SettingsInvalid(
            "The database is on a server of its own: put it back with its tools (pg_restore --clean --if-exists "
            "--single-transaction --dbname=ADDRESS amends.dump)."
        )
    return file


def _say_passwords_lost(installation: "UseCases") -> None:
    lost = []
    for camera in installation.cameras.list():
        try:
            installation.cameras.address_of(camera.camera_id)
        except SettingsInvalid:
            lost.append(camera.name)
    if lost:
        click.echo(f"Enter the passwords of these cameras again, their key is not here: {', '.join(lost)}.")
