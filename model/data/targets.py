"""What the model is asked to answer: FER2013's label mixed with the FER+ votes."""

import numpy as np
import numpy.typing as npt

from model.data.faces import VOTE_COLUMNS, LabelledFaces
from model.labels import EMOTIONS

_VOTE_OF_EMOTION = {
    "angry": "anger", "disgust": "disgust", "fear": "fear", "happy": "happiness",
    "sad": "sadness", "surprise": "surprise", "neutral": "neutral",
}  # fmt: skip
_NOT_A_FACE = VOTE_COLUMNS.index("NF")


def mixed_targets(split: LabelledFaces, *, label_weight: float) -> npt.NDArray[np.float32]:
    """Return the training targets: ``label_weight`` on the label, the rest spread as the FER+ taggers voted.

    Votes for anything but the split's emotions are left out: for contempt, "unknown", "not a face", and for the others
    where a model tells only some emotions apart. A face with fewer than three votes for these emotions keeps its
    label alone.

    Args:
        split: Faces with labels and, where there are any, votes.
        label_weight: In [0, 1]; 1 ignores the votes. 0.6 is the weight of the delivered models.

    Returns:
        Targets, float32, shape (N, len(split.emotions)), each row a distribution.
    """
    targets = np.eye(len(split.emotions), dtype=np.float32)[split.labels]
    if split.votes is None:
        return targets
    votes = split.votes[:, _columns(split.emotions)]
    totals = votes.sum(axis=1, keepdims=True)
    mixed = label_weight * targets + (1 - label_weight) * votes / np.maximum(totals, 1)
    return np.where(totals >= 3, mixed, targets).astype(np.float32)


def faces_only(split: LabelledFaces) -> LabelledFaces:
    """Return the split without the pictures that at least half of the FER+ taggers called no face."""
    if split.votes is None:
        return split
    totals = np.maximum(split.votes.sum(axis=1), 1)
    return split.take(np.flatnonzero(split.votes[:, _NOT_A_FACE] < 0.5 * totals))


def majority_emotions(split: LabelledFaces) -> npt.NDArray[np.int64]:
    """Return the FER+ majority emotion of each face, or -1 where no emotion of the seven has a strict majority.

    Args:
        split: Faces with votes.

    Returns:
        int64, shape (N,), index into ``EMOTIONS`` or -1.

    Raises:
        ValueError: If the split has no votes.
    """
    if split.votes is None:
        raise ValueError("the split has no FER+ votes; put fer2013new.csv beside fer2013.csv")
    votes = split.votes[:, _columns(EMOTIONS)]
    strict = votes.max(axis=1) > split.votes.sum(axis=1) / 2
    return np.where(strict, votes.argmax(axis=1), -1).astype(np.int64)


def _columns(emotions: tuple[str, ...]) -> list[int]:
    """Return where the votes for these emotions stand."""
    return [VOTE_COLUMNS.index(_VOTE_OF_EMOTION[emotion]) for emotion in emotions]
