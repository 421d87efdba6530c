"""The curve of an evaluation as a picture."""

from pathlib import Path
from typing import Any

from webapp.errors import InputInvalid


def plot_curve(figures: dict[str, Any], path: Path) -> None:
    """Draw what share of people alerts at each threshold, with 95 % intervals and the threshold in use.

    Args:
        figures: as `evaluate-alerts` writes them.
        path: PNG, SVG or PDF.

    Raises:
        InputInvalid: the file's ending is of no format that can be drawn.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for name, style, colour in (("angry", "-", "#d55e00"), ("others", "--", "#0072b2"), ("neutral", ":", "#56b4e9")):
        _draw(axes, figures["curve"], name, style, colour)
    enter = figures["rule"]["enter_threshold"]
    axes.axvline(enter, color="black", linewidth=0.8, label=f"threshold in use, {enter:.3f}")
    axes.set(xlim=(0, 1), ylim=(0, 100), xlabel="alert score", ylabel="of 100 people, so many raise an alert")
    axes.legend()
    axes.grid(alpha=0.3)
    try:
        figure.savefig(path, dpi=120)
    except ValueError:
        raise InputInvalid(f"Cannot draw '{path}': expected a name that ends in .png, .svg or .pdf.") from None


def _draw(axes: Any, curve: list[dict[str, Any]], name: str, style: str, colour: str) -> None:
    points = [point for point in curve if point[name]["people"]]
    thresholds = [point["threshold"] for point in points]
    label = f"{name} ({points[0][name]['people']} people)" if points else name
    axes.plot(thresholds, [100 * point[name]["share"] for point in points], style, color=colour, label=label)
    low, high = ([100 * point[name]["interval"][end] for point in points] for end in (0, 1))
    axes.fill_between(thresholds, low, high, color=colour, alpha=0.15, linewidth=0)
