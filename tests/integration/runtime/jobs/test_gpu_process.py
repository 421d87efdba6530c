"""A model runs on the GPU only where it was tried there, in another process, and answered as the processor does."""

import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.artefacts import DEFAULT_ARTEFACT_DIR, WEIGHTS_DIR
from webapp.runtime.jobs.gpu_process import check_gpu, gpu_state
from webapp.services.model.model_use import GPUState

COMPACT = WEIGHTS_DIR / "compact_resnet"
# What Debian's chromium draws with where there is no GPU: for LiteRT it is one, if a slow one.
SOFTWARE_GPU = Path("/usr/lib/chromium/vk_swiftshader_icd.json")


class FakeModel:
    """Answers as it is told, after a while."""

    def __init__(self, score: float, takes_s: float) -> None:
        """Take the answer."""
        self._score, self._takes_s = score, takes_s

    def predict(self, faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the same scores for each face."""
        time.sleep(self._takes_s)
        return np.full((len(faces_gray), 7), self._score, dtype=np.float32)


def state_of(on_gpu: FakeModel | Exception) -> GPUState:
    def load(model_dir: Path, on_gpu_names: Collection[str] = (), **named: Any) -> FakeModel:
        if not named.get("on_gpu", on_gpu_names):
            return FakeModel(0.5, takes_s=0.1)
        if isinstance(on_gpu, Exception):
            raise on_gpu
        return on_gpu

    return gpu_state(COMPACT, load)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on_gpu", "state"),
    [
        (FakeModel(0.5, takes_s=0.0), GPUState.USED),
        (FakeModel(0.519, takes_s=0.0), GPUState.USED),
        (FakeModel(0.521, takes_s=0.0), GPUState.DIFFERENT),
        (FakeModel(0.479, takes_s=0.0), GPUState.DIFFERENT),
        (FakeModel(float("nan"), takes_s=0.0), GPUState.DIFFERENT),
        (FakeModel(0.5, takes_s=0.3), GPUState.SLOWER),
        (RuntimeError("no adapters found"), GPUState.UNUSABLE),
        (ImportError("no such library"), GPUState.UNUSABLE),
    ],
)
def test_it_is_used_where_it_answers_alike_and_sooner(on_gpu: FakeModel | Exception, state: GPUState) -> None:
    assert state_of(on_gpu) is state


@pytest.mark.parametrize("code", ["import os; os.abort()", "import time; time.sleep(60)", "print('{}x')"])
def test_a_driver_that_crashes_hangs_or_talks_rubbish_takes_nobody_with_it(code: str) -> None:
    command = (sys.executable, "-c", code)
    assert check_gpu(COMPACT, command, timeout_s=2.0) == {"compact_resnet": GPUState.FAILED}


def test_without_a_gpu_the_real_library_says_so_for_each_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VK_DRIVER_FILES", "/dev/null")
    states = check_gpu(DEFAULT_ARTEFACT_DIR, timeout_s=60)
    names = ("densenet121", "efficientnet_lite0", "compact_resnet")
    assert states == dict.fromkeys(names, GPUState.UNUSABLE)


@pytest.mark.slow
@pytest.mark.skipif(not SOFTWARE_GPU.exists(), reason="needs the software GPU of Debian's chromium")
def test_a_model_that_the_real_library_computes_otherwise_on_a_gpu_stays_on_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VK_DRIVER_FILES", str(SOFTWARE_GPU))
    assert check_gpu(COMPACT, timeout_s=120) == {"compact_resnet": GPUState.DIFFERENT}
