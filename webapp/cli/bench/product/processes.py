"""What the processes of a product cost, from Linux's `/proc`: processor time and memory, by kind."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KINDS = ("vision", "capture", "web", "supervisor", "housekeeping")
_NAMES = {"serve": "supervisor", "web": "web", "vision": "vision", "housekeeping": "housekeeping", "capture": "capture"}
_PROC = Path("/proc")
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class ProcessFigures:
    """One process at one moment.

    Attributes:
        pid: of the process.
        kind: one of `KINDS`, or `other`.
        cpu_s: processor time that it has had so far, in all its threads, in seconds.
        pss_bytes: its memory, of what it shares with others its part; 0 where the kernel does not say.
    """

    pid: int
    kind: str
    cpu_s: float
    pss_bytes: int


def process_tree(pid: int) -> list[ProcessFigures]:
    """Return a process and all its children, theirs too."""
    parents = dict(_parents())
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return [figures for one in sorted(family) if (figures := _figures(one))]


def cpu_by_kind(before: Iterable[ProcessFigures], after: Iterable[ProcessFigures]) -> Mapping[str, float]:
    """Return the processor time between two moments, in seconds; that of processes that ended is not known."""
    began = {one.pid: one.cpu_s for one in before}
    spent: defaultdict[str, float] = defaultdict(float)
    for one in after:
        spent[one.kind] += one.cpu_s - began.get(one.pid, 0.0)
    return dict(spent)


def pss_by_kind(processes: Iterable[ProcessFigures]) -> Mapping[str, list[int]]:
    """Return the memory of each process of each kind, in bytes."""
    held: defaultdict[str, list[int]] = defaultdict(list)
    for one in processes:
        held[one.kind].append(one.pss_bytes)
    return dict(held)


def kind_of(command: Iterable[str]) -> str:
    """Return what kind of process a command line starts."""
    words = [word.rpartition("/")[2].removesuffix(".py").rpartition(".")[2] for word in command]
    return next((_NAMES[word] for word in words if word in _NAMES), "other")


def _parents() -> Iterator[tuple[int, int]]:
    for folder in _PROC.glob("[0-9]*"):
        with suppress(OSError):
            yield int(folder.name), int(_stat(int(folder.name))[1])


def _stat(pid: int) -> list[str]:
    """Return the fields of `/proc/PID/stat` behind the name, which may hold blanks and brackets itself."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _figures(pid: int) -> ProcessFigures | None:
    with suppress(OSError):
        fields, folder = _stat(pid), _PROC / str(pid)
        cpu_s = (int(fields[11]) + int(fields[12])) / _TICKS_PER_S
        command = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        return ProcessFigures(pid, kind_of(command), cpu_s, _pss_bytes(folder))
    return None


def _pss_bytes(folder: Path) -> int:
    with suppress(OSError):
        for line in (folder / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
