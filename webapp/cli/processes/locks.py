"""Locks on the data folder: who works on it, and that there is only one of each."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from webapp.settings import Settings


@contextmanager
def only_one(settings: Settings, part: str) -> Iterator[None]:
    """Hold a lock: two of the same part on one data folder would raise every alert twice."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path: Path = settings.data_dir / f"{part}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.UsageError(
                f"Amends ({part}) is already running on {settings.data_dir}: stop it, or set AMENDS_DATA_DIR."
            ) from None
        yield
