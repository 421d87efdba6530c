"""Cross-validation deals every face into exactly one fold, and finished folds are not trained again."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.data.faces import LabelledFaces
from model.errors import DatasetUnreadable, ExperimentInvalid
from model.experiments.config import ExperimentConfig, OptimiserConfig
from model.training import crossval
from model.training.crossval import CrossValidation, FoldFigures, cross_validate
from tests.unit.model.data.synthetic_fer2013 import face

# Keras, on NumPy 2, warns of its own deprecations.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

TWO = ("happy", "sad")
CONFIG = ExperimentConfig(
    "two", "plain_cnn", 48, OptimiserConfig(2, batch_size=8), TWO, {"filters": [4], "units": 0}, dropout=0.0
)
FACES = LabelledFaces(np.stack([face(i % 2, seed=i) for i in range(24)]), np.arange(24) % 2, emotions=TWO)


@pytest.fixture(scope="module")
def out_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crossval")


@pytest.fixture(scope="module")
def outcome(out_dir: Path) -> CrossValidation:
    return cross_validate(CONFIG, FACES, out_dir, folds=3, say=lambda line: None)


def test_every_fold_is_measured(outcome: CrossValidation, out_dir: Path) -> None:
    assert [(row.repeat, row.fold) for row in outcome.folds] == [(1, 1), (1, 2), (1, 3)]
    assert set(outcome.folds[0].figures) == {"accuracy", "balanced_accuracy", "macro_f1"}
    assert json.loads((out_dir / "crossval.json").read_text())["faces"] == 24


def test_folds_share_no_face_and_keep_the_emotions_shares() -> None:
    measured = [fold for _, fold in crossval._deals(FACES, 3, 2, seed=1)]

    for repeat in (measured[:3], measured[3:]):
        assert sorted(np.concatenate(repeat)) == list(range(24))
    assert all(FACES.labels[fold].mean() == 0.5 for fold in measured)
    assert not np.array_equal(measured[0], measured[3])


def test_models_are_kept_on_request_alone(outcome: CrossValidation, out_dir: Path) -> None:
    assert not list(out_dir.rglob("*.h5"))
    assert len(list(out_dir.rglob("record.json"))) == 3


def test_finished_folds_are_not_trained_again(outcome: CrossValidation, out_dir: Path) -> None:
    said: list[str] = []

    again = cross_validate(CONFIG, FACES, out_dir, folds=3, say=said.append)

    assert again == outcome
    assert not any("epoch" in line for line in said)


def test_folds_of_another_experiment_are_refused(outcome: CrossValidation, out_dir: Path) -> None:
    with pytest.raises(ExperimentInvalid, match="another configuration"):
        cross_validate(replace(CONFIG, seed=99), FACES, out_dir, folds=3)


def test_more_folds_than_faces_of_an_emotion_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match="expected at most 12, the faces of the rarest emotion, came 13"):
        cross_validate(CONFIG, FACES, tmp_path, folds=13)


def test_mean_and_deviation_are_over_all_folds() -> None:
    folds = tuple(FoldFigures(1, fold, {"accuracy": value}) for fold, value in ((1, 0.5), (2, 0.7)))

    mean, deviation = CrossValidation(folds).mean_and_deviation()["accuracy"]

    assert mean == pytest.approx(0.6)
    assert deviation == pytest.approx(0.1414, abs=1e-4)
