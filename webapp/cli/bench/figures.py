"""Figures with their spread, the machine that they were measured on, and how both are written."""

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from webapp.settings import REPOSITORY_DIR

_PACKAGES = {"opencv": "opencv-python-headless", "litert": "ai-edge-litert", "av": "av", "numpy": "numpy"}
JSON_HELP = "Write the figures as JSON; - for standard output."


@dataclass(frozen=True)
class Spread:
    """Several values of the same thing.

    Attributes:
        median: half of them are at most this.
        least: the smallest.
        most: the largest.
        count: how many there are.
    """

    median: float
    least: float
    most: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float], digits: int = 3) -> "Spread":
        """Return it, rounded; there must be a value."""
        median, least, most = (round(value, digits) for value in (statistics.median(values), min(values), max(values)))
        return cls(median, least, most, len(values))

    def words(self, unit: str = "", digits: int = 2) -> str:
        """Return it as `median (least to most)`."""
        median, least, most = (f"{value:.{digits}f}" for value in (self.median, self.least, self.most))
        return f"{median}{unit} ({least} to {most})" if self.count > 1 else f"{median}{unit}"


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies; of few values one of them."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, round(share * (len(ranked) - 1)))]


def machine() -> dict[str, Any]:
    """Return what the figures were measured on: processor, cores, versions and, where there is one, the revision."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: _version(package) for name, package in _PACKAGES.items()},
        "revision": _revision(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def machine_words(facts: Mapping[str, Any]) -> str:
    """Return the machine in a line or two."""
    versions = ", ".join(f"{name} {facts[name]}" for name in ("python", *_PACKAGES))
    revision = f", revision {facts['revision']}" if facts["revision"] else ""
    return (
        f"{facts['cores']} cores of {facts['processor']}, {facts['memory_gib']} GiB, {facts['system']}\n"
        f"{versions}{revision}; load before: {facts['load_before']}"
    )


def report(text: str, figures: Mapping[str, Any], json_path: Path | None) -> None:
    """Print a report, and write the figures where they are wanted; then the report goes to standard error for `-`."""
    is_piped = str(json_path) == "-"
    click.echo(text, err=is_piped)
    if json_path is None:
        return
    written = json.dumps(plain(figures), indent=1) + "\n"
    if is_piped:
        sys.stdout.write(written)
    else:
        json_path.write_text(written, encoding="utf-8")


def plain(value: Any) -> Any:
    """Return figures as JSON has them."""
    if hasattr(value, "__dataclass_fields__"):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"


def _revision() -> str:
    """Return the git revision with a `+` where files were changed; empty where this is no checkout."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
            cwd=REPOSITORY_DIR, capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.strip()
