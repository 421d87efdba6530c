"""Takes passwords in addresses out of what `ps` shows of this process."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from webapp.domain.cameras.addresses.hidden_values import without_secrets

# Where proc(5) says at which address the arguments begin; counted behind the program's name.
_ARGUMENTS_START = 48 - 3


def hide_addresses(arguments: Sequence[str]) -> None:
    """Overwrite each address that holds a secret; only Linux shows arguments to everybody, and lets them be changed.

    Args:
        arguments: what the process was called with; they stay as they are.
    """
    secrets = [one for one in arguments if "://" in one and without_secrets(one) != one]
    if secrets and sys.platform == "linux":
        with suppress(OSError, ValueError, IndexError):
            _overwrite([one.encode(errors="surrogateescape") for one in secrets])


def _overwrite(secrets: Sequence[bytes]) -> None:
    process = Path("/proc/self")
    shown = (process / "cmdline").read_bytes()
    start = int((process / "stat").read_text().rpartition(")")[2].split()[_ARGUMENTS_START])
    with (process / "mem").open("r+b", buffering=0) as memory:
        for secret in secrets:
            kept = secret.index(b"://") + len(b"://")
            memory.seek(start + shown.index(secret) + kept)
            memory.write(b"*" * (len(secret) - kept))
