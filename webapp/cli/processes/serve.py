"""`serve`, which watches over all other processes; those have modules of their own."""

import gc
import socket
import sys
import time
from contextlib import ExitStack, suppress
from functools import partial

import click

from webapp.cli.processes.locks import ENDING_S, NotNow, only_one, waited_for
from webapp.settings import REPOSITORY_DIR, SECRETS, Settings

_RUN = (sys.executable, str(REPOSITORY_DIR / "run.py"))
# Which secrets each child process is given; the first admin is there before the first of them starts.
_FOR_CHILDREN = SECRETS - {"admin_password"}
_CHILDREN = {"web": _FOR_CHILDREN, "vision": {"database_url"}, "housekeeping": _FOR_CHILDREN}
# At the start pages and pictures go first: what is to be done now and then can wait for so long.
_WAITS_S = {"housekeeping": 3.0}


@click.command()
def serve() -> None:
    """Serve everything on this machine: migrate, then watch over the web and vision processes.

    \b
    Examples:
      python run.py serve
      AMENDS_HOST=0.0.0.0 AMENDS_PORT=8080 python run.py serve
    """
    gc.disable()  # Until `begin_work`.
    from webapp.cli.processes.safe_mode import opened_or_explained, web_settings
    from webapp.cli.processes.start import begin_work
    from webapp.runtime.processes.environment import child_environment, forget_secrets
    from webapp.runtime.processes.heartbeat import Heartbeat
    from webapp.runtime.processes.status_files import write_reports
    from webapp.runtime.processes.supervisor import ChildProcess, Supervisor

    address = web_settings()
    with suppress(OSError), only_one(address, "serve"):  # That it runs already says more than that its port is in use.
        pass
    _check_port_free(address)
    settings, held = opened_or_explained(_open, address.host, address.port)
    with held:
        children = [
            ChildProcess(
                name,
                (*_RUN, name),
                Heartbeat(settings.slots_dir, name),
                settings.heartbeat_timeout_s,
                child_environment(secrets),
                restart_at_s=time.monotonic() + _WAITS_S.get(name, 0.0),
            )
            for name, secrets in _CHILDREN.items()
        ]
        forget_secrets()
        click.echo(f"Amends is at http://{_shown_host(settings.host)}:{settings.port} (Ctrl+C ends it)")
        begin_work()
        Supervisor(children, partial(write_reports, settings.slots_dir)).run()


def _open() -> tuple[Settings, ExitStack]:
    """Open the installation once, so that what cannot be used is said now; return the lock on it too."""
    from webapp.cli.processes.opening import open_unless_ready
    from webapp.cli.processes.start import start_process
    from webapp.runtime.slots.live_slots import remove_pictures_of_others

    with ExitStack() as held:
        settings = start_process("supervisor")
        held.enter_context(only_one(settings, "serve"))
        # After a restore, or with another database, a camera of the same id may be another one.
        remove_pictures_of_others(settings.slots_dir, ())
        open_unless_ready(settings, _RUN)
        return settings, held.pop_all()


@click.command("check-migrations", hidden=True)
def check_migrations() -> None:
    """Fail when a table was changed without a migration."""
    from webapp.storage.db.engine import check_migrations as check
    from webapp.storage.db.engine import migrate, open_engine

    engine = open_engine("sqlite://")
    migrate(engine)
    check(engine)


def _check_port_free(settings: Settings) -> None:
    """Say now, in one line, what would otherwise end the web process again and again."""
    failure = ""

    def is_free() -> bool:
        nonlocal failure
        failure = _port_failure(settings)
        return not failure

    if not waited_for(is_free, ENDING_S):
        raise NotNow(
            f"Cannot listen on {settings.host}:{settings.port} ({failure}): "
            "stop what uses the port, or set AMENDS_HOST and AMENDS_PORT."
        )


def _port_failure(settings: Settings) -> str:
    """Return why the port cannot be had now; empty where it can."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return error.strerror or type(error).__name__
    return ""


def _shown_host(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound.
