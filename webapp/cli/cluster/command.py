"""`cluster`: machines that watch cameras together."""

import json
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import click

from webapp.cli.cluster.status import read_status, status_words
from webapp.cli.processes.locks import NotNow, only_one
from webapp.errors import SettingsInvalid
from webapp.services.clock import SystemClock
from webapp.services.cluster.status import status_payload
from webapp.services.ports import UnitOfWorkFactory
from webapp.settings import Settings, load_settings

_STOP_S = 30.0
_Answer = TypeVar("_Answer")


@click.group()
def cluster() -> None:
    """Watch cameras on several machines: see docs/cluster.md."""


@cluster.command()
@click.option("--head", "is_head", is_flag=True, help="This machine keeps what the engine knows; there is one.")
@click.option("--join", "head", metavar="HOST:PORT", help="The head's address.")
@click.option("--address", default="", help="This machine's address, as the others reach it.  [default: as found]")
@click.option("--port", default=6388, show_default=True, type=click.IntRange(1024, 65000),
              help="First of the 48 ports that are listened on; the head is at the first.")  # fmt: skip
@click.option("--without-cameras", is_flag=True, help="Watch none here; for a head that does nothing else.")
def start(is_head: bool, head: str | None, address: str, port: int, without_cameras: bool) -> None:
    """Be one of the machines that watch cameras together, until SIGTERM or Ctrl+C.

    \b
    Examples:
      python run.py cluster start --head --address 192.0.2.10
      python run.py cluster start --join 192.0.2.10:6388
    """
    from webapp.cli.cluster.node import ClusterNode
    from webapp.cli.processes.parts.cluster_member import node_key, node_name
    from webapp.cli.processes.start import start_process
    from webapp.runtime.cluster.engine import EngineNode, check_store, engine_folder, write_token
    from webapp.runtime.processes.environment import forget_secrets
    from webapp.storage.site.keys import session_key

    if is_head == bool(head):
        raise click.UsageError("Expected either --head or --join HOST:PORT.")
    if head and not head.rpartition(":")[2].isdecimal():
        raise click.UsageError("Expected --join HOST:PORT, such as 192.0.2.10:6388.")
    settings = start_process("cluster")
    check_usable(settings)
    store_url = _store_url(settings) if is_head else ""
    if store_url:
        check_store(store_url)
    name = node_name(settings)
    with only_one(settings, "cluster"):
        check_ready(settings)
        node_key(settings.data_dir)
        token_path = settings.data_dir / "cluster.token"
        write_token(token_path, session_key(settings.data_dir))
        folder = engine_folder(settings.data_dir)
        engine = EngineNode(folder, token_path, head, port, address, store_url, watches_cameras=not without_cameras)
        node = ClusterNode(engine, settings)
        forget_secrets()
        (settings.slots_dir / "cluster.pid").write_text(f"{os.getpid()}\n")
        click.echo(f"{name} is {'the head' if is_head else 'with ' + str(head)} (Ctrl+C ends it)")
        node.run()


@cluster.command()
@click.option("--json", "json_path", metavar="F", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
              help="Write it as JSON; - for standard output.")  # fmt: skip
def status(json_path: Path | None) -> None:
    """Show the machines, whether they are alive, and which cameras each watches; takes three seconds.

    \b
    Examples:
      python run.py cluster status
      python run.py cluster status --json -
    """
    found = _over_database(partial(read_status, usual_fps=load_settings().analysis_fps))
    if json_path is None:
        click.echo(status_words(found))
        return
    text = json.dumps(status_payload(found), indent=2)
    click.echo(text) if str(json_path) == "-" else json_path.write_text(text + "\n")
    if not found.is_well:
        raise SystemExit(1)


@cluster.command()
def stop() -> None:
    """End this machine's part; its cameras go to the others at once."""
    settings = load_settings()
    path = settings.slots_dir / "cluster.pid"
    try:
        pid = int(path.read_text())
        if _is_free(settings) or b"\0cluster\0start\0" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            raise ProcessLookupError
        os.kill(pid, signal.SIGTERM)
    except (OSError, ValueError):
        raise click.ClickException("Amends' part in a cluster does not run on this machine.") from None
    try:
        with only_one(settings, "cluster", _STOP_S):
            path.unlink(missing_ok=True)
    except NotNow:
        raise click.ClickException(f"Process {pid} has not ended within {_STOP_S:g} s.") from None


@cluster.command()
@click.argument("node")
@click.option("--off", "is_over", is_flag=True, help="Let cameras come to it again.")
@click.option("--wait", "wait_s", default=30.0, show_default=True, type=click.FloatRange(0, 3600),
              help="Seconds to wait until it watches none.")  # fmt: skip
