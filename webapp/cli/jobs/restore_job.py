"""`restore-job`: puts back what an admin checked and ordered, while the supervisor keeps all else stopped."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.cli.jobs.restore_check_job import CHECKING
from webapp.cli.processes.locks import ENDING_S, FURTHER_WEB, NotNow, only_one
from webapp.domain.site.restores import RestoreOrder, RestoreOutcome, RestorePlan, RestoreRefusal
from webapp.errors import AmendsError, BackupFailed
from webapp.settings import Settings, load_settings

if TYPE_CHECKING:
    from webapp.storage.site.restore_files import RestoreFiles

_OTHERS = ("opening", "web", "vision", "housekeeping", FURTHER_WEB, CHECKING)


@click.command("restore-job", hidden=True)
def restore_job() -> None:
    """Put back what is ready; `serve` calls this when an admin has ordered it."""
    from webapp.runtime.processes.logs import configure_logging
    from webapp.storage.site.restore_files import RestoreFiles

    settings = load_settings()
    configure_logging(settings, "supervisor")
    files = RestoreFiles(settings.data_dir)
    order = files.taken_order()
    if order is not None:
        with _page_meanwhile(settings):
            restore_alone(settings, files, order)


def restore_alone(settings: Settings, files: "RestoreFiles", order: RestoreOrder) -> None:
    """Carry out an order while nothing else works on the data folder; what does not end by itself is in the way."""
    outcome = _outcome(files.plan(), order)
    # Whatever ends this before its end, and be it a kill: who ordered it is told.
    files.note(_refused(outcome, RestoreRefusal.UNFINISHED))
    with ExitStack() as locks:
        try:
            for part in _OTHERS:
                locks.enter_context(only_one(settings, part, ENDING_S))
        except NotNow as error:
            files.note(_refused(outcome, RestoreRefusal.UNFINISHED, error.message))
            return
        restore_ordered(settings, files, order)


def restore_ordered(settings: Settings, files: "RestoreFiles", order: RestoreOrder) -> None:
    """Make a backup of what is there, put the other one in its place, and note what became of it."""
    plan = files.plan()
    outcome = _outcome(plan, order)
    if plan is None or plan.plan_id != order.plan_id:
        files.note(_refused(outcome, RestoreRefusal.NOT_CHECKED))
        return
    try:
        safety_backup = _backup_of_now(settings, order.by)
    except Exception as error:  # noqa: BLE001 - whatever it is: nothing is put back without it.
        files.note(_refused(outcome, RestoreRefusal.NO_SAFETY_BACKUP, _detail(error)))
        return
    try:
        _put_in_place(settings, files, plan, outcome, safety_backup)
    except BackupFailed as error:
        files.note(_refused(outcome, RestoreRefusal(str(error.values.get("cause", "no_backup"))), str(error)))
        files.forget()


def _put_in_place(
    settings: Settings, files: "RestoreFiles", plan: RestorePlan, outcome: RestoreOutcome, safety_backup: str
) -> None:
    from webapp.runtime.slots.live_slots import remove_all_pictures
    from webapp.storage.site.restore import aside_folder, put_in_place

    database = _database_file(settings)
    _note_in_trail(files.staging, plan.name, outcome)
    aside = aside_folder(settings.data_dir, outcome.at).name
    note = files.outcome_note(replace(outcome, aside=aside, safety_backup=safety_backup))
    is_whole = plan.contents.is_whole
    put_in_place(files.staging, settings.data_dir, database, outcome.at, is_whole=is_whole, note=note)
    files.forget()
    remove_all_pictures(settings.slots_dir)


def _backup_of_now(settings: Settings, actor: str) -> str:
    from webapp.cli.processes.installation import open_installation
    from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

    installation = open_installation(settings)
    try:
        return installation.backups.make(actor).name
    finally:
        work = installation.adapters.unit_of_work
        if isinstance(work, SQLUnitOfWorkFactory):
            work.engine.dispose()


def _note_in_trail(staging: Path, name: str, outcome: RestoreOutcome) -> None:
    """Put the restore into the audit trail of the database that comes, so that both come together."""
    from webapp.domain.events import Event, EventKind
    from webapp.storage.db.engine import open_engine
    from webapp.storage.site.backup_archive import DATABASE
    from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

    engine = open_engine(f"sqlite:///{staging / DATABASE}")
    try:
        with SQLUnitOfWorkFactory(engine)() as work:
            work.events.append(Event(EventKind.BACKUP_RESTORED, outcome.at, {"backup": name}, outcome.by))
            work.commit()
    finally:
        engine.dispose()


def _database_file(settings: Settings) -> Path:
    return Path(settings.sqlalchemy_url.removeprefix("sqlite:///"))


def _outcome(plan: RestorePlan | None, order: RestoreOrder) -> RestoreOutcome:
    from webapp.services.clock import SystemClock

    return RestoreOutcome(plan.name if plan else "", order.by, SystemClock().now())


def _refused(outcome: RestoreOutcome, refusal: RestoreRefusal, detail: str = "") -> RestoreOutcome:
    return replace(outcome, refusal=refusal, detail=detail)


def _detail(error: Exception) -> str:
    """Return what is said of a failure; a driver's message may hold what must not be shown."""
    return str(error) if isinstance(error, AmendsError) else type(error).__name__


@contextmanager
def _page_meanwhile(settings: Settings) -> Iterator[None]:
    """Say on the product's address what is going on; where that cannot be had, say nothing."""
    from webapp.runtime.processes.safe_page import SafeModeCause, SafeModeKind, SafePage

    with ExitStack() as shown:
        with suppress(OSError):
            shown.enter_context(SafePage(settings.host, settings.port, SafeModeCause(SafeModeKind.RESTORING, "")))
        yield
