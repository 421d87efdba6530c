"""Opens an installation, and while it cannot be opened shows a page that says why, on the product's own address."""

import gc
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import click

from webapp.cli.processes.locks import NotNow
from webapp.errors import AmendsError, DatabaseFailed, DatabaseNewer, SettingsInvalid
from webapp.runtime.processes.safe_page import AGAIN_S, SafeModeCause, SafeModeKind, SafePage
from webapp.settings import Settings, load_settings

_WEB = ("host", "port", "data_dir")
_Opened = TypeVar("_Opened")


class NotOpened(Exception):
    """The installation cannot be opened.

    Attributes:
        cause: why.
    """

    def __init__(self, cause: SafeModeCause) -> None:
        super().__init__(cause.detail)
        self.cause = cause


_FAILURES = (AmendsError, NotOpened, OSError)


def web_settings() -> Settings:
    """Read where to listen and where the data is: that much is needed to show why the rest cannot be used.

    Raises:
        SettingsInvalid: there is no such address.
    """
    fields = Settings.model_fields.items()
    return load_settings(**{name: field.default for name, field in fields if name not in _WEB})


def opened_or_explained(open_it: Callable[[bool], _Opened], host: str, port: int) -> _Opened:
    """Return what is opened; while that fails, say why on a page and on standard error, and try again.

    Args:
        open_it: opens the installation; given whether this is the first time that it is tried.
        host: where the page is shown.
        port: where the page is shown.
    """
    try:
        return open_it(True)
    except _FAILURES as error:
        cause = cause_of(error)
    gc.enable()  # A start sends it away, and this may last for days.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with SafePage(host, port, cause) as page:
        click.echo(f"A page at the address says so too. It is tried again every {AGAIN_S} s.", err=True)
        while True:
            time.sleep(AGAIN_S)
            try:
                return open_it(False)
            except NotNow:  # A command works on it, such as one that puts a backup back.
                continue
            except _FAILURES as error:
                cause = cause_of(error, said=cause)
                page.show(cause)


def cause_of(error: Exception, said: SafeModeCause | None = None) -> SafeModeCause:
    """Return what is shown of a failure, and say it on standard error unless it has just been said."""
    cause = error.cause if isinstance(error, NotOpened) else unsaid_cause_of(error)
    if cause != said:
        click.echo(f"Amends cannot start ({cause.kind}): {cause.detail}", err=True)
    return cause


def unsaid_cause_of(error: Exception) -> SafeModeCause:
    """Return what is shown of a failure; what is of no kind of ours is the database's."""
    return SafeModeCause(_kind_of(error), _detail_of(error))


def _kind_of(error: Exception) -> SafeModeKind:
    if isinstance(error, DatabaseNewer):
        return SafeModeKind.DATABASE_NEWER
    if isinstance(error, OSError):
        return SafeModeKind.FOLDER
    is_of_database = isinstance(error, DatabaseFailed) or not isinstance(error, AmendsError)
    return SafeModeKind.DATABASE if is_of_database else SafeModeKind.SETTINGS


def _detail_of(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or 'The folder'}: {error.strerror or error}"
    if isinstance(error, SettingsInvalid | DatabaseNewer):
        return str(error)
    if isinstance(error, DatabaseFailed):
        return (
            f"The database is {error.fault.replace('_', '-')}."
            if error.fault != "failed"
            else "The disk reports errors."
        )
    if isinstance(error, AmendsError):
        return f"The settings AMENDS_ALERT_… cannot be used: {error}"
    # A driver's message, which SQLAlchemy passes on, may hold the address with its password; SQLite has none.
    original = getattr(error, "orig", None)
    return str(original) if isinstance(original, sqlite3.Error) else type(error).__name__
