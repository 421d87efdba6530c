"""`housekeeping`: what is done now and then, in a process of its own."""

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.cli.processes.locks import ENDING_S, only_one

if TYPE_CHECKING:
    from webapp.runtime.processes.housekeeping import PeriodicTask
    from webapp.services.use_cases import UseCases
    from webapp.settings import Settings

_REMINDERS_S = 1.0
_RETENTION_S = 10.0
_SWEEP_S = 600.0
_BACKUP_S = 1.0
_SCHEDULE_S = 5.0
_MAILS_S = 1.0
_DATABASE_FILE_S = 1.0
_STORAGE_S = 10.0
_DAYS_S = 60.0
_NOTIFICATIONS_S = 0.5
_SUMMARIES_S = 30.0
_MACHINES_S = 1.0
_STORAGE_BUSY_TIMEOUT_S = 1.0


@click.command()
def housekeeping() -> None:
    """Remind of alerts, delete what was kept long enough; `serve` starts this beside `web` and `vision`.

    \b
    Example:
      python run.py housekeeping
    """
    gc.disable()  # Until `begin_work`.
    from webapp.cli.processes.installation import open_installation
    from webapp.cli.processes.start import begin_work, start_child_process
    from webapp.runtime.processes.heartbeat import Heartbeat
    from webapp.runtime.processes.housekeeping import Housekeeping

    settings = start_child_process("housekeeping")
    with only_one(settings, "housekeeping", ENDING_S):
        process = Housekeeping([], Heartbeat(settings.slots_dir, "housekeeping"))
        process.tasks = tasks_of(open_installation(settings), process.go_on)
        process.is_another = _is_another(settings)
        begin_work()
        process.run()


def tasks_of(installation: "UseCases", on_progress: Callable[[], None]) -> list["PeriodicTask"]:
    """Return what has to be done; `on_progress` is called in the midst of what takes long."""
    from webapp.cli.processes.parts.sites import site_tasks
    from webapp.runtime.notifications.delivery_process import NotificationTask
    from webapp.runtime.notifications.mqtt_bridge import MQTTBridge
    from webapp.runtime.processes.background_task import BackgroundTask
    from webapp.runtime.processes.housekeeping import PeriodicTask

    def sweep() -> bool:
        with installation.adapters.unit_of_work() as work:
            now = installation.clock.now()
            work.sessions.remove_ended(now)
            work.invitations.remove_expired(now)
            work.commit()
        installation.password_resets.expire()
        if installation.clock_guard.may_delete():
            installation.notifications.deliveries.expire(installation.retention.oldest_incident_at())
            installation.backups.expire()
            installation.backup_schedule.expire_copies()
            installation.restores.expire()
            installation.retention.sweep()  # Last: a store of the pictures on another machine may be away.
        return False

    def delete() -> bool:
        return installation.clock_guard.may_delete() and bool(installation.retention.delete_batch())

    def send_mails() -> None:
        installation.mail.send_test()
        installation.password_resets.send_waiting()

    clustered = []
    if installation.settings.placement == "cluster":
        clustered.append(PeriodicTask("machines", _MACHINES_S, _machine_watch(installation)))
    mails = BackgroundTask("mails", installation.has_mails_waiting, send_mails)
    notifications = NotificationTask(installation.notifications, installation.settings.sqlalchemy_url)
    notifications.bridge = MQTTBridge(installation.notifications.brokers)
    return [
        *clustered,
        PeriodicTask("notifications", _NOTIFICATIONS_S, notifications.tend, is_urgent=True),
        PeriodicTask("summaries", _SUMMARIES_S, lambda: bool(installation.notifications.summaries.plan()) and False),
        PeriodicTask("mails", _MAILS_S, mails.tend, is_urgent=True),
        PeriodicTask("database_file", _DATABASE_FILE_S, _database_keeper(installation.settings), is_of_machine=True),
        PeriodicTask("storage", _STORAGE_S, _storage_check(installation.settings), is_of_machine=True),
        PeriodicTask(
            "reminders", _REMINDERS_S, lambda: bool(installation.reminders.remind()) and False, is_urgent=True
        ),
        PeriodicTask("retention", _RETENTION_S, delete),
        PeriodicTask("sweep", _SWEEP_S, sweep),
        PeriodicTask("days", _DAYS_S, installation.insights.add_up_next),
        PeriodicTask("backup", _BACKUP_S, lambda: bool(installation.backups.make_wanted(on_progress)) and False),
        PeriodicTask(
            "schedule", _SCHEDULE_S, lambda: bool(installation.backup_schedule.make_due(on_progress)) and False
        ),
        *site_tasks(installation),
    ]


def _machine_watch(installation: "UseCases") -> Callable[[], bool]:
    """Return what notes for pages how the cluster is, and says of cameras that nobody watches that they are offline."""
    from webapp.runtime.files.cluster_file import ClusterFile
    from webapp.services.cluster.reconciling import Reconciler
    from webapp.services.cluster.watch import ClusterWatch

    adapters, usual_fps = installation.adapters, installation.settings.analysis_fps
    file = ClusterFile(installation.settings.slots_dir, adapters.unit_of_work, usual_fps)
    watch = ClusterWatch(Reconciler(adapters.unit_of_work, adapters.clock, usual_fps), installation.cameras)

    def do() -> bool:
        file.write(watch.look(time.monotonic()))
        return False

    return do


def _is_another(settings: "Settings") -> Callable[[], bool]:
    """Return what finds out whether another machine reminds, sends and deletes; of a file the folder's lock says it."""
    if settings.sqlalchemy_url.startswith("sqlite"):
        return lambda: False
    from webapp.storage.db.engine import open_engine
    from webapp.storage.db.postgresql.sole_process import HOUSEKEEPING, SoleProcess

    engine = open_engine(settings.sqlalchemy_url, busy_timeout_s=_STORAGE_BUSY_TIMEOUT_S)
    return SoleProcess(engine, HOUSEKEEPING).is_another


def _storage_check(settings: "Settings") -> Callable[[], bool]:
    """Return what finds out whether the database can be written, so that pages say it before an alert needs it."""
    from webapp.runtime.processes.storage_notes import StorageNote
    from webapp.services.site.storage_check import StorageCheck
    from webapp.storage.db.engine import open_engine
    from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

    engine = open_engine(settings.sqlalchemy_url, busy_timeout_s=_STORAGE_BUSY_TIMEOUT_S)
    note = StorageNote(settings.slots_dir, "housekeeping")
    check = StorageCheck(SQLUnitOfWorkFactory(engine))

    def do() -> bool:
        state = check.state()
        note.write(state)
        return state.fault is not None  # That it is over is to be said soon.

    return do


def _database_keeper(settings: "Settings") -> Callable[[], bool]:
    """Return what writes the database back if its file is removed."""
    from webapp.storage.db.sqlite.lost_file import DatabaseKeeper

    if not settings.sqlalchemy_url.startswith("sqlite:///"):
        return lambda: False
    return DatabaseKeeper(Path(settings.sqlalchemy_url.removeprefix("sqlite:///"))).keep
