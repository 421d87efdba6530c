"""`backup`: make, list and put back backups."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.domain.site.backups import BackupKind
from webapp.errors import SettingsInvalid
from webapp.settings import Settings, load_settings

if TYPE_CHECKING:
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

    backups = open_installation().backups
    made = backups.make("command line", kind=BackupKind(kind) if kind else None)
    click.echo(backups.store.path(made.name))


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
    from webapp.cli.processes.locks import only_one
    from webapp.domain.events import EventKind
    from webapp.services.clock import SystemClock
    from webapp.storage.site.backups import read_passphrase
    from webapp.storage.site.restore import restore_backup

    settings = load_settings()
    secret_file = passphrase_file or settings.backup_passphrase_file

    def passphrase() -> str:
        asked = "" if secret_file else click.prompt("Passphrase of the backup", hide_input=True, err=True)
        return read_passphrase(secret_file) if secret_file else str(asked)

    with ExitStack() as locks:
        for part in ("serve", "opening", "web", "vision", "housekeeping"):
            locks.enter_context(only_one(settings, part))
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


def _database_file(settings: Settings) -> Path:
    if not settings.sqlalchemy_url.startswith("sqlite:///"):
        raise SettingsInvalid("Expected a SQLite database: put another one back with its own tools.")
    return Path(settings.sqlalchemy_url.removeprefix("sqlite:///"))


def _say_passwords_lost(installation: "UseCases") -> None:
    lost = []
    for camera in installation.cameras.list():
        try:
            installation.cameras.address_of(camera.camera_id)
        except SettingsInvalid:
            lost.append(camera.name)
    if lost:
        click.echo(f"Enter the passwords of these cameras again, their key is not here: {', '.join(lost)}.")
