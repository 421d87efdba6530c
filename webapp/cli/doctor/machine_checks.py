"""The machine: storage, memory, limits of the kernel, the clock."""

import ctypes
import os
import platform
import resource
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from webapp.cli.doctor.findings import Finding, Level, in_gib, is_below
from webapp.runtime.files.time_zone import machine_time_zone
from webapp.runtime.processes.confinement import landlock_version
from webapp.services.site.system import LEAST_FREE_BYTES
from webapp.settings import REPOSITORY_DIR, Settings

_LEAST_SLOT_BYTES = 64 * 2**20
_LEAST_MEMORY_BYTES = 512 * 2**20
_LEAST_OPEN_FILES = 1024
_TIMEX_BYTES, _TIME_ERROR = 512, 5


def check_storage(settings: Settings) -> Iterator[Finding]:
    """Yield how much room there is for data and for frames."""
    yield _room("storage", settings.data_dir, LEAST_FREE_BYTES, "Delete old backups, or keep pictures for fewer days.")
    if settings.slots_dir.is_dir():
        advice = "Set AMENDS_RUNTIME_DIR to a folder with enough storage; in a container raise its shared memory."
        yield _room("shared memory", settings.slots_dir, _LEAST_SLOT_BYTES, advice)
    if (entries := os.statvfs(settings.data_dir)).f_files:
        free = f"{entries.f_favail} more files can be made where the data folder is."
        yield is_below(
            "storage", entries.f_favail, 1000, free, "Delete files: the file system has no more entries.", Level.ERROR
        )


def check_memory() -> Iterator[Finding]:
    """Yield how much memory is available."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    kib = {name: int(amount.split()[0]) for name, _, amount in (line.partition(":") for line in lines)}
    available = kib["MemAvailable"] * 1024
    found = f"{in_gib(available)} of {in_gib(kib['MemTotal'] * 1024)} are available."
    yield is_below(
        "memory",
        available,
        _LEAST_MEMORY_BYTES,
        found,
        "Fewer cameras, or AMENDS_MODEL_DIR=model/weights/compact_resnet.",
    )


def check_kernel() -> Iterator[Finding]:
    """Yield what the kernel allows."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = _LEAST_OPEN_FILES if files == resource.RLIM_INFINITY else files
    found = f"A process may open {count} files."
    yield is_below("open files", count, _LEAST_OPEN_FILES, found, "LimitNOFILE=4096 in the systemd unit, or ulimit -n.")
    if landlock_version() > 0:
        yield Finding("Landlock", Level.OK, "What decodes cameras and photos can write nothing and start nothing.")
    else:
        advice = "Linux 5.13 or later with Landlock confines it; without, only memory and time are limited."
        yield Finding("Landlock", Level.NOTE, f"The kernel ({platform.release()}) has none.", advice)


def check_clock(newest_event_s: float | None) -> Iterator[Finding]:
    """Yield whether the time can be right.

    Args:
        newest_event_s: when the newest event was stored, in seconds since 1970; None where there is none.
    """
    now_s, advice = time.time(), "Set it: timedatectl set-time '2026-11-28 20:15:00'; see docs/operations.md."
    newest_s = max(newest_event_s or 0.0, (REPOSITORY_DIR / "run.py").stat().st_mtime)
    shown = f"It is {time.strftime('%Y-%m-%d %H:%M:%S %z')}, time zone {machine_time_zone()}."
    if newest_s > now_s + 60:
        ahead_min = (newest_s - now_s) / 60
        yield Finding("clock", Level.ERROR, f"{shown} What is stored is {ahead_min:.0f} minutes ahead of it.", advice)
    elif not _is_synchronised():
        yield Finding(
            "clock",
            Level.NOTE,
            f"{shown} No time server keeps it.",
            "Compare it with a phone's now and then; one that drifts breaks second factors.",
        )
    else:
        yield Finding("clock", Level.OK, f"{shown} A time server keeps it.")


def _room(check: str, folder: Path, least_bytes: int, advice: str) -> Finding:
    usage = shutil.disk_usage(folder)
    found = f"{in_gib(usage.free)} of {in_gib(usage.total)} are free for {folder}."
    return is_below(check, usage.free, least_bytes, found, advice, Level.ERROR)


def _is_synchronised() -> bool:
    """Ask the kernel, https://man7.org/linux/man-pages/man2/adjtimex.2.html; with all bits 0 nothing is changed."""
    return bool(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)) not in (-1, _TIME_ERROR))
