"""Evaluation figures as text for a terminal."""

from collections.abc import Iterator
from typing import Any


def summary(report: dict[str, Any]) -> str:
    """Return the figures that matter most, one a line.

    Args:
        report: From ``evaluate_model``, with ``artefact`` and ``split``.
    """
    low, high = report["accuracy_95"]
    lines = [
        f"{report['artefact']} on {report['split']}, {report['faces']} faces",
        f"accuracy          {report['accuracy']:.4f}  (95 %: {low:.4f} to {high:.4f})",
        f"balanced accuracy {report['balanced_accuracy']:.4f}",
        f"macro-F1          {report['macro_f1']:.4f}",
        f"calibration error {report['expected_calibration_error']:.4f}",
        *_anger(report),
    ]
    if "ferplus_majority_accuracy" in report:
        lines.append(f"FER+ majority     {report['ferplus_majority_accuracy']:.4f}")
    lines += [
        f"anger, {row['recall']:.0%} of the consensus found: {row['false_positive_rate']:.2%} of the others"
        for row in report.get("consensus_anger", [])
    ]
    lines += [
        f"  {emotion:<9} recall {row['recall']:.3f}  precision {row['precision']:.3f}  F1 {row['f1']:.3f}  "
        f"{row['support']} faces"
        for emotion, row in report["per_class"].items()
    ]
    lines += [_quality_line(row) for row in report.get("robustness", [])]
    lines += [f"{name}: {value} ms per face" for name, value in report.get("ms_per_face", {}).items()]
    return "\n".join(lines)


def comparison_table(rows: list[dict[str, Any]]) -> str:
    """Return the quantisations side by side; ``rows`` come from ``model.export.comparison``."""
    lines = [
        "kind      kB     accuracy  anger recall  precision at recall .80  others at consensus .90, .95  "
        "ms at 1  ms at 8"
    ]
    lines += [_comparison_line(row) for row in rows]
    return "\n".join(lines)


def _anger(report: dict[str, Any]) -> Iterator[str]:
    if "anger_at_argmax" in report:
        yield f"anger at argmax   {_recall_precision(report['anger_at_argmax'])}"
    if "anger_at_threshold" in report:
        point = report["anger_at_threshold"]
        yield f"anger at {point['threshold']:.4f}   {_recall_precision(point)}"


def _quality_line(row: dict[str, Any]) -> str:
    line = f"  {row['degradation']:<10} {row['level']:<4g}  accuracy {row['accuracy']:.3f}"
    if "anger_recall" in row:
        line += f"  anger recall {row['anger_recall']:.3f}  false alarms {row['anger_false_positive_rate']:.3f}"
    return line


def _recall_precision(point: dict[str, float]) -> str:
    return f"recall {point['recall']:.4f}, precision {point['precision']:.4f}"


def _comparison_line(row: dict[str, Any]) -> str:
    times = row["ms_per_face"]
    others = ", ".join(f"{point['false_positive_rate']:.2%}" for point in row.get("consensus_anger", [])[1:])
    return (
        f"{row['quantisation']:<9} {row['kilobytes']:<6} {row['accuracy']:<9.4f} "
        f"{row['anger_recall_at_argmax']:<13.4f} {row['anger_precision_at_recall_80']:<24.4f} {others:<29} "
        f"{times['batch_1']:<8} {times['batch_8']}"
    )
