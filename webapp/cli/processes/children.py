"""The processes that a supervisor keeps alive, and which secrets each of them is given."""

import sys
import time
from collections.abc import Mapping, Set

from webapp.runtime.processes.environment import child_environment
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.supervisor import ChildProcess
from webapp.settings import REPOSITORY_DIR, SECRETS, Settings

RUN = (sys.executable, str(REPOSITORY_DIR / "run.py"))
# The first admin is there before the first of them starts.
FOR_CHILDREN = SECRETS - {"admin_password", "cluster_store_url"}
_FOR_VISION = frozenset({"database_url", "snapshot_store_key_id", "snapshot_store_secret"})
_FOR_RELAY = frozenset({"redis_url"})
# At the start pages and pictures go first: what is to be done now and then can wait for so long.
_WAITS_S = {"housekeeping": 3.0}

_FOR_WEB = FOR_CHILDREN - {"central_token"}

Children = Mapping[str, Set[str]]
MACHINE_CHILDREN: Children = {"web": _FOR_WEB, "vision": _FOR_VISION, "housekeeping": FOR_CHILDREN}
"""What `serve` runs where one machine does all."""

SERVING_CHILDREN: Children = {"web": _FOR_WEB, "relay": _FOR_RELAY, "housekeeping": FOR_CHILDREN}
"""What it runs where cameras are watched by the machines of a cluster."""

NODE_CHILDREN: Children = {"vision": _FOR_VISION, "relay": _FOR_RELAY}
"""What a machine of a cluster runs that watches cameras."""


def child_processes(settings: Settings, children: Children) -> list[ChildProcess]:
    """Return them; nothing is started yet."""
    return [
        ChildProcess(
            name,
            (*RUN, name),
            Heartbeat(settings.slots_dir, name),
            settings.heartbeat_timeout_s,
            child_environment(secrets),
            restart_at_s=time.monotonic() + _WAITS_S.get(name, 0.0),
        )
        for name, secrets in children.items()
    ]
