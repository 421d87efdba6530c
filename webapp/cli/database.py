"""`database`: copied to another one, brought up to date."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.errors import DatabaseFailed, DatabaseNotCopied, SettingsInvalid
from webapp.settings import load_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.exc import SQLAlchemyError

    from webapp.storage.db.copying.database_copy import CopiedTable

_SQLITE = "sqlite:///"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_ROWS_A_LINE = 50_000
_SHOWN_DIGITS = 16


@click.group()
def database() -> None:
    """Copy the database to another one, or bring it up to date."""


@database.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy(source: str, target: str) -> None:
    """Copy the database FROM to the empty database TO: from SQLite to PostgreSQL, or back.

    Amends has to be stopped. FROM and TO are addresses as in AMENDS_DATABASE_URL; or, so that no password stands on
    the command line, the name of an environment variable or of a file that holds one. FROM stays as it is. Either
    all is in TO in the end, compared table by table, or nothing is. Pictures, clips and keys are in the data folder,
    not in the database: they stay there, and belong to the copy as well.

    \b
    Examples:
      python run.py database copy sqlite:///var/amends.sqlite3 /etc/amends-database
      python run.py database copy AMENDS_DATABASE_URL sqlite:////srv/amends/amends.sqlite3
    """
    from sqlalchemy.exc import SQLAlchemyError

    from webapp.storage.db.copying.database_copy import copy_database

    addresses = [_address_in(source), _address_in(target)]
    if addresses[0] == addresses[1]:
        raise DatabaseNotCopied("FROM and TO are the same database.")
    if addresses[0].startswith(_SQLITE) and not _file_of(addresses[0]).is_file():
        raise DatabaseNotCopied(f"There is no database {_file_of(addresses[0])}.")
    with _nobody_runs_on(addresses), _opened(addresses[0]) as there, _opened(addresses[1]) as here:
        try:
            copied = copy_database(there, here, _say_rows)
        except DatabaseFailed as error:
            raise DatabaseNotCopied(
                f"A database could not be used ({error.fault.replace('_', '-')}). Nothing is in TO."
            ) from None
        except SQLAlchemyError as error:
            raise DatabaseNotCopied(f"Nothing is in TO: {_said(error)}.") from None
    _print_table(copied)
    click.echo("Pictures, clips and keys stay in the data folder, which goes on belonging to the database.")
    click.echo("FROM was not changed. Set AMENDS_DATABASE_URL to TO, and start Amends.")


@database.command()
def upgrade() -> None:
    """Bring the database of AMENDS_DATABASE_URL to this version's schema; a start does so too.

    \b
    Example:
      python run.py database upgrade
    """
    from webapp.storage.db.engine import migrate
    from webapp.storage.db.revisions import known_revisions

    settings = load_settings()
    with _nobody_runs_on([settings.sqlalchemy_url]), _opened(settings.sqlalchemy_url) as engine:
        migrate(engine)
    click.echo(f"The database has schema {max(known_revisions())}.")


def _address_in(given: str) -> str:
    """Return the address that is meant: itself, or what an environment variable or a file holds."""
    if "://" in given:
        return _resolved(given)
    if _NAME.fullmatch(given) and os.environ.get(given):
        return _resolved(os.environ[given])
    try:
        lines = Path(given).read_text(encoding="utf-8").strip().splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    if len(lines) != 1 or "://" not in lines[0]:
        raise SettingsInvalid(
            f"Expected an address, or an environment variable or a file that holds one and nothing else: {given:.80}."
        )
    return _resolved(lines[0])


def _resolved(address: str) -> str:
    return f"{_SQLITE}{_file_of(address)}" if address.startswith(_SQLITE) else address


def _file_of(address: str) -> Path:
    return Path(address.removeprefix(_SQLITE)).expanduser().resolve()


@contextmanager
def _nobody_runs_on(addresses: Sequence[str]) -> Iterator[None]:
    """Hold the locks of the data folder, and of those that SQLite's files are in.

    Raises:
        NotNow: Amends runs there.
    """
    from webapp.cli.processes.locks import all_stopped

    settings = load_settings()
    files = [_file_of(address) for address in addresses if address.startswith(_SQLITE)]
    folders = {settings.data_dir, *(file.parent for file in files if file.parent.is_dir())}
    with ExitStack() as locks:
        for folder in sorted(folders):
            locks.enter_context(all_stopped(settings.model_copy(update={"data_dir": folder})))
        yield


@contextmanager
def _opened(address: str) -> Iterator["Engine"]:
    from webapp.storage.db.engine import PATIENT_S, open_engine

    engine = open_engine(address, answer_timeout_s=PATIENT_S)
    try:
        yield engine
    finally:
        engine.dispose()


def _say_rows(table: str, rows: int) -> None:
    from webapp.storage.db.copying.table_reading import BATCH_ROWS

    if rows % _ROWS_A_LINE < BATCH_ROWS and rows >= _ROWS_A_LINE:
        click.echo(f"{table}: {rows} rows ...", err=True)


def _said(error: "SQLAlchemyError") -> str:
    """Return what a driver says, without the values that its statement had."""
    original = getattr(error, "orig", None)
    said = original.args[0] if original is not None and original.args else type(error).__name__
    return str(said.get("M", "")) if isinstance(said, dict) else str(said)


def _print_table(copied: "Sequence[CopiedTable]") -> None:
    click.echo(f"{'table':<26}{'rows':>9}  {'checksum':<{_SHOWN_DIGITS}}  {'of the copy':<{_SHOWN_DIGITS}}")
    for one in copied:
        digits = one.source_checksum[:_SHOWN_DIGITS], one.target_checksum[:_SHOWN_DIGITS]
        click.echo(f"{one.name:<26}{one.rows:>9}  {digits[0]}  {digits[1]}")
    click.echo(f"{'all':<26}{sum(one.rows for one in copied):>9}  every table is the same")
