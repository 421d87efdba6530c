"""The report's figures as SVG to stand in a page: its text is the page's, and its ink is the colour of that text.

So one drawing serves a light and a dark page. Every figure is as wide as a phone, where its text is still legible.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter

BLUE, RED, AMBER, GREEN = "#3987cf", "#dd5a52", "#cf8f1d", "#2f9e6e"
_INK = "#010203"
"""Stands for the page's colour of text until the drawing is done."""

_STYLE = {
    "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 8.5, "axes.titlesize": 9,
    "text.color": _INK, "axes.edgecolor": _INK, "axes.labelcolor": _INK, "xtick.color": _INK, "ytick.color": _INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6,
    "axes.grid": True, "grid.color": _INK, "grid.alpha": 0.15, "grid.linewidth": 0.6,
    "legend.frameon": False, "legend.fontsize": 8, "lines.linewidth": 1.6, "lines.markersize": 4,
}  # fmt: skip
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


class Drawing:
    """A figure under way: draw on ``axes``, then read ``svg`` after the ``with`` of ``drawing``."""

    def __init__(self, width_in: float, height_in: float) -> None:
        """Make an empty figure."""
        self._figure = Figure(figsize=(width_in, height_in), layout="constrained")
        self._figure.patch.set_visible(False)
        self.axes: Axes = self._figure.add_subplot()
        self.axes.patch.set_visible(False)
        self.svg = ""

    def finish(self) -> None:
        """Turn what was drawn into SVG that may stand in a page."""
        file = io.StringIO()
        FigureCanvasSVG(self._figure).print_svg(file, metadata=_NO_METADATA)
        self.svg = _for_a_page(file.getvalue())


@contextmanager
def drawing(name: str, width_in: float = 4.2, height_in: float = 2.9) -> Iterator[Drawing]:
    """Draw in the report's style.

    Args:
        name: Of the figure; keeps the ids of one apart from those of another in the same page.
        width_in: 72 units of the SVG to an inch.
        height_in: As ``width_in``.
    """
    with rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Drawing(width_in, height_in)
        yield figure
        figure.finish()


def confusion_figure(counts: Sequence[Sequence[int]], emotions: Sequence[str], *, shares: bool) -> str:
    """Draw the confusion matrix: how many, or how many percent of each row."""
    table = np.asarray(counts, dtype=float)
    rates = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    with drawing(f"confusion-{shares}", height_in=3.7) as figure:
        axes, places = figure.axes, range(len(emotions))
        axes.grid(visible=False)
        for row in places:
            for column in places:
                colour = BLUE if row == column else RED
                alpha = 0.75 * rates[row, column] ** 0.7
                axes.add_patch(_square(column, row, colour, alpha))
                text = f"{100 * rates[row, column]:.0f}" if shares else f"{table[row, column]:.0f}"
                axes.text(column, row, text, ha="center", va="center")
        axes.set(xlim=(-0.5, len(emotions) - 0.5), ylim=(len(emotions) - 0.5, -0.5))
        axes.set_xticks(places, emotions, rotation=35, ha="right")
        axes.set_yticks(places, emotions)
        axes.set(xlabel="predicted", ylabel="labelled")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    return figure.svg


def people_figure(points: Sequence[Mapping[str, Any]]) -> str:
    """Draw what share of people raises an alert at rising thresholds.

    Args:
        points: With ``threshold``, and ``angry`` and ``others`` with a ``share`` and its ``interval``.
    """
    thresholds = [point["threshold"] for point in points]
    with drawing("people") as figure:
        axes = figure.axes
        for name, colour in (("angry", RED), ("others", BLUE)):
            axes.plot(thresholds, [point[name]["share"] for point in points], color=colour, label=name)
            low, high = ([point[name]["interval"][end] for point in points] for end in (0, 1))
            axes.fill_between(thresholds, low, high, color=colour, alpha=0.2, linewidth=0)
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="alert score", ylabel="raise an alert")
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        _legend(axes, columns=2)
    return figure.svg


def f1_figure(per_class: dict[str, dict[str, float]]) -> str:
    """Draw the F1 score of each emotion as a bar, its precision and recall as marks."""
    with drawing("f1") as figure:
        axes, places = figure.axes, np.arange(len(per_class))
        rows = list(per_class.values())
        axes.barh(places, [row["f1"] for row in rows], height=0.6, color=BLUE, alpha=0.55, label="F1")
        for place, row in enumerate(rows):
            axes.text(0.02, place, f"{row['f1']:.2f}", va="center")
        axes.plot([row["precision"] for row in rows], places, "o", color=AMBER, label="precision")
        axes.plot([row["recall"] for row in rows], places, "D", color=GREEN, label="recall")
        axes.set_yticks(places, list(per_class))
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.grid(visible=False, axis="y")
        _legend(axes, columns=3)
    return figure.svg


