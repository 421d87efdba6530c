"""What is in the report: sections of figures, each with the words and the table that say the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from model.evaluation import figures
from model.evaluation.degradations import DEGRADATIONS
from model.evaluation.quality import UNCHANGED


@dataclass(frozen=True)
class Table:
    """Figures as text: a head, rows whose first cell names the row, and a title where the table stands by itself."""

    head: tuple[str, ...]
    rows: list[tuple[object, ...]]
    title: str = ""


@dataclass(frozen=True)
class Picture:
    """One figure.

    Attributes:
        title: Above it.
        svg: The drawing.
        alt: What it shows, for those who do not see it.
        table: The same figures as text.
        text: How to read it.
    """

    title: str
    svg: str
    alt: str
    table: Table
    text: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page: what it is about, its pictures, and a table of all that they show."""

    title: str
    text: str
    pictures: list[Picture] = field(default_factory=list)
    table: Table | None = None


def percent(share: float) -> str:
    """Return a share as text, for example ``80.0 %``."""
    return f"{100 * share:.1f} %"


def sections(evaluation: dict[str, Any], curves: Sequence[dict[str, float]]) -> Iterator[Section]:
    """Yield the report's sections in their order; those without figures say why in a sentence.

    Args:
        evaluation: From ``evaluate_model``, with or without ``robustness``.
        curves: One row per epoch of the training; may be empty.
    """
    yield _emotions(evaluation)
    yield _alerts(evaluation)
    yield _training(curves)
    yield _degraded(evaluation.get("robustness", []))
    yield _natural(evaluation["natural_quality"])


def _emotions(evaluation: dict[str, Any]) -> Section:
    text = (
        "Recall: of the faces labelled with an emotion, the share that is found. Precision: of the faces said to show "
        "it, the share that is labelled so. F1 is high only where both are."
    )
    table = _classification_table(evaluation["per_class"])
    alt = "F1 of each emotion: " + ", ".join(f"{name} {row['f1']:.2f}" for name, row in evaluation["per_class"].items())
    svg = figures.f1_figure(evaluation["per_class"])
    pictures = [Picture("F1, precision and recall", svg, alt, table), *_confusions(evaluation)]
    return Section("Each emotion", text, pictures, table)


def _classification_table(per_class: dict[str, dict[str, float]]) -> Table:
    return Table(
        ("emotion", "precision", "recall", "F1", "faces"),
        [
            (name, percent(row["precision"]), percent(row["recall"]), f"{row['f1']:.3f}", row["support"])
            for name, row in per_class.items()
        ],
        "Classification report",
    )


def _confusions(evaluation: dict[str, Any]) -> list[Picture]:
    """Return the confusion matrix twice: counts, and shares of each row."""
    counts, emotions = evaluation["confusion_matrix"], evaluation["emotions"]
    shares = [[percent(count / max(1, sum(row))) for count in row] for row in counts]
    text = "A row holds the faces of one label, a column what was predicted. Blue is right, red is wrong."
    return [
        Picture(
            title,
            figures.confusion_figure(counts, emotions, shares=as_shares),
            _confusion_alt(counts, emotions),
            Table(("labelled", *emotions), [(name, *row) for name, row in zip(emotions, cells, strict=True)]),
            text,
        )
        for title, as_shares, cells in (
            ("Confusion matrix, faces", False, counts),
            ("Confusion matrix, % of each row", True, shares),
        )
    ]


def _confusion_alt(counts: list[list[int]], emotions: list[str]) -> str:
    wrong = np.array(counts) * (1 - np.eye(len(emotions), dtype=int))
    row, column = np.unravel_index(wrong.argmax(), wrong.shape)
    return (
        f"Confusion matrix of {len(emotions)} emotions. The most frequent mistake: {emotions[row]} taken for "
        f"{emotions[column]}, {wrong[row, column]} faces."
    )


def _alerts(evaluation: dict[str, Any]) -> Section:
    certainty = _certainty(evaluation)
    if not evaluation.get("anger_curve"):
        return Section("How sure it is", "There is no anger here to be found.", [certainty])
    text = "What the threshold costs and brings, and whether the model knows when it is unsure."
    return Section("Finding anger", text, [_anger(evaluation), certainty], _anger_table(evaluation))


def _anger_table(evaluation: dict[str, Any]) -> Table:
    """Return how anger is found by either rule, with the ends of the 95 % intervals."""
    points = [evaluation["anger_at_argmax"], evaluation["anger_at_threshold"]]
    rows: list[tuple[object, ...]] = [
        (measure, *(_with_interval(point, measure) for point in points)) for measure in ("recall", "precision")
    ]
    rows.append(("false alarms", *(percent(point["false_positive_rate"]) for point in points)))
    return Table(
        ("faces", "highest score", "alert threshold"), rows, "Anger by the highest score, and at the alert threshold"
    )


def _with_interval(point: dict[str, float], measure: str) -> str:
    return f"{percent(point[measure])} ({100 * point[f'{measure}_low']:.1f}–{100 * point[f'{measure}_high']:.1f})"


