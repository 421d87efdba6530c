"""What the supervisor says of its child processes, in a file beside their heartbeats."""

import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

_NAME = "parts.json"


@dataclass(frozen=True)
class ChildProcessReport:
    """One child process and how often it was started again."""

    name: str
    pid: int
    restarts: int


@dataclass(frozen=True)
class _Parts:
    supervisor: int
    parts: list[ChildProcessReport]


_PARTS = TypeAdapter(_Parts)


def write_reports(folder: Path, reports: list[ChildProcessReport]) -> None:
    """Say how the child processes are; a full disk is no reason to stop."""
    path = folder / _NAME
    unfinished = path.with_suffix(".part")
    try:
        unfinished.write_bytes(_PARTS.dump_json(_Parts(os.getpid(), reports)))
        unfinished.replace(path)
    except OSError:
        pass


def read_reports(folder: Path) -> list[ChildProcessReport]:
    """Return the supervisor and its child processes; empty where there is none."""
    try:
        stored = _PARTS.validate_json((folder / _NAME).read_bytes())
        return [ChildProcessReport("supervisor", stored.supervisor, 0), *stored.parts]
    except (OSError, ValueError):
        return []
