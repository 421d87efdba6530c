"""An exploration as PNG figures, for slides and reports."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from model.data.exploration import Exploration, mean_faces, sample_faces
from model.data.figures import new_figure, show_face
from model.labels import EMOTIONS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = ("#2f6fde", "#e08a1e", "#2a9d6f")
"""One for each split; told apart by people who see few colours too."""
_SAMPLES = 10
_PAIRS = 10


def write_figures(exploration: Exploration, folder: Path) -> list[Path]:
    """Write every figure that the data set allows.

    Args:
        exploration: What to show.
        folder: Exists.

    Returns:
        The files: ``counts.png``, ``samples.png``, ``mean_faces.png``, and where there is something to show
        ``duplicates.png`` and ``disagreement.png``.
    """
    figures = {"counts": _counts_figure(exploration), "samples": _samples_figure(exploration)}
    figures["mean_faces"] = _means_figure(exploration)
    if exploration.duplicates:
        figures["duplicates"] = _duplicates_figure(exploration)
    if exploration.disagreement is not None:
        figures["disagreement"] = _disagreement_figure(exploration.disagreement)
    paths = [folder / f"{name}.png" for name in figures]
    for path, figure in zip(paths, figures.values(), strict=True):
        figure.savefig(path, dpi=130)
    return paths


def _counts_figure(exploration: Exploration) -> "Figure":
    figure = new_figure(9, 4.2)
    axes = figure.add_subplot()
    counts = exploration.counts()
    width = 0.8 / len(counts)
    for number, (name, row) in enumerate(counts.items()):
        places = np.arange(len(EMOTIONS)) + (number - (len(counts) - 1) / 2) * width
        bars = axes.bar(places, row, width * 0.92, color=COLOURS[number], label=f"{name} ({row.sum():,})")
        axes.bar_label(bars, fmt="{:,.0f}", fontsize=7, color="#555", padding=2)
    axes.set_xticks(range(len(EMOTIONS)), EMOTIONS)
    axes.set_title("Faces of each emotion", loc="left", weight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return figure


def _samples_figure(exploration: Exploration) -> "Figure":
    name, split = next(iter(exploration.splits.items()))
    samples = sample_faces(split, _SAMPLES)
    figure = new_figure(9, 0.95 * len(samples) + 0.5)
    figure.suptitle(f"Some faces of {name}", x=0.01, ha="left", weight="bold")
    grid = figure.subplots(len(samples), _SAMPLES, squeeze=False)
    for row, (emotion, faces) in zip(grid, samples.items(), strict=True):
        for number, axes in enumerate(row):
            show_face(axes, faces[number] if number < len(faces) else None)
        row[0].set_ylabel(emotion, rotation=0, ha="right", va="center")
    return figure


def _means_figure(exploration: Exploration) -> "Figure":
    figure = new_figure(9, 1.6 * len(exploration.splits) + 0.5)
    figure.suptitle("Mean faces", x=0.01, ha="left", weight="bold")
    grid = figure.subplots(len(exploration.splits), len(EMOTIONS), squeeze=False)
    for row, (name, split) in zip(grid, exploration.splits.items(), strict=True):
        means = mean_faces(split)
        for axes, emotion in zip(row, EMOTIONS, strict=True):
            show_face(axes, means.get(emotion))
            axes.set_title(emotion, fontsize=9)
        row[0].set_ylabel(name)
    return figure


def _duplicates_figure(exploration: Exploration) -> "Figure":
    pairs = exploration.some_duplicates(_PAIRS)
    figure = new_figure(9, 2.8)
    figure.suptitle("The same photo in two splits", x=0.01, ha="left", weight="bold")
    grid = figure.subplots(2, _PAIRS, squeeze=False)
    for number in range(_PAIRS):
        faces = (pairs[number].first, pairs[number].second) if number < len(pairs) else (None, None)
        for axes, face in zip(grid[:, number], faces, strict=True):
            show_face(axes, None if face is None else exploration.splits[face[0]].faces_gray[face[1]])
            if face is not None:
                axes.set_title(f"{face[0]}\n{exploration.label_of(face)}", fontsize=7)
    return figure


def _disagreement_figure(counts: npt.NDArray[np.int64]) -> "Figure":
    figure = new_figure(7.5, 5.6)
    axes = figure.add_subplot()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        colour = "white" if share > 0.5 else "#333"
        axes.text(column, row, f"{counts[row, column]:,}", ha="center", va="center", fontsize=8, color=colour)
    axes.set_xticks(range(len(EMOTIONS) + 1), [*EMOTIONS, "no majority"], rotation=30, ha="right")
    axes.set_yticks(range(len(EMOTIONS)), EMOTIONS)
    axes.set_xlabel("FER+ majority")
    axes.set_ylabel("FER2013 label")
    axes.set_title("Where the labels disagree", loc="left", weight="bold")
    return figure
