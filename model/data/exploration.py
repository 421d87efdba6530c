"""What is in a data set, before anything is learnt from it. Pure: faces in, plain figures out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.data.duplicates import DuplicatePair, duplicates_across, repeated_within
from model.data.faces import LabelledFaces
from model.data.layouts.face_folder import FaceFolder
from model.data.loading import load_faces, present_splits
from model.data.targets import majority_emotions
from model.labels import EMOTIONS


@dataclass(frozen=True)
class Exploration:
    """A data set's figures.

    Attributes:
        name: What it is called.
        splits: The faces by split, what is learnt from first.
        duplicates: Faces of a later split that an earlier one has too, the most alike first.
        repeated: By split, how many faces repeat an earlier one of the same split byte for byte.
        disagreement: Counts, int64 (7, 8): row is the label, column the FER+ majority, the last one "no majority"; all
            splits together. None where there are no votes.
    """

    name: str
    splits: Mapping[str, LabelledFaces]
    duplicates: tuple[DuplicatePair, ...]
    repeated: Mapping[str, int]
    disagreement: npt.NDArray[np.int64] | None

    @property
    def face_count(self) -> int:
        """Number of usable faces of all splits."""
        return sum(len(split) for split in self.splits.values())

    @property
    def damaged_count(self) -> int:
        """Number of rows or pictures that were skipped."""
        return sum(len(split.damaged) for split in self.splits.values())

    def counts(self) -> dict[str, npt.NDArray[np.int64]]:
        """Return the number of faces of each emotion, int64 (7,), by split."""
        return {
            name: np.bincount(split.labels, minlength=len(EMOTIONS)).astype(np.int64)
            for name, split in self.splits.items()
        }

    def total_counts(self) -> npt.NDArray[np.int64]:
        """Return the number of faces of each emotion over all splits, int64 (7,)."""
        return np.array(np.sum(list(self.counts().values()), axis=0), dtype=np.int64)

    def some_duplicates(self, count: int) -> list[DuplicatePair]:
        """Return at most ``count`` of the duplicates, from the most to the least alike."""
        places = np.linspace(0, len(self.duplicates) - 1, min(count, len(self.duplicates)))
        return [self.duplicates[round(place)] for place in places]

    def label_of(self, face: tuple[str, int]) -> str:
        """Return the emotion that a face, (split, index), is labelled with."""
        split = self.splits[face[0]]
        return split.emotions[split.labels[face[1]]]

    def is_contradiction(self, pair: DuplicatePair) -> bool:
        """Return whether one photo carries two labels."""
        return self.label_of(pair.first) != self.label_of(pair.second)

    def duplicate_counts(self) -> dict[tuple[str, str], Counter[str]]:
        """Return by pair of splits how many faces are ``exact`` or ``near`` duplicates, and ``contradicting``."""
        counts: dict[tuple[str, str], Counter[str]] = {}
        for pair in self.duplicates:
            counter = counts.setdefault((pair.first[0], pair.second[0]), Counter())
            counter["exact" if pair.is_exact else "near"] += 1
            counter["contradicting"] += self.is_contradiction(pair)
        return counts


def explore_folder(folder: Path | FaceFolder) -> Exploration:
    """Load every split of a data folder and explore it.

    Raises:
        DatasetUnreadable: If the layout is not known or a split cannot be used.
    """
    splits = {split: load_faces(folder, split) for split in present_splits(folder)}
    return explore_splits(FaceFolder.of(folder).name, splits)


def explore_splits(name: str, splits: Mapping[str, LabelledFaces]) -> Exploration:
    """Explore faces that are loaded.

    Args:
        name: What the data set is called.
        splits: By name, what is learnt from first; their classes are all of ``EMOTIONS``.
    """
    repeated = {split_name: repeated_within(split) for split_name, split in splits.items()}
    return Exploration(name, splits, tuple(duplicates_across(splits)), repeated, _disagreement(splits))


def mean_faces(split: LabelledFaces) -> dict[str, npt.NDArray[np.uint8]]:
    """Return the mean face of each emotion that occurs, uint8 (S, S).

    Each face is first brought to the same mean and contrast, so that bright photos do not outweigh dark ones.
    """
    means = {}
    for label in np.unique(split.labels):
        faces = split.faces_gray[split.labels == label].astype(np.float32)
        spread = np.maximum(faces.std(axis=(1, 2), keepdims=True), 1.0)
        mean = ((faces - faces.mean(axis=(1, 2), keepdims=True)) / spread).mean(axis=0)
        stretched = (mean - mean.min()) / max(float(np.ptp(mean)), 1e-6)
        means[split.emotions[label]] = (255 * stretched + 0.5).astype(np.uint8)
    return means


def sample_faces(split: LabelledFaces, count: int, *, seed: int = 0) -> dict[str, npt.NDArray[np.uint8]]:
    """Return up to ``count`` faces of each emotion that occurs, uint8 (n, S, S), drawn at random."""
    random = np.random.default_rng(seed)
    samples = {}
    for label in np.unique(split.labels):
        members = np.flatnonzero(split.labels == label)
        chosen = np.sort(random.permutation(members)[:count])
        samples[split.emotions[label]] = split.faces_gray[chosen]
    return samples


def _disagreement(splits: Mapping[str, LabelledFaces]) -> npt.NDArray[np.int64] | None:
    voted = [split for split in splits.values() if split.votes is not None]
    if not voted:
        return None
    counts = np.zeros((len(EMOTIONS), len(EMOTIONS) + 1), dtype=np.int64)
    for split in voted:
        # The majority is -1 where there is none, which is the last column.
        np.add.at(counts, (split.labels, majority_emotions(split)), 1)
    return counts