def curves_figure(curves: Sequence[dict[str, float]], metric: str) -> str:
    """Draw one metric of training and validation over the epochs."""
    with drawing(f"curves-{metric}") as figure:
        axes, epochs = figure.axes, [row["epoch"] for row in curves]
        mark = "o-" if len(epochs) == 1 else "-"
        axes.plot(epochs, [row.get(metric, np.nan) for row in curves], mark, color=AMBER, label="training")
        axes.plot(epochs, [row.get(f"val_{metric}", np.nan) for row in curves], mark, color=BLUE, label="validation")
        axes.set(xlabel="epoch", ylabel=metric)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        _legend(axes, columns=2)
    return figure.svg


def precision_recall_figure(points: Sequence[dict[str, float]], chosen: dict[str, float]) -> str:
    """Draw anger's precision over its recall and mark the operating point."""
    with drawing("precision-recall") as figure:
        axes = figure.axes
        axes.step([row["recall"] for row in points], [row["precision"] for row in points], color=BLUE, where="post")
        axes.plot(chosen["recall"], chosen["precision"], "o", color=RED, markersize=7)
        side = "right" if chosen["recall"] > 0.5 else "left"
        text, place = f"  alert threshold {chosen['threshold']:.3f}  ", (chosen["recall"], chosen["precision"])
        axes.annotate(text, place, xytext=(0, -14), textcoords="offset points", ha=side)
        axes.set(xlabel="share of angry faces found (recall)", ylabel="share of finds that are right", ylim=(0, 1.02))
        _percent(axes, "both")
    return figure.svg


def reliability_figure(bins: Sequence[dict[str, float]]) -> str:
    """Draw how often the model is right over how sure it is; the area of a mark is its share of the faces."""
    with drawing("reliability") as figure:
        axes = figure.axes
        most = max(row["faces"] for row in bins)
        confidences, accuracies = ([row[key] for row in bins] for key in ("confidence", "accuracy"))
        axes.plot([0, 1], [0, 1], "--", color=_INK, alpha=0.5, linewidth=1, label="as sure as right")
        axes.plot(confidences, accuracies, color=BLUE, alpha=0.6)
        axes.scatter(confidences, accuracies, [6 + 90 * row["faces"] / most for row in bins], color=BLUE)
        axes.set(xlabel="how sure it is", ylabel="how often it is right", xlim=(0, 1), ylim=(0, 1.02))
        _percent(axes, "both")
        _legend(axes, columns=1)
    return figure.svg


def quality_figure(name: str, rows: Sequence[dict[str, Any]], places: Sequence[str], label: str) -> str:
    """Draw accuracy and, where there are, anger's recall and false alarms over the quality of the pictures.

    Args:
        name: Of the quality.
        rows: From ``model.evaluation.quality``.
        places: What each row's place on the axis is called.
        label: Of that axis.
    """
    lines = (
        ("accuracy", "accuracy", BLUE, "o-"),
        ("anger_recall", "angry faces found", RED, "D-"),
        ("anger_false_positive_rate", "false alarms", AMBER, "s-"),
    )
    with drawing(f"quality-{name}", height_in=2.7) as figure:
        axes = figure.axes
        for key, title, colour, mark in lines:
            if all(key in row for row in rows):
                axes.plot(range(len(rows)), [row[key] for row in rows], mark, color=colour, label=title)
        axes.set_xticks(range(len(rows)), places)
        axes.set(xlabel=label, ylim=(0, 1))
        _percent(axes, "y")
        _legend(axes, columns=3)
    return figure.svg


def _square(column: int, row: int, colour: str, alpha: float) -> Rectangle:
    return Rectangle((column - 0.48, row - 0.48), 0.96, 0.96, facecolor=colour, alpha=float(alpha), linewidth=0)


def _percent(axes: Axes, which: str) -> None:
    for axis in (axes.xaxis, axes.yaxis) if which == "both" else (axes.yaxis,):
        axis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))


def _legend(axes: Axes, *, columns: int) -> None:
    """Put the legend above the axes, where no line is."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=columns,
        borderaxespad=0.2,
        columnspacing=1,
        handlelength=1.4,
    )


def _for_a_page(svg: str) -> str:
    """Leave out what only a file of its own needs, ids that nothing refers to, and the fixed colour of ink."""
    svg = svg[svg.index("<svg") :].replace(_INK, "currentColor")
    svg = re.sub(r' (xmlns(:xlink)?|version)="[^"]*"', "", svg)
    svg = re.sub(r'(<svg[^>]*) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r' id="[\w.]+_\d+"', "", svg)
    return re.sub(r"\s*\n\s*", " ", svg)
