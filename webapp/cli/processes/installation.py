"""Puts the parts together: the one place where use cases meet database, keys and settings."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import structlog
from sqlalchemy import Engine

from webapp.cli.processes.artefact import read_artefact_policy
from webapp.cli.processes.parts.snapshot_store import open_snapshots
from webapp.domain.site.mail import Mail, MailSettings
from webapp.errors import InputInvalid, SettingsInvalid
from webapp.runtime.files.time_zone import machine_time_zone
from webapp.services.adapters import Adapters
from webapp.services.alerts.default_rule import default_rule
from webapp.services.cameras.camera_secrets import seal_stored_addresses
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.clock import SystemClock
from webapp.services.ports import ReadUnitOfWork, UnitOfWorkFactory
from webapp.services.site.damaged_databases import DamagedDatabase
from webapp.services.use_cases import UseCases
from webapp.settings import Settings, load_settings
from webapp.storage.db.engine import PATIENT_S, forget_deleted, migrate, open_engine
from webapp.storage.site.backup_folders import BackupFolders
from webapp.storage.site.backups import BackupFiles
from webapp.storage.site.exchange import finish_interrupted
from webapp.storage.site.keys import Argon2Hasher, FernetCipher
from webapp.storage.site.ready_database import DEMO_SETTING
from webapp.storage.site.restore_files import RestoreFiles
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

log = structlog.get_logger()

FIRST_ADMIN = "admin"


class LateMailer:
    """`Mailer` whose libraries are loaded once something is sent: most processes never do."""

    def send(self, settings: MailSettings, password: str, mail: Mail) -> None:
        """Send one mail; see `Mailer.send`."""
        from webapp.runtime.processes.smtp_mailer import SMTPMailer

        SMTPMailer().send(settings, password, mail)


def open_installation(
    settings: Settings | None = None,
    *,
    busy_timeout_s: float = 10.0,
    check: Callable[[ReadUnitOfWork], None] | None = None,
) -> UseCases:
    """Open the database, bring it to the newest schema, and put the use cases over it.

    Args:
        settings: where it is.
        busy_timeout_s: seconds that each transaction waits for another process's.
        check: of one of several machines that watch cameras; called within each transaction that writes, before
            anything else.
    """
    settings = settings or load_settings()
    engine = open_engine(settings.sqlalchemy_url, busy_timeout_s=busy_timeout_s, watches_in_cluster=check is not None)
    unit_of_work = SQLUnitOfWorkFactory(engine, check=check)
    return UseCases(settings, open_adapters(settings, unit_of_work))


def open_adapters(settings: Settings, unit_of_work: UnitOfWorkFactory, **others: Any) -> Adapters:
    """Open the database, bring it to the newest schema, and return it with all else that the use cases work with.

    Args:
        settings: where it is.
        unit_of_work: transactions over it, as patient with locks as the process can be.
        others: what is otherwise than `Adapters` has it.
    """
    finish_interrupted(settings.data_dir)  # A restore that was killed in its midst.
    engine = open_engine(settings.sqlalchemy_url, answer_timeout_s=PATIENT_S)
    migrate(engine)
    _seal_addresses(engine, settings)
    engine.dispose()
    return adapters_over(settings, unit_of_work, **others)


def adapters_over(settings: Settings, unit_of_work: UnitOfWorkFactory, **others: Any) -> Adapters:
    """Return what the use cases work with, over a database that is ready; see `open_adapters`."""
    return Adapters(
        unit_of_work=unit_of_work,
        hasher=Argon2Hasher(),
        cipher=FernetCipher(settings.data_dir),
        snapshots=open_snapshots(settings),
        backups=BackupFiles(settings.data_dir, settings.sqlalchemy_url, settings.backup_passphrase_file),
        backup_folders=BackupFolders(settings.data_dir),
        restores=RestoreFiles(settings.data_dir),
        mailer=LateMailer(),
        clock=SystemClock(),
        default_rule=lambda: default_rule(settings, read_artefact_policy(settings.model_dir)),
        machine_zone=machine_time_zone(),
        **others,
    )


def _seal_addresses(engine: Engine, settings: Settings) -> None:
    """Encrypt the passwords that an earlier version left in cameras' addresses, and leave no trace of them."""
    names = seal_stored_addresses(SQLUnitOfWorkFactory(engine), FernetCipher(settings.data_dir), SystemClock())
    if not names:
        return
    log.warning(
        "camera_secrets_sealed", cameras=names, hint="older backups still hold them: change them in the cameras"
    )
    try:
        forget_deleted(engine)
    except sqlite3.Error:
        log.warning("old_camera_secrets_not_erased", hint="stop Amends and run: sqlite3 amends.sqlite3 VACUUM")


def add_first_contents(installation: UseCases) -> None:
    """On the very first run add the first admin and the camera Demo; a password that was made up is printed, once.

    Raises:
        SettingsInvalid: the first admin's password is one that is guessed first.
    """
    given = installation.settings.admin_password
    try:
        password = installation.accounts.add_first_admin(FIRST_ADMIN, given.get_secret_value() if given else None)
    except InputInvalid as error:
        raise SettingsInvalid(f"AMENDS_ADMIN_PASSWORD: {error}") from None
    if password:
        click.echo(f"\n  First admin: {FIRST_ADMIN}\n  Password:    {password}    (shown only this once)\n")
    with installation.adapters.unit_of_work.reading() as work:
        is_new = work.settings.get(DEMO_SETTING) is None
    if not is_new:
        return  # A database that can only be read is no reason not to start.
    with installation.adapters.unit_of_work() as work:
        work.settings.put(DEMO_SETTING, "yes")
        work.commit()
    if not installation.cameras.list():
        installation.first_day.begin(FIRST_ADMIN)
        installation.cameras.add(CameraForm("Demo", "demo:"))


def say_set_aside(installation: UseCases, aside: Path) -> None:
    """Say in the log, on the terminal and on the dashboard that a damaged database was set aside, and what to do."""
    backups = installation.adapters.backups
    newest = next((backups.path(one.name) for one in backups.list()), None)
    installation.damaged_databases.note(DamagedDatabase(aside.name, str(newest or "")))
    log.error("database_damaged", set_aside_in=str(aside), newest_backup=str(newest) if newest else None)
    click.echo(f"\n  The database was damaged. It was moved to {aside}; nothing was deleted.")
    if newest:
        click.echo(f"  To have all back, stop Amends and run: python run.py backup restore {newest}\n")
    else:
        click.echo("  There is no backup: add the cameras and people again.\n")
