"""Whether models may run on the GPU, tried in a process of its own: a driver may crash or never come back."""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from webapp.runtime.jobs.job_process import ask_process, decode, encode
from webapp.services.model.model_use import GPUState
from webapp.settings import REPOSITORY_DIR

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model.inference import EmotionModel

GPU_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "gpu-job")
_TIMEOUT_S = 30.0
_MOST_DIFFERENCE = 0.02


def check_gpu(
    model_dir: Path, command: tuple[str, ...] = GPU_COMMAND, timeout_s: float = _TIMEOUT_S
) -> Mapping[str, GPUState]:
    """Return for each model of an artefact what becomes of it on the GPU.

    Args:
        model_dir: the artefact's folder, of a single model or of an ensemble.
        command: the program that answers as `answer_gpu` does.
        timeout_s: seconds until it is given up.
    """
    try:
        answer = ask_process(command, encode(model_dir), timeout_s=timeout_s)
        return decode(dict[str, GPUState], answer)  # type: ignore[no-any-return]
    except (TimeoutError, ValueError):
        return {model_dir.name: GPUState.FAILED}


def answer_gpu(jobs: TextIO, answers: TextIO) -> None:
    """Do one job from a pipe: the other end of `check_gpu`."""
    from model.artefacts import ArtefactManifest

    model_dir: Path = decode(Path, jobs.read())
    folders = [model_dir.parent / name for name in ArtefactManifest.read(model_dir).members] or [model_dir]
    print(encode({folder.name: gpu_state(folder) for folder in folders}).decode(), file=answers, flush=True)


def gpu_state(model_dir: Path, load: "Callable[..., EmotionModel] | None" = None) -> GPUState:
    """Return what becomes of one model on the GPU: its scores must be the processor's, and come sooner.

    Args:
        model_dir: the artefact's folder, of a single model.
        load: loads a model, as `EmotionModel.load`, which is what None means.

    Raises:
        ArtefactMismatch: it is missing, damaged, or does not fit this code.
    """
    from model.inference import EmotionModel

    load = load or EmotionModel.load
    expected, processor_s = _scores_of(load(model_dir))
    try:
        scores, gpu_s = _scores_of(load(model_dir, on_gpu={model_dir.name}))
    except (RuntimeError, ValueError, ImportError, OSError):
        return GPUState.UNUSABLE
    if not abs(scores - expected).max() <= _MOST_DIFFERENCE:  # So is what is no number.
        return GPUState.DIFFERENT
    return GPUState.USED if gpu_s < processor_s else GPUState.SLOWER


def _scores_of(model: "EmotionModel") -> "tuple[NDArray[np.float32], float]":
    """Return the scores of a few made-up faces, and the seconds that they took once all was ready."""
    faces = _made_up_faces()
    model.predict(faces)
    began_s = time.perf_counter()
    scores = model.predict(faces)
    return scores, time.perf_counter() - began_s


def _made_up_faces() -> "NDArray[np.uint8]":
    """Return uint8, (8, 96, 96): smooth and symmetric like faces, so that a model's scores are as far apart as on some.

    Over them each delivered model's scores have a standard deviation of .16 to .18; over noise of .01 to .07.
    """
    import cv2
    import numpy as np

    coarse = np.random.default_rng(0).integers(0, 256, (8, 6, 3), dtype=np.uint8)
    halves = np.stack([cv2.resize(half, (48, 96), interpolation=cv2.INTER_CUBIC) for half in coarse])
    return np.concatenate([halves, halves[:, :, ::-1]], axis=2)
