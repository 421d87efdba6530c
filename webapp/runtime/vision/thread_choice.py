"""On how many threads this machine runs the model fastest: measured once, and kept in the data folder."""

import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import numpy as np
import structlog
from pydantic import Field, TypeAdapter

from model.artefacts import ArtefactManifest
from model.inference import load_emotion_model

log = structlog.get_logger()

_FILE = "model-threads.json"
_MOST_THREADS = 4
# One face alone and a few together, as they come; see `BATCH_SIZES`.
_BATCHES = (1, 4)
_RUNS = 5
_MOST_S = 0.1
# A second thread costs processor time that captures want too, so it has to be worth more than chance.
_NEARLY_BEST = 1.15
_UNMEASURED_THREADS = 2


@dataclass(frozen=True)
class Measured:
    """What was measured: another model, machine or runtime is another question.

    Attributes:
        sha256: of the artefact.
        processors: how many this process may use.
        litert: version of the model's runtime.
    """

    sha256: str
    processors: int
    litert: str


@dataclass(frozen=True)
class ThreadChoice:
    """An answer.

    Attributes:
        measured: on what.
        threads: the choice.
        ms_per_face: threads → milliseconds of one face.
    """

    measured: Measured
    threads: Annotated[int, Field(ge=1, le=_MOST_THREADS)]
    ms_per_face: Mapping[int, float]


_CHOICE = TypeAdapter(ThreadChoice)


def known_threads(data_dir: Path, model_dir: Path) -> int:
    """Return what was measured; where nothing was, at most two: nothing is measured here."""
    stored = _stored(data_dir / _FILE, model_dir)
    return stored.threads if stored else min(_UNMEASURED_THREADS, _processors())


def measured_threads(
    data_dir: Path, model_dir: Path, measure: Callable[[Path, int], float] | None = None
) -> ThreadChoice:
    """Return what was measured, after measuring it where nobody has: less than a second, once for each model.

    Args:
        data_dir: where the answer is kept; where it cannot be written, it is measured at each start.
        model_dir: folder of the artefact.
        measure: folder and threads → milliseconds of one face; None loads the model and runs it.

    Raises:
        ArtefactMismatch: the artefact is missing, damaged, or does not fit this code.
    """
    path = data_dir / _FILE
    if stored := _stored(path, model_dir):
        return stored
    counts = range(1, min(_processors(), _MOST_THREADS) + 1)
    ms_per_face = {threads: round((measure or _ms_per_face)(model_dir, threads), 2) for threads in counts}
    choice = ThreadChoice(_measured(model_dir), fewest_threads(ms_per_face), ms_per_face)
    log.info("model_threads_measured", threads=choice.threads, ms_per_face=ms_per_face)
    _store(path, choice)
    return choice


def fewest_threads(ms_per_face: Mapping[int, float]) -> int:
    """Return the fewest threads that are nearly as fast as the fastest.

    Args:
        ms_per_face: threads → milliseconds of one face.
    """
    best_ms = min(ms_per_face.values())
    return min(threads for threads, ms in ms_per_face.items() if ms <= best_ms * _NEARLY_BEST)


def _measured(model_dir: Path) -> Measured:
    return Measured(ArtefactManifest.read(model_dir).sha256, _processors(), version("ai-edge-litert"))


def _processors() -> int:
    return len(os.sched_getaffinity(0))


def _stored(path: Path, model_dir: Path) -> ThreadChoice | None:
    """Return what is kept for this very model and machine; None where it is damaged or another's."""
    try:
        stored = _CHOICE.validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None
    return stored if stored.measured == _measured(model_dir) else None


def _store(path: Path, choice: ThreadChoice) -> None:
    unfinished = path.with_suffix(".part")
    try:
        unfinished.write_bytes(_CHOICE.dump_json(choice))
        unfinished.replace(path)
    except OSError as error:
        log.warning("model_threads_not_kept", error=type(error).__name__)


def _ms_per_face(model_dir: Path, threads: int) -> float:
    """Load the model on so many threads and return the milliseconds of one face, over all of `_BATCHES`."""
    model = load_emotion_model(model_dir, threads=threads)
    size_px = model.manifest.size_px
    batches = [np.zeros((faces, size_px, size_px), dtype=np.uint8) for faces in _BATCHES]
    return sum(_median_ms(partial(model.predict, faces)) for faces in batches) / sum(_BATCHES)


def _median_ms(run: Callable[[], object]) -> float:
    """Return the milliseconds of a run: the median of a few, or of fewer where the machine is slow."""
    run()  # The first one makes the interpreter.
    taken_s: list[float] = []
    while len(taken_s) < _RUNS and sum(taken_s) < _MOST_S:
        began_s = time.perf_counter()
        run()
        taken_s.append(time.perf_counter() - began_s)
    return statistics.median(taken_s) * 1000