def _anger(evaluation: dict[str, Any]) -> Picture:
    points, chosen = evaluation["anger_curve"], evaluation["anger_at_threshold"]
    shown = [points[index] for index in np.unique(np.linspace(0, len(points) - 1, 21).astype(int))]
    table = Table(
        ("threshold", "recall", "precision"),
        [(f"{row['threshold']:.3f}", percent(row["recall"]), percent(row["precision"])) for row in shown],
    )
    alt = (
        f"Precision over recall of anger. At the alert threshold {chosen['threshold']:.3f}: recall "
        f"{percent(chosen['recall'])}, precision {percent(chosen['precision'])}."
    )
    text = (
        "A lower threshold finds more angry faces and raises more false alarms; the mark is where the model alerts. "
        f"Average precision: {evaluation['anger_average_precision']:.3f}."
    )
    return Picture("Precision and recall of anger", figures.precision_recall_figure(points, chosen), alt, table, text)


def _certainty(evaluation: dict[str, Any]) -> Picture:
    bins, error = evaluation["reliability"], percent(evaluation["expected_calibration_error"])
    table = Table(
        ("how sure", "how often right", "faces"),
        [(percent(row["confidence"]), percent(row["accuracy"]), row["faces"]) for row in bins],
    )
    text = (
        "Of the faces about which it is 80 % sure, 80 % should be right. Below the dashed line it is too sure of "
        f"itself, above it too modest. The gap is {error} on average (expected calibration error)."
    )
    alt = f"How often it is right over how sure it is; the mean gap is {error}."
    return Picture("Reliability", figures.reliability_figure(bins), alt, table, text)


def _training(curves: Sequence[dict[str, float]]) -> Section:
    if not curves:
        return Section("Training", "The curves of the training were not kept beside these weights.")
    return Section(
        "Training",
        "Loss and accuracy after each pass over the training faces. Validation that falls behind while training goes "
        "on improving means that faces are learnt by heart.",
        [_curve(curves, metric) for metric in ("loss", "accuracy")],
    )


def _curve(curves: Sequence[dict[str, float]], metric: str) -> Picture:
    rows = [(int(row["epoch"]), _rounded(row.get(metric)), _rounded(row.get(f"val_{metric}"))) for row in curves]
    _, training, validation = rows[-1]
    alt = f"{metric} over {len(rows)} epochs; at the end {training} in training, {validation} in validation."
    table = Table(("epoch", "training", "validation"), list(rows))
    return Picture(metric.capitalize(), figures.curves_figure(curves, metric), alt, table)


def _degraded(rows: list[dict[str, Any]]) -> Section:
    title = "When the picture is bad"
    if not rows:
        return Section(title, "Not measured; give --robustness to measure it.")
    pictures = [_degradation(kind.name, kind.unit, rows) for kind in DEGRADATIONS]
    text = (
        "The same faces, made worse on purpose. Each figure starts with the faces as they are; to the right the "
        "pictures get worse. Angry faces are found, and false alarms raised, at the alert threshold: a false alarm is "
        "a face of another emotion."
    )
    table = _quality_table("picture", rows, [_condition(row) for row in rows])
    return Section(title, text, pictures, replace(table, title="All in one table"))


def _degradation(name: str, unit: str, rows: list[dict[str, Any]]) -> Picture:
    chosen = [row for row in rows if row["degradation"] in (UNCHANGED, name)]
    places = ["as is", *(_level(name, row["level"]) for row in chosen[1:])]
    label = f"{name}, {unit}"
    svg = figures.quality_figure(name, chosen, places, label)
    return Picture(name.capitalize(), svg, _quality_alt(label, places, chosen), _quality_table(label, chosen, places))


def _natural(qualities: dict[str, list[dict[str, Any]]]) -> Section:
    text = (
        "The faces of the data as they are, in equally full groups from the poorest to the best. Sharpness is the "
        "variance of the Laplacian at 48 × 48 pixels, contrast the standard deviation of the grey values."
    )
    return Section("By the pictures' own quality", text, [_quality(name, rows) for name, rows in qualities.items()])


def _quality(name: str, rows: list[dict[str, Any]]) -> Picture:
    places = [f"≤ {row['high']:.0f}" for row in rows]
    svg = figures.quality_figure(f"natural-{name}", rows, places, name)
    return Picture(name.capitalize(), svg, _quality_alt(name, places, rows), _quality_table(name, rows, places))


def _quality_alt(label: str, places: Sequence[str], rows: list[dict[str, Any]]) -> str:
    key, what = ("anger_recall", "angry faces found") if "anger_recall" in rows[0] else ("accuracy", "accuracy")
    return f"{what.capitalize()} by {label}: " + ", ".join(
        f"{place} {percent(row[key])}" for place, row in zip(places, rows, strict=True) if key in row
    )


def _quality_table(label: str, rows: list[dict[str, Any]], places: Sequence[str]) -> Table:
    """Return all figures of conditions or bins; a dash where there is none."""
    emotions = list(dict.fromkeys(emotion for row in rows for emotion in row["recall"]))
    keys = {"accuracy": "accuracy", "anger_recall": "angry found", "anger_false_positive_rate": "false alarms"}
    shown = {key: title for key, title in keys.items() if key in rows[0]}
    head = (label, *shown.values(), *(f"recall {emotion}" for emotion in emotions))
    return Table(
        head,
        [
            (
                place,
                *(_share(row.get(key)) for key in shown),
                *(_share(row["recall"].get(emotion)) for emotion in emotions),
            )
            for place, row in zip(places, rows, strict=True)
        ],
    )


def _condition(row: dict[str, Any]) -> str:
    name = row["degradation"]
    return "as is" if name == UNCHANGED else f"{name} {_level(name, row['level'])}"


def _level(name: str, level: float) -> str:
    if name in ("contrast", "brightness"):
        return f"{100 * level:g} %"
    return f"{level:g}°" if name == "tilt" else f"{level:g}"


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)


def _rounded(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
