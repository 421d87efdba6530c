"""`RestoreChecker` in a short-lived process: what it unpacks may be a stranger's, large, and slow to open."""

import sys
from collections.abc import Callable
from typing import TextIO

from webapp.domain.site.restores import RestorePlan
from webapp.errors import BackupFailed
from webapp.runtime.jobs.job_process import answer_job, run_job
from webapp.services.site.restores import RestoreCheck
from webapp.settings import REPOSITORY_DIR

RESTORE_CHECK_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "restore-check-job")
_TIMEOUT_S = 600.0


class ProcessRestoreChecker:
    """Checks backups from outside."""

    def __init__(self, command: tuple[str, ...] = RESTORE_CHECK_COMMAND, timeout_s: float = _TIMEOUT_S) -> None:
        """Start nothing yet.

        Args:
            command: the program that answers a job as `answer_restore_check` does.
            timeout_s: seconds until it is given up.
        """
        self._command, self._timeout_s = command, timeout_s

    def check(self, asked: RestoreCheck) -> RestorePlan:
        """Unpack a backup, check all of it, and keep it ready; see `RestoreChecker.check`."""
        unanswered = "The backup could not be checked: the process that did it ended without an answer."
        return run_job(
            self._command,
            asked,
            RestorePlan,
            timeout_s=self._timeout_s,
            timed_out=lambda: BackupFailed("The backup could not be checked in time."),
            unanswered=lambda: BackupFailed(unanswered),
        )


def answer_restore_check(check: Callable[[RestoreCheck], RestorePlan], jobs: TextIO, answers: TextIO) -> None:
    """Do one check from a pipe: the other end of `ProcessRestoreChecker`."""
    answer_job(jobs, answers, RestoreCheck, check)
