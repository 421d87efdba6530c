"""`bench start`: from the command to the log-in page and to the first analysed frame."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from webapp.cli.bench.figures import JSON_HELP, Spread, machine, machine_words, report
from webapp.cli.bench.product.processes import process_tree
from webapp.cli.bench.product.running import RunningProduct, product
from webapp.cli.processes.parts.pipeline_parts import check_writable

_PATH = click.Path(dir_okay=False, path_type=Path)
_PATIENCE_S = 120.0
_POLL_S = 0.01
_DEMO_ID = 1


@dataclass(frozen=True)
class StartFigures:
    """What a start took, in seconds from the command on.

    Attributes:
        login_s: until the log-in page was there.
        frame_s: until the first frame of the camera Demo was analysed.
        cpu_s: processor time of all processes until then, which other work on the machine disturbs less.
    """

    login_s: Spread
    frame_s: Spread
    cpu_s: Spread

    @classmethod
    def of(cls, starts: Sequence[tuple[float, float, float]]) -> "StartFigures":
        """Return it for all three of each start."""
        return cls(*(Spread.of(values) for values in zip(*starts, strict=True)))

    @property
    def words(self) -> str:
        """All three, for people."""
        return (
            f"log-in page after {self.login_s.words(' s')}, first analysed frame after {self.frame_s.words(' s')}; "
            f"processor time until then {self.cpu_s.words(' s')}"
        )


@click.command()
@click.option("--runs", default=5, show_default=True, type=click.IntRange(1, 100), help="Of each kind.")
@click.option("--json", "json_path", metavar="F", type=_PATH, help=JSON_HELP)
def start(runs: int, json_path: Path | None) -> None:
    """Time the start of the product: with an empty data folder, and with one that is there.

    With the camera Demo. Medians, with the least and the most.

    \b
    Examples:
      python run.py bench start
      python run.py bench start --runs 20 --json start.json
    """
    check_writable(json_path)
    facts = machine()
    empty, existing = measure_start(runs)
    text = f"empty folder: {empty.words}\nexisting folder: {existing.words}"
    told = {"machine": facts, "empty": empty, "existing": existing}
    report(f"{machine_words(facts)}\nOver {runs} starts each, median (least to most)\n{text}", told, json_path)


def measure_start(runs: int) -> tuple[StartFigures, StartFigures]:
    """Start the product again and again; return the figures with an empty folder and with an existing one."""
    empty, existing = list[tuple[float, float, float]](), list[tuple[float, float, float]]()
    for _ in range(runs):
        with product() as running:
            empty.append(_started(running))
            running.stop()
            existing.append(_started(running))
    return StartFigures.of(empty), StartFigures.of(existing)


def _started(running: RunningProduct) -> tuple[float, float, float]:
    from webapp.runtime.slots.live_slots import SlotLiveFrames

    began_s, began_at_s = time.monotonic(), time.time()
    running.start()
    running.wait_for(partial(_has_page, running), "the log-in page is there", _PATIENCE_S, _POLL_S)
    login_s = time.monotonic() - began_s
    live = SlotLiveFrames(running.settings.slots_dir)

    def has_frame() -> bool:
        frame = live.newest(_DEMO_ID)
        return frame is not None and frame.captured_at.timestamp() >= began_at_s

    running.wait_for(has_frame, "a frame is analysed", _PATIENCE_S, _POLL_S)
    return login_s, time.monotonic() - began_s, sum(one.cpu_s for one in process_tree(running.pid))


def _has_page(running: RunningProduct) -> bool:
    import requests

    try:
        return bool(requests.get(f"{running.address}/login", timeout=_PATIENCE_S).ok)
    except requests.ConnectionError:
        return False
