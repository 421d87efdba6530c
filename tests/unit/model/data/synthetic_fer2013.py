"""Made-up FER2013 files: seven patterns that a small network can tell apart, and no real face."""

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

VOTES = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF"]
VOTE_OF_LABEL = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]


def face(label: int, seed: int = 0) -> npt.NDArray[np.uint8]:
    """Return a 48 x 48 picture that depends on the label, with noise."""
    random = np.random.default_rng((label, seed))
    rows, columns = np.mgrid[:48, :48] / 48
    pattern = 127 + 80 * np.sin(2 * np.pi * (rows * (label % 3 + 1) + columns * (label // 3)))
    return np.clip(pattern + random.normal(0, 10, (48, 48)), 0, 255).astype(np.uint8)


def write_fer2013(folder: Path, per_label: dict[str, int], *, votes: bool = True) -> Path:
    """Write fer2013.csv, and fer2013new.csv where votes are wanted, with so many faces of each label per split."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(label, seed, split) for split, count in per_label.items() for seed in range(count) for label in range(7)]
    with (folder / "fer2013.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["emotion", "pixels", "Usage"])
        for label, seed, split in rows:
            writer.writerow([label, " ".join(map(str, face(label, seed).ravel())), split])
    if votes:
        write_votes(folder, [(split, {VOTE_OF_LABEL[label]: 8, "contempt": 2}) for label, _, split in rows])
    return folder


def write_votes(folder: Path, rows: list[tuple[str, dict[str, int]]]) -> None:
    """Write fer2013new.csv with these splits and votes."""
    with (folder / "fer2013new.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Usage", "Image name", *VOTES])
        for split, votes in rows:
            writer.writerow([split, "", *(votes.get(name, 0) for name in VOTES)])
