"""Vision takes the threads that its short test found, and a GPU that proved itself; others test nothing."""

from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from ai_edge_litert.compiled_model import CompiledModel

from model.artefacts import WEIGHTS_DIR
from webapp.cli.processes.parts.pipeline_parts import fastest_classifier, load_classifier, with_measured_threads
from webapp.domain.vision.emotions import EmotionScores
from webapp.errors import ModelUnavailable
from webapp.services.model.model_use import GPUState
from webapp.settings import Settings
from webapp.vision.pipeline.classifier import LiteRTEmotionClassifier

KEPT = "model-threads.json"


@pytest.fixture
def compact(settings: Settings) -> Settings:
    settings.data_dir.mkdir(exist_ok=True)
    return settings.model_copy(update={"model_dir": WEIGHTS_DIR / "compact_resnet", "model_threads": None})


def test_what_was_measured_is_used_by_vision_and_by_commands(compact: Settings) -> None:
    assert not (compact.data_dir / KEPT).exists()
    threads = fastest_classifier(compact).use.threads
    assert (compact.data_dir / KEPT).exists()
    assert load_classifier(compact).use.threads == threads


def test_a_command_measures_nothing(compact: Settings) -> None:
    load_classifier(compact)
    assert not (compact.data_dir / KEPT).exists()


def test_what_is_set_is_not_measured(compact: Settings) -> None:
    fixed = compact.model_copy(update={"model_threads": 3})
    assert load_classifier(with_measured_threads(fixed)).use.threads == 3
    assert not (compact.data_dir / KEPT).exists()


def test_a_model_that_is_away_is_said_as_ever(compact: Settings) -> None:
    gone = compact.model_copy(update={"model_dir": compact.data_dir / "none"})
    with pytest.raises(ModelUnavailable):
        with_measured_threads(gone)


@pytest.fixture
def wants_gpu(compact: Settings) -> Settings:
    return compact.model_copy(update={"model_accelerator": "gpu", "model_threads": 1})


def scores_of(classifier: LiteRTEmotionClassifier) -> list[EmotionScores]:
    return classifier.classify(np.zeros((1, 48, 48), dtype=np.uint8))


def test_a_gpu_is_asked_for_only_where_it_is_wanted(compact: Settings) -> None:
    def refuse(_model_dir: Path) -> dict[str, GPUState]:
        raise AssertionError

    assert fastest_classifier(compact, refuse).use.gpu == {}


@pytest.mark.parametrize("state", [GPUState.UNUSABLE, GPUState.DIFFERENT, GPUState.SLOWER, GPUState.FAILED])
def test_where_the_gpu_is_no_good_the_processor_reads_the_faces(wants_gpu: Settings, state: GPUState) -> None:
    classifier = fastest_classifier(wants_gpu, lambda _: {"compact_resnet": state})
    assert (classifier.use.gpu, classifier.use.on_gpu) == ({"compact_resnet": state}, frozenset())
    assert scores_of(classifier) == scores_of(load_classifier(wants_gpu))


def test_a_gpu_that_is_gone_again_is_done_without(wants_gpu: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CompiledModel, "from_buffer", Mock(side_effect=RuntimeError("device lost")))
    classifier = fastest_classifier(wants_gpu, lambda _: {"compact_resnet": GPUState.USED})
    assert classifier.use.gpu == {"compact_resnet": GPUState.UNUSABLE}
    assert scores_of(classifier) == scores_of(load_classifier(wants_gpu))
