"""Takes from a process that decodes what strangers send whatever it does not need.

Limits of the system hold everywhere. Where the Linux kernel knows Landlock (5.13 and later, see
https://docs.kernel.org/userspace-api/landlock.html) the process can also write no file and start no program, not even
as root.
"""

import ctypes
import os
import resource
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# Numbers of system calls that are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_SET_NO_NEW_PRIVILEGES = 38
_ASK_VERSION = 1
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _REMOVE_DIR, _REMOVE_FILE, _MAKE_REGULAR = 1 << 0, 1 << 1, 1 << 4, 1 << 5, 1 << 8
_MAKE_ANYTHING = sum(1 << bit for bit in range(6, 13))
_TRUNCATE, _TRUNCATE_SINCE = 1 << 14, 3
_SCOPE_SIGNAL, _SCOPE_SINCE = 1 << 1, 6
_NULL = Path("/dev/null")


def limit_resources(limits: Iterable[tuple[int, int]]) -> None:
    """Set limits of `resource` for good, never above those of now; no core dump holds what was in memory."""
    for limit, most in (*limits, (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))


def forbid_writing_and_starting(*, files: Iterable[Path] = (), folder: Path | None = None) -> bool:
    """Let this thread, and those that it starts, write no file, start no program and send no other process a signal.

    Call it before anything starts a thread: others keep their rights.

    Args:
        files: what may be written to nevertheless, such as a device.
        folder: where files may be made, written and removed nevertheless.

    Returns:
        Whether the kernel does it; a kernel without Landlock does not, and one of another system neither.
    """
    version = landlock_version()
    if version < 1:
        return False
    truncate = _TRUNCATE if version >= _TRUNCATE_SINCE else 0
    handled = _EXECUTE | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_ANYTHING | truncate
    ruleset = _new_ruleset(version, handled)
    for path in (_NULL, *files):
        _allow(ruleset, path, _WRITE_FILE | truncate)
    if folder:
        _allow(ruleset, folder, _WRITE_FILE | _MAKE_REGULAR | _REMOVE_FILE | truncate)
    ctypes.CDLL(None).prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    is_restricted = _system_call(_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return is_restricted


def landlock_version() -> int:
    """Return which Landlock the kernel has; below 1 it has none."""
    return _system_call(_CREATE_RULESET, None, 0, _ASK_VERSION) if sys.platform == "linux" else 0


def _new_ruleset(version: int, handled: int) -> int:
    """Return the descriptor of a set of rules; what is handled is forbidden where no rule allows it."""
    attributes = struct.pack("=QQQ", handled, 0, _SCOPE_SIGNAL)
    return _system_call(_CREATE_RULESET, attributes, 24 if version >= _SCOPE_SINCE else 8, 0)


def _allow(ruleset: int, path: Path, access: int) -> None:
    with suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        _system_call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", access, descriptor), 0)
        os.close(descriptor)


def _system_call(number: int, *arguments: object) -> int:
    try:
        library = ctypes.CDLL(None, use_errno=True)
        library.syscall.restype = ctypes.c_long
        converted = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
        return int(library.syscall(ctypes.c_long(number), *converted))
    except (AttributeError, OSError):
        return -1