def drain(node: str, is_over: bool, wait_s: float) -> None:
    """Hand all cameras of a machine to the others, before it is switched off.

    \b
    Examples:
      python run.py cluster drain box-3
      python run.py cluster drain box-3 --off
    """
    from webapp.services.cluster.membership import ClusterService

    def drained(work: UnitOfWorkFactory) -> int:
        ClusterService(work, SystemClock()).set_draining(node, not is_over)
        deadline_s = time.monotonic() + (0 if is_over else wait_s)
        while (left := _count(work, node)) and time.monotonic() < deadline_s:
            time.sleep(0.5)
        return left

    left = _over_database(drained)
    if is_over:
        click.echo(f"Cameras may come to {node} again.")
    elif left:
        raise click.ClickException(f"{node} still watches {left} cameras: no other machine takes them.")
    else:
        click.echo(f"{node} watches no camera any more.")


@cluster.command()
@click.argument("node")
def forget(node: str) -> None:
    """Forget a machine that is gone for good, so that another one may have its name."""
    from webapp.services.cluster.membership import ClusterService

    _over_database(lambda work: ClusterService(work, SystemClock()).forget(node))
    click.echo(f"{node} is forgotten.")


@cluster.command()
@click.argument("camera")
@click.argument("node", required=False)
def bind(camera: str, node: str | None) -> None:
    """Let only one machine watch a camera, such as the one into which it is plugged; without NODE any may.

    \b
    Examples:
      python run.py cluster bind "Front desk" box-3
      python run.py cluster bind "Front desk"
    """
    from webapp.cli.processes.installation import open_installation
    from webapp.services.cluster.membership import ClusterService

    settings = load_settings()
    check_usable(settings)
    found = open_installation(settings).cameras.find(camera)
    _over_database(lambda work: ClusterService(work, SystemClock()).bind(found.camera_id, node))
    click.echo(f"{found.name} is watched by {node or 'any machine'}.")


@click.command("cluster-controller-job", hidden=True)
@click.argument("head_address")
def controller_job(head_address: str) -> None:
    """Ask the engine for the controller, and end."""
    from webapp.cli.cluster.actors import ask_for_controller
    from webapp.cli.cluster.node import connected

    connected(head_address)
    ask_for_controller()


def check_usable(settings: Settings) -> None:
    """Check that this machine can be one of several.

    Raises:
        SettingsInvalid: something is missing.
    """
    if settings.placement != "cluster":
        raise SettingsInvalid("AMENDS_PLACEMENT: expected 'cluster' on every machine of one.")
    if settings.sqlalchemy_url.startswith("sqlite"):
        raise SettingsInvalid("AMENDS_DATABASE_URL: a cluster needs PostgreSQL, which all machines reach.")
    if find_spec("ray") is None:
        raise SettingsInvalid("The engine of a cluster, Ray, is not installed. Run: make setup-cluster")


def check_ready(settings: Settings) -> None:
    """Check that database and keys are there.

    Raises:
        NotNow: `serve` has to be started first, or its keys have to be copied.
    """
    from webapp.cli.processes.one_more_web import check_schema_ready
    from webapp.storage.site.keys import SESSION_KEY, missing_keys

    if SESSION_KEY in missing_keys(settings.data_dir):
        raise NotNow(
            f"Expected {SESSION_KEY} in {settings.data_dir}: copy it from the data folder of the first server."
        )
    check_schema_ready(settings)


def _is_free(settings: Settings) -> bool:
    """Return whether no part in a cluster runs here: one that was killed leaves its number to anybody."""
    try:
        with only_one(settings, "cluster"):
            return True
    except NotNow:
        return False


def _store_url(settings: Settings) -> str:
    secret = settings.cluster_store_url or settings.redis_url
    if secret is None:
        raise SettingsInvalid("AMENDS_REDIS_URL: the head of a cluster keeps what it knows in Redis; set its address.")
    return secret.get_secret_value()


def _over_database(ask: Callable[[UnitOfWorkFactory], _Answer]) -> _Answer:
    """Return what is asked of the cluster's database, which has to be ready."""
    from webapp.storage.db.engine import open_engine
    from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

    settings = load_settings()
    check_usable(settings)
    check_ready(settings)
    engine = open_engine(settings.sqlalchemy_url)
    try:
        return ask(SQLUnitOfWorkFactory(engine))
    finally:
        engine.dispose()


def _count(unit_of_work: UnitOfWorkFactory, node: str) -> int:
    """Return how many cameras a machine has; those that are disabled stay with the one that had them."""
    with unit_of_work.reading() as work:
        enabled = {one.camera_id for one in work.cameras.list() if one.enabled}
        return sum(one.camera_id in enabled for one in work.cluster.owners_of(node))
