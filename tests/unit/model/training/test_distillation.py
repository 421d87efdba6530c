import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.data.faces import LabelledFaces
from model.errors import ArtefactMismatch, ExperimentInvalid
from model.experiments.config import ExperimentConfig, OptimiserConfig
from model.experiments.records import RunRecord
from model.training.distillation import TEACHER_FILE, training_targets

PLAIN = ExperimentConfig("mine", "densenet121", 48, OptimiserConfig(epochs=1))
TAUGHT = replace(PLAIN, teacher=("runs/teacher",), teacher_weight=0.25)
FACES = LabelledFaces(np.zeros((2, 48, 48), np.uint8), np.array([0, 3]))


def keep_scores(folder: Path, count: int) -> None:
    np.savez_compressed(folder / TEACHER_FILE, scores=np.full((count, 7), 1 / 7, np.float32))


def test_without_smoothing_and_teacher_the_targets_are_the_labels() -> None:
    assert np.array_equal(training_targets(PLAIN, FACES), np.eye(7, dtype=np.float32)[[0, 3]])


def test_smoothing_spreads_its_share_over_all_emotions() -> None:
    target = training_targets(replace(PLAIN, label_smoothing=0.1), FACES)[0]

    assert target[0] == pytest.approx(0.9 + 0.1 / 7)
    assert target[1] == pytest.approx(0.1 / 7)
    assert target.dtype == np.float32


def test_the_teacher_gets_its_share_of_the_target(tmp_path: Path) -> None:
    keep_scores(tmp_path, 2)

    target = training_targets(TAUGHT, FACES, kept_in=tmp_path)[1]

    assert target[3] == pytest.approx(0.75 + 0.25 / 7)
    assert target.sum() == pytest.approx(1)


def test_kept_scores_of_other_faces_are_refused(tmp_path: Path) -> None:
    keep_scores(tmp_path, 5)

    with pytest.raises(ExperimentInvalid, match="expected the scores of 2 faces, came 5"):
        training_targets(TAUGHT, FACES, kept_in=tmp_path)


def test_several_teachers_are_averaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"sure": np.eye(7, dtype=np.float32)[[2, 2]], "unsure": np.full((2, 7), 1 / 7, np.float32)}
    monkeypatch.setattr("model.training.distillation.teacher_scores", lambda teacher, faces: said[teacher.name])
    both = replace(PLAIN, teacher=("runs/sure", "runs/unsure"), teacher_weight=1.0)

    target = training_targets(both, FACES, kept_in=tmp_path)[0]

    assert target[2] == pytest.approx((1 + 1 / 7) / 2)
    assert target[0] == pytest.approx(1 / 14)


def test_a_teacher_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactMismatch, match="nobody"):
        training_targets(replace(TAUGHT, teacher=(str(tmp_path / "nobody"),)), FACES, kept_in=tmp_path)


def test_a_delivered_artefact_can_teach_and_looks_at_both_sides_of_a_face(tmp_path: Path) -> None:
    from tests.unit.model.data.synthetic_fer2013 import face

    one_sided = face(4)
    both = LabelledFaces(np.stack([one_sided, one_sided[:, ::-1]]), np.array([4, 4]))
    artefact = Path(__file__).resolve().parents[4] / "model" / "weights" / "compact_resnet"

    taught = training_targets(replace(PLAIN, teacher=(str(artefact),), teacher_weight=1.0), both, kept_in=tmp_path)

    assert np.allclose(taught[0], taught[1], atol=1e-6)
    assert (tmp_path / TEACHER_FILE).exists()


def test_the_record_names_what_taught_by_its_weights(tmp_path: Path) -> None:
    (tmp_path / "teacher").mkdir()
    (tmp_path / "teacher" / "model.tflite").write_bytes(b"weights")
    config = replace(TAUGHT, teacher=(str(tmp_path / "teacher"),))

    record = RunRecord.started(config, tmp_path / "run", 2, 2)

    digest = hashlib.sha256(b"weights").hexdigest()
    assert record.teacher == digest
    twice = replace(config, teacher=config.teacher * 2)
    assert RunRecord.started(twice, tmp_path / "run", 2, 2).teacher == f"{digest} {digest}"
    assert RunRecord.started(PLAIN, tmp_path / "run", 2, 2).teacher == ""
    with pytest.raises(ExperimentInvalid, match="expected the folder of an artefact"):
        RunRecord.started(TAUGHT, tmp_path / "run", 2, 2)
