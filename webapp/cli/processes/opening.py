"""Opens an installation before `serve` starts its processes.

Usually there is nothing to do, and that is seen without the libraries of the database. Where there is, a process of its
own does it: `serve`, which then runs for months, keeps nothing of what that takes.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict

import click

from webapp.cli.processes.artefact import read_artefact_policy
from webapp.cli.processes.locks import ENDING_S, NotNow, only_one
from webapp.cli.processes.safe_mode import NotOpened, unsaid_cause_of
from webapp.errors import AmendsError, ModelUnavailable
from webapp.runtime.processes.safe_page import SafeModeCause, SafeModeKind
from webapp.services.alerts.default_rule import default_rule
from webapp.settings import SECRETS, Settings, load_settings


def open_unless_ready(
    settings: Settings, run: Sequence[str], beside: Callable[[], AbstractContextManager[None]] = nullcontext
) -> None:
    """See to it that the database can be used, and say at once if nobody will be analysed.

    Args:
        settings: which database.
        run: how a command of ours is started.
        beside: what is done beside that, where it is not ready.

    Raises:
        InputInvalid: a setting of the alert rule cannot be used.
        NotOpened: the database cannot be opened, or not be filled.
        NotNow: another process is at it.
    """
    from webapp.storage.site.ready_database import DEMO_SETTING, is_ready

    if not is_ready(settings.sqlalchemy_url, DEMO_SETTING):
        with beside():
            _open_elsewhere(run)
    try:
        default_rule(settings, read_artefact_policy(settings.model_dir))
    except ModelUnavailable as error:
        click.echo(f"Nobody will be analysed until this is put right:\n  {error}", err=True)


def _open_elsewhere(run: Sequence[str]) -> None:
    """Have the installation opened by `opening-job`; `open_unless_ready` says what it raises."""
    from webapp.runtime.processes.environment import SUPERVISOR_PID, child_environment

    environment = {**child_environment(SECRETS), SUPERVISOR_PID: str(os.getpid())}
    reading, writing = os.pipe()
    command = (*run, "opening-job", str(writing))
    with os.fdopen(reading) as answer:
        with os.fdopen(writing, "w"):
            job = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment, pass_fds=[writing])
        said, code = answer.read(), job.wait()
    if said:
        cause = json.loads(said)
        raise NotOpened(SafeModeCause(SafeModeKind(cause["kind"]), cause["detail"]))
    if code == os.EX_TEMPFAIL:
        raise NotNow("The database is being brought up to date by another process: wait for it, and start again.")
    if code:
        raise SystemExit(code)


@click.command("opening-job", hidden=True)
@click.argument("answer_to", type=int)
def opening_job(answer_to: int) -> None:
    """Bring the database up to date and fill it; `serve` starts this and reads from a pipe what went wrong."""
    from alembic.util.exc import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    from webapp.runtime.processes.logs import configure_logging

    settings = load_settings()
    configure_logging(settings, "supervisor")
    try:
        with only_one(settings, "opening", ENDING_S):
            _open_and_fill(settings)
    except NotNow:
        sys.exit(os.EX_TEMPFAIL)
    except (AmendsError, SQLAlchemyError, CommandError, OSError) as error:
        with os.fdopen(answer_to, "w") as answer:
            json.dump(asdict(unsaid_cause_of(error)), answer)


def _open_and_fill(settings: Settings) -> None:
    """Set a damaged database aside, bring one that is sound up to date, and add what the first start adds."""
    from webapp.cli.processes.installation import add_first_contents, open_installation, say_set_aside
    from webapp.runtime.processes.heartbeat import ParentWatch
    from webapp.services.clock import SystemClock
    from webapp.storage.site.damaged_database import set_aside_if_damaged

    aside = set_aside_if_damaged(settings.sqlalchemy_url, settings.data_dir, SystemClock().now())
    installation = open_installation(settings)
    ParentWatch().end_if_orphaned()  # Nobody is there any more to read the first password.
    add_first_contents(installation)
    if aside is not None:
        say_set_aside(installation, aside)
