"""The runner for GPUs, with the real library, which is made to compile for the processor."""

from types import SimpleNamespace

import numpy as np
import pytest
from ai_edge_litert import compiled_model

from model.artefacts import MODEL_FILE, WEIGHTS_DIR
from model.inference import BatchRunner, EmotionModel, GPURunner

COMPACT = WEIGHTS_DIR / "compact_resnet"


@pytest.fixture
def no_gpu_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = compiled_model.HardwareAccelerator.CPU
    monkeypatch.setattr(compiled_model, "HardwareAccelerator", SimpleNamespace(GPU=cpu, CPU=cpu))


@pytest.mark.usefixtures("no_gpu_needed")
def test_any_number_of_faces_gets_the_answers_of_the_other_runner() -> None:
    model_bytes = (COMPACT / MODEL_FILE).read_bytes()
    on_processor, on_gpu = BatchRunner(model_bytes, threads=1), GPURunner(model_bytes)
    assert (on_gpu.input_shape, on_gpu.output_shape) == (on_processor.input_shape, on_processor.output_shape)
    inputs = np.random.default_rng(0).uniform(-1, 1, (19, *on_gpu.input_shape)).astype(np.float32)
    for count in (0, 1, 8, 19, 3):
        assert on_gpu.run(inputs[:count]) == pytest.approx(on_processor.run(inputs[:count]), abs=1e-6)


@pytest.mark.usefixtures("no_gpu_needed")
def test_the_models_that_are_named_run_there() -> None:
    faces = np.random.default_rng(0).integers(0, 256, (3, 64, 64), dtype=np.uint8)
    named = EmotionModel.load(COMPACT, on_gpu={"compact_resnet"})
    assert isinstance(named._runner, GPURunner)
    assert isinstance(EmotionModel.load(COMPACT, on_gpu={"another"})._runner, BatchRunner)
    assert named.predict(faces) == pytest.approx(EmotionModel.load(COMPACT).predict(faces), abs=1e-6)
