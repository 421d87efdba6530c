"""One picture that shows how the model classifies a face: its stages, what each of them sees, and Grad-CAM."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from model.artefacts import ArtefactManifest
from model.explanation.explanation_model import Explanation
from model.explanation.heat import heat_overlay

_DPI = 100
_WIDTH_IN = 14.0
_MOSAIC_SIDE = 4
_LETTERS: dict[str, Any] = {"fontsize": 9, "color": "#30363d"}
_BLUE, _GREY = "#1f5fbf", "#9aa4b2"
_NOTE = (
    "Feature maps: of each stage the channels that vary most, each in its own scale. Grad-CAM (Selvaraju et al. 2017): "
    "the brighter, the more that place speaks for\n"
    "the emotion; every map is scaled by itself, so a bright map beside a low score means little. It shows where the "
    "network looked, not whether it is right:\n"
    "an expression is seen, a feeling is not."
)


@dataclass(frozen=True)
class ExplainedFace:
    """A face and what the model says of it.

    Attributes:
        picture_rgb: The picture, uint8, (H, W, 3), RGB.
        box_xyxy: The face in it, in pixels.
        face_gray: The crop with the manifest's margin, uint8, (S, S), of any size.
        scores: Calibrated scores by emotion, in [0, 1].
        explanation: Of this face.
    """

    picture_rgb: npt.NDArray[np.uint8]
    box_xyxy: tuple[float, float, float, float]
    face_gray: npt.NDArray[np.uint8]
    scores: Mapping[str, float]
    explanation: Explanation


def write_figure(path: Path, face: ExplainedFace, manifest: ArtefactManifest) -> None:
    """Write the picture of one face.

    Args:
        path: Of a PNG, or of any other kind that matplotlib knows by its ending.
        face: What is shown.
        manifest: Of the artefact that read it.

    Raises:
        ValueError: If matplotlib does not know the file's ending.
        OSError: If the file cannot be written.
    """
    figure = Figure(figsize=(_WIDTH_IN, 11.4), dpi=_DPI, layout="constrained", facecolor="white")
    top, middle, bottom = figure.subfigures(3, 1, height_ratios=(3.5, 4.6, 2.9), squeeze=False)[:, 0]
    _draw_face(top, face, manifest)
    _draw_stages(middle, face.explanation, manifest)
    _draw_heat(bottom, face, manifest)
    figure.savefig(path, metadata={"Software": None} if path.suffix == ".png" else None)


def strongest_channels(maps: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.float32]:
    """Return the channels that vary most, each scaled to [0, 1].

    Args:
        maps: float32, (H, W, C).
        count: How many; all where there are fewer.

    Returns:
        float32, (N, H, W), the liveliest first.
    """
    liveliest = np.argsort(maps.std(axis=(0, 1)))[::-1][:count]
    chosen = np.moveaxis(maps[..., liveliest], -1, 0)
    lowest = chosen.min(axis=(1, 2), keepdims=True)
    span = chosen.max(axis=(1, 2), keepdims=True) - lowest
    return np.asarray((chosen - lowest) / np.where(span > 0, span, 1), dtype=np.float32)


def _draw_face(figure: SubFigure, face: ExplainedFace, manifest: ArtefactManifest) -> None:
    picture, crop, bars = figure.subplots(1, 3, width_ratios=(1.3, 1, 1.5))
    picture.imshow(face.picture_rgb)
    left, top, right, bottom = face.box_xyxy
    picture.add_patch(Rectangle((left, top), right - left, bottom - top, fill=False, edgecolor="#ffb000", linewidth=2))
    crop.imshow(face.face_gray, cmap="gray", vmin=0, vmax=255)
    for axes, title in (
        (picture, "Picture and face"),
        (crop, f"The face; the model sees {manifest.size_px} × {manifest.size_px}"),
    ):
        axes.set_title(title, **_LETTERS)
        axes.set_axis_off()
    _draw_bars(bars, face.scores)


def _draw_bars(axes: Axes, scores: Mapping[str, float]) -> None:
    top = max(scores, key=scores.__getitem__)
    drawn = axes.barh(list(scores), list(scores.values()), color=[_BLUE if name == top else _GREY for name in scores])
    axes.bar_label(drawn, labels=[f" {score:.1%}" for score in scores.values()], **_LETTERS)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.12)
    axes.set_xticks([])
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.set_title("Scores, calibrated", **_LETTERS)


def _draw_stages(figure: SubFigure, explanation: Explanation, manifest: ArtefactManifest) -> None:
    stages = manifest.explanation["stages"]
    figure.suptitle(f"{manifest.architecture}: {manifest.parameters:,} parameters", fontsize=11, fontweight="bold")
    all_axes = figure.subplots(2, len(stages), height_ratios=(1, 2.6), squeeze=False)
    for stage, maps, (block, mosaic) in zip(stages, explanation.stage_maps, all_axes.T, strict=True):
        _draw_block(block, stage, stages, is_explained=stage["layer"] == manifest.explanation["layer"])
        mosaic.imshow(_mosaic(maps), cmap="viridis", vmin=0, vmax=1)
        mosaic.set_axis_off()


def _draw_block(
    axes: Axes, stage: Mapping[str, Any], stages: Sequence[Mapping[str, Any]], *, is_explained: bool
) -> None:
    """Draw a stage as a block: as high as its maps, as wide as it has channels."""
    height_px, _, channels = stage["shape"]
    high = (height_px / max(one["shape"][0] for one in stages)) ** 0.5
    wide = (channels / max(one["shape"][2] for one in stages)) ** 0.5 * 0.8
    colour = "#d55e00" if is_explained else _BLUE
    axes.add_patch(Rectangle((0.5 - wide / 2, 0.5 - high / 2), wide, high, facecolor=colour, alpha=0.85))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_axis_off()
    words = f"from {stage['kind']}\n{' × '.join(map(str, stage['shape']))}\n{stage['parameters']:,} parameters"
    axes.set_title(words + ("\nGrad-CAM here" if is_explained else "\n "), **_LETTERS)


def _mosaic(maps: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the strongest channels side by side with white lines between, float32; what is not there is white."""
    tiles = strongest_channels(maps, _MOSAIC_SIDE**2)
    _, height, width = tiles.shape
    line = max(1, round(height / 12))
    sheet = np.full((_MOSAIC_SIDE * (height + line) - line, _MOSAIC_SIDE * (width + line) - line), np.nan, np.float32)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, _MOSAIC_SIDE)
        first_y, first_x = row * (height + line), column * (width + line)
        sheet[first_y : first_y + height, first_x : first_x + width] = tile
    return sheet


def _draw_heat(figure: SubFigure, face: ExplainedFace, manifest: ArtefactManifest) -> None:
    figure.suptitle(f"Grad-CAM at {manifest.explanation['layer']}", fontsize=11, fontweight="bold")
    figure.supxlabel(_NOTE, x=0.01, ha="left", **_LETTERS)
    heats = dict(zip(manifest.labels, face.explanation.heat, strict=True))
    by_score = sorted(face.scores, key=face.scores.__getitem__, reverse=True)
    for axes, emotion in zip(figure.subplots(1, len(by_score)), by_score, strict=True):
        axes.imshow(heat_overlay(face.face_gray, heats[emotion])[..., ::-1])
        axes.set_title(f"{emotion} {face.scores[emotion]:.1%}", **_LETTERS)
        axes.set_axis_off()
