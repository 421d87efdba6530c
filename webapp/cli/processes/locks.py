"""Locks on the data folder: who works on it, and that there is only one of each."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import click

from webapp.settings import Settings

# So long the children of a supervisor that was killed need to notice it and to end.
ENDING_S = 4.0
# Held together by all web servers beside the first one.
FURTHER_WEB = "further-web"
_PARTS = ("serve", "opening", "web", "vision", "housekeeping", FURTHER_WEB)


def waited_for(is_free: Callable[[], bool], patience_s: float) -> bool:
    """Wait for what a process holds that is just ending.

    Args:
        is_free: asks, and takes it if it is a lock.
        patience_s: seconds until it is given up.

    Returns:
        Whether it is free.
    """
    deadline_s = time.monotonic() + patience_s
    while not (is_now := is_free()) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    return is_now


class NotNow(click.ClickException):
    """Something else is in the way that may go by itself: a process manager tries again, as after no wrong setting."""

    exit_code = os.EX_TEMPFAIL


@contextmanager
def only_one(settings: Settings, part: str, patience_s: float = 0.0) -> Iterator[None]:
    """Hold a lock: two of the same part on one data folder would raise every alert twice.

    Args:
        settings: which data folder.
        part: the name of the process.
        patience_s: seconds to wait for one that is just ending.
    """
    with _held(settings, part, fcntl.LOCK_EX, patience_s):
        yield


@contextmanager
def beside_others(settings: Settings) -> Iterator[None]:
    """Hold the lock that all further web servers hold, so that nothing puts another database in place meanwhile.

    Args:
        settings: which data folder.
    """
    with _held(settings, FURTHER_WEB, fcntl.LOCK_SH, ENDING_S):
        yield


@contextmanager
def _held(settings: Settings, part: str, how: int, patience_s: float) -> Iterator[None]:
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path: Path = settings.data_dir / f"{part}.lock"
    with path.open("w") as file:
        if not waited_for(lambda: _is_locked(file, how), patience_s):
            raise NotNow(f"Amends ({part}) is already running on {settings.data_dir}: stop it, or set AMENDS_DATA_DIR.")
        yield


@contextmanager
def only_one_here(folder: Path, part: str, wait: Callable[[], None]) -> Iterator[None]:
    """Hold a lock in a folder of this machine; where another process holds it, wait for as long as that lives.

    Args:
        folder: that of the frame slots.
        part: the name of the process.
        wait: called again and again while it waits.
    """
    with (folder / f"{part}.lock").open("w") as file:
        while not waited_for(lambda: _is_locked(file, fcntl.LOCK_EX), 1.0):
            wait()
        yield


@contextmanager
def all_stopped(settings: Settings) -> Iterator[None]:
    """Hold the locks of all processes of an installation, so that none of them runs or starts.

    Args:
        settings: which data folder.
    """
    with ExitStack() as locks:
        for part in _PARTS:
            locks.enter_context(only_one(settings, part))
        yield


def _is_locked(file: IO[str], how: int) -> bool:
    """Lock a file, alone or with others; return whether it is locked by this process now."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
