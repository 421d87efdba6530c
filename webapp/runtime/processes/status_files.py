"""What the supervisor says of its child processes, and vision of itself, in files beside their heartbeats."""

import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter

from webapp.runtime.processes.node_folders import node_folders
from webapp.services.model.model_problem import ModelProblem
from webapp.services.model.model_use import ModelUse
from webapp.services.site.system import Waiting, WaitingPictures

_NAME = "parts.json"
_WAITING_NAME = "waiting.json"
_WAITING = TypeAdapter(Waiting)
_PICTURES_NAME = "waiting-pictures.json"
_PICTURES = TypeAdapter(WaitingPictures)
_MODEL_PROBLEM_NAME = "model-problem.json"
_MODEL_USE_NAME = "model-use.json"
_MODEL_USE = TypeAdapter(ModelUse)


class EndReason(StrEnum):
    """Why a child process ended."""

    EXITED = "exited"
    KILLED = "killed"
    SILENT = "silent"  # It gave no heartbeat, and the supervisor killed it.


@dataclass(frozen=True)
class ChildEnd:
    """The end of a child process that was to go on.

    Attributes:
        at: when it was noticed.
        reason: why.
        exit_code: of the process; a signal as its negative number.
    """

    at: datetime
    reason: EndReason
    exit_code: int


@dataclass(frozen=True)
class ChildProcessReport:
    """One child process and how often it was started again.

    Attributes:
        name: of the process.
        pid: its number; 0 while there is none.
        restarts: how often it was started again.
        last_end: how it ended last; None where it never did.
        is_backing_off: whether it keeps ending before it works, so that the supervisor waits before each start.
    """

    name: str
    pid: int
    restarts: int
    last_end: ChildEnd | None = None
    is_backing_off: bool = False


@dataclass(frozen=True)
class _Parts:
    supervisor: int
    parts: list[ChildProcessReport]


_PARTS = TypeAdapter(_Parts)
_MODEL_PROBLEM = TypeAdapter(ModelProblem)


def write_reports(folder: Path, reports: list[ChildProcessReport]) -> None:
    """Say how the child processes are; a full disk is no reason to stop."""
    _replace(folder / _NAME, _PARTS.dump_json(_Parts(os.getpid(), reports)))


def read_reports(folder: Path) -> list[ChildProcessReport]:
    """Return the supervisor and its child processes; empty where there is none."""
    try:
        stored = _PARTS.validate_json((folder / _NAME).read_bytes())
        return [ChildProcessReport("supervisor", stored.supervisor, 0), *stored.parts]
    except (OSError, ValueError):
        return []


def write_waiting(folder: Path, waiting: Waiting) -> None:
    """Say what vision could not store yet."""
    _replace(folder / _WAITING_NAME, _WAITING.dump_json(waiting))


def read_waiting(folder: Path) -> Waiting:
    """Return what vision said last; nothing where it said nothing."""
    try:
        return _WAITING.validate_json((folder / _WAITING_NAME).read_bytes())
    except (OSError, ValueError):
        return Waiting()


def waiting_of_all(folder: Path) -> Waiting:
    """Return what vision could not store on this machine and on others."""
    waiting = [read_waiting(one) for one in (folder, *node_folders(folder))]
    return Waiting(
        incidents=sum(one.incidents for one in waiting),
        incidents_since_s=max(one.incidents_since_s for one in waiting),
        scores=sum(one.scores for one in waiting),
    )


def waiting_pictures_of_all(folder: Path) -> WaitingPictures:
    """Return which pictures wait on this machine and on others, and the first reason that one of them gives."""
    waiting = [read_waiting_pictures(one) for one in (folder, *node_folders(folder))]
    return WaitingPictures(
        count=sum(one.count for one in waiting),
        since_s=max(one.since_s for one in waiting),
        fault=next((one.fault for one in waiting if one.fault), ""),
    )


def write_waiting_pictures(folder: Path, pictures: WaitingPictures) -> None:
    """Say which pictures the store of all machines did not take yet."""
    _replace(folder / _PICTURES_NAME, _PICTURES.dump_json(pictures))


def read_waiting_pictures(folder: Path) -> WaitingPictures:
    """Return what vision said of them last; none where it said nothing."""
    try:
        return _PICTURES.validate_json((folder / _PICTURES_NAME).read_bytes())
    except (OSError, ValueError):
        return WaitingPictures()


def write_model_problem(folder: Path, problem: ModelProblem | None) -> None:
    """Say why nobody is analysed; None: they are."""
    path = folder / _MODEL_PROBLEM_NAME
    if problem is None:
        path.unlink(missing_ok=True)
    else:
        _replace(path, _MODEL_PROBLEM.dump_json(problem))


def read_model_problem(folder: Path) -> ModelProblem | None:
    """Return why nobody is analysed, as vision said it last."""
    try:
        return _MODEL_PROBLEM.validate_json((folder / _MODEL_PROBLEM_NAME).read_bytes())
    except (OSError, ValueError):
        return None


def model_problem_of_all(folder: Path) -> ModelProblem | None:
    """Return why nobody is analysed on this machine, or on the first other one where that is so."""
    found = map(read_model_problem, (folder, *node_folders(folder)))
    return next((problem for problem in found if problem), None)


def write_model_use(folder: Path, use: ModelUse) -> None:
    """Say on what the model runs."""
    _replace(folder / _MODEL_USE_NAME, _MODEL_USE.dump_json(use))


def read_model_use(folder: Path) -> ModelUse | None:
    """Return on what vision runs the model; None where it has not said so."""
    try:
        return _MODEL_USE.validate_json((folder / _MODEL_USE_NAME).read_bytes())
    except (OSError, ValueError):
        return None


def _replace(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(".part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError:
        pass
