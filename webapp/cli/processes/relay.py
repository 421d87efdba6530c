"""`relay`: live pictures between the machines of a cluster, in a process of its own."""

import gc
import re
import socket
import zlib
from functools import partial
from typing import TYPE_CHECKING

import click

from webapp.cli.processes.locks import only_one_here
from webapp.errors import SettingsInvalid

if TYPE_CHECKING:
    from webapp.runtime.relay.relay_process import Relay
    from webapp.settings import Settings

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_MOST_NAME = 100


@click.command(hidden=True)
def relay() -> None:
    """Bring live pictures to other machines and theirs here; what starts web or vision in a cluster starts this."""
    gc.disable()  # Until `begin_work`.
    from webapp.cli.processes.start import begin_work, start_child_process
    from webapp.runtime.processes.heartbeat import Heartbeat, ParentWatch
    from webapp.runtime.relay.relay_process import RelayProcess

    settings, parent = start_child_process("relay"), ParentWatch()
    redis_url, heartbeat = check_relay_settings(settings), Heartbeat(settings.slots_dir, "relay")

    def wait() -> None:
        parent.end_if_orphaned()
        heartbeat.beat()

    # A second one on the same slots, such as a worker's beside that of `serve`, takes over when the first is gone.
    with only_one_here(settings.slots_dir, "relay", wait):
        process = RelayProcess(_relay(settings, redis_url), heartbeat, parent)
        begin_work()
        process.run()


def check_relay_settings(settings: "Settings") -> str:
    """Return the address of the Redis by which a machine of a cluster reaches the others.

    Raises:
        SettingsInvalid: there is none.
    """
    if settings.redis_url is None:
        raise SettingsInvalid(
            "AMENDS_PLACEMENT is cluster, but no Redis is set, through which live pictures reach other machines. "
            "Set AMENDS_REDIS_URL, see docs/cluster.md."
        )
    return settings.redis_url.get_secret_value()


def relay_node(settings: "Settings") -> str:
    """Return how this machine is called among the relays: also two installations on one machine are told apart."""
    name = _NOT_IN_NAMES.sub("-", settings.node_name or socket.gethostname()).strip("-._")[:_MOST_NAME]
    folder = zlib.crc32(str(settings.slots_dir.resolve()).encode())
    return f"{name or 'node'}.{folder:08x}"


def _relay(settings: "Settings", redis_url: str) -> "Relay":
    from webapp.runtime.relay.messages import MOST_VALUE_BYTES
    from webapp.runtime.relay.own_cameras import owned_here
    from webapp.runtime.relay.relay_process import Relay
    from webapp.storage.shared.redis_link import RedisLink
    from webapp.storage.shared.redis_relay import RedisRelay

    meanwhile, again = "other machines' cameras are not shown", "live pictures reach other machines again"
    link = RedisLink(redis_url, meanwhile=meanwhile, again=again)
    way = RedisRelay(link, relay_node(settings), MOST_VALUE_BYTES)
    return Relay(settings.slots_dir, way, partial(owned_here, settings.slots_dir))
