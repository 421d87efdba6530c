"""Where this machine is, as its clocks know it."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo

_LOCAL_TIME = Path("/etc/localtime")
_ZONES_FOLDER = "zoneinfo/"


def machine_time_zone(local_time: Path = _LOCAL_TIME) -> str:
    """Return the IANA name of this machine's time zone; UTC where it is unknown.

    Args:
        local_time: the link that Linux and macOS set to the zone's file.
    """
    linked = os.path.realpath(local_time).partition(_ZONES_FOLDER)[2]
    for name in (os.environ.get("TZ", "").removeprefix(":"), linked):
        if name and _is_known(name):
            return name
    return "UTC"


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
