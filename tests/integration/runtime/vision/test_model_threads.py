"""Vision takes the threads that its short test found; whoever loads the model otherwise measures nothing."""

import pytest

from model.artefacts import WEIGHTS_DIR
from webapp.cli.processes.pipeline_parts import load_classifier, with_measured_threads
from webapp.errors import ModelUnavailable
from webapp.settings import Settings

KEPT = "model-threads.json"


@pytest.fixture
def compact(settings: Settings) -> Settings:
    settings.data_dir.mkdir(exist_ok=True)
    return settings.model_copy(update={"model_dir": WEIGHTS_DIR / "compact_resnet", "model_threads": None})


def test_what_was_measured_is_used_by_vision_and_by_commands(compact: Settings) -> None:
    assert not (compact.data_dir / KEPT).exists()
    threads = with_measured_threads(compact).model_threads
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
