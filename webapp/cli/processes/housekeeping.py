"""`housekeeping`: what is done now and then, in a process of its own."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from webapp.cli.processes.locks import ENDING_S, only_one

if TYPE_CHECKING:
    from webapp.runtime.processes.housekeeping import PeriodicTask
    from webapp.services.use_cases import UseCases

_REMINDERS_S = 1.0
_RETENTION_S = 10.0
_SWEEP_S = 600.0
_BACKUP_S = 1.0


@click.command()
def housekeeping() -> None:
    """Remind of alerts, delete what was kept long enough; `serve` starts this beside `web` and `vision`.

    \b
    Example:
      python run.py housekeeping
    """
    from webapp.cli.processes.installation import open_installation
    from webapp.cli.processes.start import start_child_process
    from webapp.runtime.processes.heartbeat import Heartbeat
    from webapp.runtime.processes.housekeeping import Housekeeping

    settings = start_child_process("housekeeping")
    with only_one(settings, "housekeeping", ENDING_S):
        process = Housekeeping([], Heartbeat(settings.slots_dir, "housekeeping"))
        process.tasks = tasks_of(open_installation(settings), process.go_on)
        process.run()


def tasks_of(installation: "UseCases", on_progress: Callable[[], None]) -> list["PeriodicTask"]:
    """Return what has to be done; `on_progress` is called in the midst of what takes long."""
    from webapp.runtime.processes.housekeeping import PeriodicTask

    def sweep() -> bool:
        with installation.adapters.unit_of_work() as work:
            now = installation.clock.now()
            work.sessions.remove_ended(now)
            work.invitations.remove_expired(now)
            work.commit()
        if installation.clock_guard.may_delete():
            installation.retention.sweep()
            installation.backups.expire()
        return False

    def delete() -> bool:
        return installation.clock_guard.may_delete() and bool(installation.retention.delete_batch())

    return [
        PeriodicTask("reminders", _REMINDERS_S, lambda: bool(installation.reminders.remind()) and False),
        PeriodicTask("retention", _RETENTION_S, delete),
        PeriodicTask("sweep", _SWEEP_S, sweep),
        PeriodicTask("backup", _BACKUP_S, lambda: bool(installation.backups.make_wanted(on_progress)) and False),
    ]
