"""What of the environment a child process is given, and how a process forgets the secrets that it was given.

Variables are for every process of the same user to read, as long as a process lives, and children inherit them: also
those that decode what strangers send.
"""

import ctypes
import os
import re
from collections.abc import Iterable

from webapp.settings import RENAMED, SECRETS, Settings

# What Python, the libraries and the system's own tools go by; a secret in any other variable is nobody's business.
_OF_THE_SYSTEM = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LANGUAGE|TZ|TMPDIR|VIRTUAL_ENV|SSL_CERT_(FILE|DIR)"
    r"|(LC|LD|XDG|PYTHON|PYTEST|COVERAGE|MALLOC|GLIBC|OMP|OPENBLAS|MKL|OPENCV|TF|XNNPACK|CUDA|KERAS|VK)_?[A-Z0-9_]*"
)
# How PostgreSQL and servers outside are reached; may hold a password too, and no decoder needs it.
_OF_SERVERS = re.compile(r"PG[A-Z]+|(REQUESTS|CURL)_CA_BUNDLE|(HTTPS?|ALL|NO)_PROXY|(https?|all|no)_proxy")
# The variable in which the supervisor tells a child process who started it.
SUPERVISOR_PID = "AMENDS_SUPERVISOR_PID"
_OURS = frozenset({*Settings.model_fields, *map(str.lower, RENAMED)})


def child_environment(secrets: Iterable[str] = ()) -> dict[str, str]:
    """Return the environment of a child process: an allow-list.

    Args:
        secrets: the fields of `SECRETS` that it needs; one that decodes what strangers send needs none.
    """
    wanted = (_OURS - SECRETS) | set(secrets)
    return {name: value for name, value in os.environ.items() if _is_wanted(name, wanted)}


def unknown_settings() -> list[str]:
    """Return the variables that are called as settings of ours are, and are none."""
    names = {name for name in os.environ if name.startswith("AMENDS_")} - {SUPERVISOR_PID}
    return sorted(name for name in names if name.removeprefix("AMENDS_").lower() not in _OURS)


def forget_secrets() -> None:
    """Overwrite in this process's environment what was read from it: `/proc/PID/environ` shows it no more."""
    library = ctypes.CDLL(None)
    library.getenv.restype = ctypes.c_void_p
    for name in [f"AMENDS_{field.upper()}" for field in SECRETS]:
        value = os.environ.get(name)
        address = library.getenv(name.encode())
        if value is not None and address:
            ctypes.memset(address, 0, len(os.fsencode(value)))
        os.environ.pop(name, None)


def _is_wanted(name: str, wanted: set[str] | frozenset[str]) -> bool:
    if name.startswith("AMENDS_"):
        return name.removeprefix("AMENDS_").lower() in wanted
    if _OF_SERVERS.fullmatch(name):
        return "database_url" in wanted
    return _OF_THE_SYSTEM.fullmatch(name) is not None
