"""The targets of a training: labels and votes, and where the experiment has teachers, what they say of each face."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.data.faces import LabelledFaces
from model.data.targets import mixed_targets
from model.errors import ExperimentInvalid
from model.experiments.config import ExperimentConfig

TEACHER_FILE = "teacher.npz"


def training_targets(
    config: ExperimentConfig, training: LabelledFaces, *, kept_in: Path | None = None
) -> npt.NDArray[np.float32]:
    """Return what the model is to answer for each training face.

    Args:
        config: The experiment: weights of label, votes and teachers, and the smoothing.
        training: Faces with labels and perhaps votes.
        kept_in: Run folder that keeps the teachers' scores, so that a resumed run need not ask again.

    Returns:
        float32, shape (N, classes), each row a distribution.

    Raises:
        ExperimentInvalid: If a teacher tells other emotions apart, or the kept scores are of other faces.
    """
    targets = mixed_targets(training, label_weight=config.label_weight)
    if config.teacher:
        taught = _kept_scores(config.teacher, training, kept_in)
        targets = (1 - config.teacher_weight) * targets + config.teacher_weight * taught
    smoothing = config.label_smoothing
    return ((1 - smoothing) * targets + smoothing / targets.shape[1]).astype(np.float32)


def teacher_scores(teacher: Path, faces: LabelledFaces) -> npt.NDArray[np.float32]:
    """Return a model's scores of faces, averaged over each face and its mirror image.

    Args:
        teacher: Folder of a run or of an artefact; an artefact answers faster.
        faces: Of the same emotions.

    Returns:
        float32, shape (N, classes).

    Raises:
        ArtefactMismatch: If the folder holds neither.
        ExperimentInvalid: If the teacher tells other emotions apart.
    """
    from model.evaluation.evaluated_model import load_evaluated_model

    model = load_evaluated_model(teacher)
    if tuple(model.emotions) != faces.emotions:
        raise ExperimentInvalid(
            f"teacher {teacher}: expected the emotions {', '.join(faces.emotions)}, came {', '.join(model.emotions)}"
        )
    mirrored = np.ascontiguousarray(faces.faces_gray[:, :, ::-1])
    return np.mean([model.predict(faces.faces_gray), model.predict(mirrored)], axis=0, dtype=np.float32)


def _averaged_scores(teachers: Sequence[str], faces: LabelledFaces) -> npt.NDArray[np.float32]:
    """Return the mean of what several teachers say of faces."""
    return np.mean([teacher_scores(Path(teacher), faces) for teacher in teachers], axis=0, dtype=np.float32)


def _kept_scores(teachers: Sequence[str], faces: LabelledFaces, folder: Path | None) -> npt.NDArray[np.float32]:
    """Return the teachers' scores from the run folder; ask the teachers the first time."""
    if folder is None:
        return _averaged_scores(teachers, faces)
    path = folder / TEACHER_FILE
    if not path.exists():
        unfinished = folder / f"unfinished-{TEACHER_FILE}"
        np.savez_compressed(unfinished, scores=_averaged_scores(teachers, faces))
        unfinished.replace(path)
    with np.load(path) as kept:
        scores: npt.NDArray[np.float32] = kept["scores"]
    if scores.shape != (len(faces), len(faces.emotions)):
        raise ExperimentInvalid(f"{path}: expected the scores of {len(faces)} faces, came {len(scores)}; remove it")
    return scores
