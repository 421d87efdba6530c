"""`serve`, which watches over all other processes; those have modules of their own."""

import gc
from contextlib import ExitStack, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING

import click

from webapp.cli.processes.locks import only_one
from webapp.cli.processes.ports import check_port_free
from webapp.settings import Settings

if TYPE_CHECKING:
    from webapp.runtime.processes.supervisor import ChildProcess


@click.command()
def serve() -> None:
    """Serve everything on this machine: migrate, then watch over the web and vision processes.

    \b
    Examples:
      python run.py serve
      AMENDS_HOST=0.0.0.0 AMENDS_PORT=8080 python run.py serve
    """
    gc.disable()  # Until `begin_work`.
    from webapp.cli.processes.children import FOR_CHILDREN, RUN
    from webapp.cli.processes.safe_mode import opened_or_explained, web_settings
    from webapp.cli.processes.start import begin_work
    from webapp.runtime.processes.environment import child_environment, forget_secrets
    from webapp.runtime.processes.status_files import write_reports
    from webapp.runtime.processes.supervisor import Errand, Supervisor
    from webapp.storage.site.exchange import finish_order, take_order

    address = web_settings()
    with suppress(OSError), only_one(address, "serve"):  # That it runs already says more than that its port is in use.
        pass
    check_port_free(address)
    settings, children, held = opened_or_explained(_open, address.host, address.port)
    with held:
        errand = Errand(
            "restore",
            (*RUN, "restore-job"),
            child_environment(FOR_CHILDREN),
            partial(take_order, settings.data_dir),
            partial(finish_order, settings.data_dir),
        )
        forget_secrets()
        click.echo(f"Amends is at http://{_shown_host(settings.host)}:{settings.port} (Ctrl+C ends it)")
        begin_work()
        Supervisor(children, partial(write_reports, settings.slots_dir), errand=errand).run()


def _open(is_first_try: bool) -> "tuple[Settings, list[ChildProcess], ExitStack]":
    """Open the installation once, so that what cannot be used is said now; return the lock on it too.

    Web, which everybody waits for, is started beside that where it takes long and will probably succeed.
    """
    from webapp.cli.processes.children import MACHINE_CHILDREN, RUN, SERVING_CHILDREN, child_processes
    from webapp.cli.processes.opening import open_unless_ready
    from webapp.cli.processes.start import start_process
    from webapp.runtime.slots.live_slots import remove_all_pictures
    from webapp.storage.site.exchange import finish_order

    with ExitStack() as held:
        settings = start_process("supervisor")
        if settings.placement == "cluster":
            from webapp.cli.processes.relay import check_relay_settings

            check_relay_settings(settings)
        held.enter_context(only_one(settings, "serve"))
        finish_order(settings.data_dir)  # A restore that was killed in its midst.
        # After a restore, or with another database, a camera of the same id may be another one.
        remove_all_pictures(settings.slots_dir)
        if settings.snapshot_store:
            from webapp.cli.processes.parts.snapshot_store import check_store_usable

            check_store_usable(settings)
        if settings.central_url:
            settings.read_central_token()  # Said now, and not by housekeeping again and again.
        is_alone = settings.placement == "machine"
        children = child_processes(settings, MACHINE_CHILDREN if is_alone else SERVING_CHILDREN)
        web = next(child for child in children if child.name == "web")
        open_unless_ready(settings, RUN, beside=web.started_early if is_first_try else nullcontext)
        return settings, children, held.pop_all()


@click.command("check-migrations", hidden=True)
def check_migrations() -> None:
    """Fail when a table was changed without a migration."""
    from webapp.storage.db.engine import check_migrations as check
    from webapp.storage.db.engine import migrate, open_engine

    engine = open_engine("sqlite://")
    migrate(engine)
    check(engine)


def _shown_host(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound.
