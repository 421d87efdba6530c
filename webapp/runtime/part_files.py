"""What the supervisor says of its parts, in a file beside their signs of life."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_NAME = "parts.json"


@dataclass(frozen=True)
class PartReport:
    """One part: its process and how often it was started again."""

    name: str
    pid: int
    restarts: int


def write_parts(folder: Path, reports: list[PartReport]) -> None:
    """Say how the parts are; a full disk is no reason to stop."""
    path = folder / _NAME
    unfinished = path.with_suffix(".part")
    try:
        unfinished.write_text(json.dumps({"supervisor": os.getpid(), "parts": [asdict(one) for one in reports]}))
        unfinished.replace(path)
    except OSError:
        pass


def read_parts(folder: Path) -> list[PartReport]:
    """Return the supervisor and its parts; empty where there is none."""
    try:
        stored: Mapping[str, Any] = json.loads((folder / _NAME).read_text())
        return [PartReport("supervisor", stored["supervisor"], 0), *(PartReport(**one) for one in stored["parts"])]
    except (OSError, ValueError, KeyError, TypeError):
        return []
