"""Labelled faces, as every loader returns them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from model.errors import DatasetUnreadable
from model.labels import EMOTIONS

SPLITS = ("Training", "PublicTest", "PrivateTest")
VOTE_COLUMNS = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF",
)  # fmt: skip
"""What FER+'s taggers could vote for; ``NF`` is "not a face"."""


@dataclass(frozen=True)
class DamagedFace:
    """A row or a picture that was skipped.

    Attributes:
        place: Where it is: ``"line 12"`` of the CSV file (its header is line 1), or a path below the data folder.
        reason: What was expected and what came.
    """

    place: str
    reason: str

    def __str__(self) -> str:
        """Return both in words."""
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True)
class LabelledFaces:
    """The faces of one split.

    Attributes:
        faces_gray: uint8, shape (N, S, S), range 0–255; S is 48 for FER2013.
        labels: int64, shape (N,), index into ``emotions``.
        votes: FER+ votes, float32, shape (N, 10), columns ``VOTE_COLUMNS``; None where there are none.
        damaged: What was skipped.
        emotions: The classes. All seven, unless ``only`` chose some.
        places: Where each face comes from, as ``DamagedFace.place`` says it; empty where it is not known.
        notes: What whoever trains on them should know of how they were read, in sentences.
    """

    faces_gray: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    votes: npt.NDArray[np.float32] | None = None
    damaged: tuple[DamagedFace, ...] = ()
    emotions: tuple[str, ...] = EMOTIONS
    places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.labels)

    def take(self, indices: npt.NDArray[np.int64]) -> "LabelledFaces":
        """Return the faces at ``indices``, in that order."""
        return replace(
            self,
            faces_gray=self.faces_gray[indices],
            labels=self.labels[indices],
            votes=None if self.votes is None else self.votes[indices],
            places=tuple(self.places[index] for index in indices) if self.places else (),
        )

    def only(self, emotions: Sequence[str]) -> "LabelledFaces":
        """Return the faces of some emotions; their labels index into ``emotions``, their votes stay as they are.

        Args:
            emotions: At least one of the present classes, in the order that the labels are to have.

        Raises:
            DatasetUnreadable: If an emotion is no class of these faces, is named twice, or has no face.
        """
        unknown = [emotion for emotion in emotions if emotion not in self.emotions]
        if unknown or len(set(emotions)) != len(emotions) or not emotions:
            raise DatasetUnreadable(
                f"emotions: expected different ones of {', '.join(self.emotions)}, came {', '.join(emotions) or 'none'}"
            )
        label_of = np.full(len(self.emotions), -1, dtype=np.int64)
        label_of[[self.emotions.index(emotion) for emotion in emotions]] = np.arange(len(emotions))
        kept = np.flatnonzero(label_of[self.labels] >= 0)
        chosen = replace(self.take(kept), labels=label_of[self.labels[kept]], emotions=tuple(emotions))
        chosen.check_each_occurs(emotions)
        return chosen

    def occurring_emotions(self) -> tuple[str, ...]:
        """Return the classes that have a face, in their order."""
        return tuple(self.emotions[label] for label in np.unique(self.labels))

    def remarks(self, most: int = 20) -> list[str]:
        """Return the notes, and what was skipped, of which at most ``most`` are named, in lines."""
        skipped = [f"skipped {damaged}" for damaged in self.damaged[:most]]
        further = [f"skipped {len(self.damaged) - most} more"] if len(self.damaged) > most else []
        return [*self.notes, *skipped, *further]

    def check_each_occurs(self, emotions: Collection[str]) -> None:
        """Make sure that every one of ``emotions`` has a face.

        Raises:
            DatasetUnreadable: If one has none; the message names it.
        """
        occurring = self.occurring_emotions()
        missing = [emotion for emotion in self.emotions if emotion in emotions and emotion not in occurring]
        if missing:
            raise DatasetUnreadable(
                f"no usable face of {', '.join(missing)} among {len(self)}{_told(self.damaged)}; add some, or leave "
                "the emotion out: its folder, or its name in `emotions` of the experiment"
            )

    def first_of_each(self, limit: int) -> "LabelledFaces":
        """Return at most ``limit`` faces, the emotions as evenly represented as the split allows."""
        order = np.argsort(self.labels, kind="stable")
        ranks = np.empty(len(self), dtype=np.int64)
        for label in range(len(self.emotions)):
            members = order[self.labels[order] == label]
            ranks[members] = np.arange(len(members))
        return self.take(np.sort(np.argsort(ranks, kind="stable")[:limit]))


def _told(damaged: Sequence[DamagedFace]) -> str:
    """Return how many were skipped and why the first one was, for the end of an error's sentence."""
    return f" ({len(damaged)} damaged, the first at {damaged[0]})" if damaged else ""


def check_split(split: str) -> None:
    """Make sure that ``split`` is one of ``SPLITS``.

    Raises:
        DatasetUnreadable: If it is not.
    """
    if split not in SPLITS:
        raise DatasetUnreadable(f"split: expected one of {', '.join(SPLITS)}, came {split!r}")


def check_usable(source: object, split: str, count: int, damaged: Sequence[DamagedFace]) -> None:
    """Make sure that a split has a usable face.

    Raises:
        DatasetUnreadable: If ``count`` is 0.
    """
    if not count:
        raise DatasetUnreadable(f"{source}: no usable face of split {split}{_told(damaged)}")
