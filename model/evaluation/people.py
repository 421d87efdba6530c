"""The report's section on people: who raises an alert, as `run.py evaluate-alerts` measured it."""

from collections.abc import Mapping, Sequence
from typing import Any

from model.evaluation.figures import people_figure
from model.evaluation.report_sections import Picture, Section, Table


def people_sections(people: Mapping[str, Any]) -> list[Section]:
    """Return the section on people, or nothing where they were never measured.

    Args:
        people: ``measured`` of the manifest's ``alert_policy``; may be empty.
    """
    if not people:
        return []
    angry, others = people["angry"], people["others"]
    missing = people["never_found"]
    text = (
        "Each still stands before a made-up camera for some seconds, through the real detector, tracker and alert rule "
        f"({people['source']}). Of 100 people whom most viewers would call angry, {_of_hundred(angry)} raise an alert; "
        f"of 100 others, {_of_hundred(others)} do. The detector never found {missing['angry']['never_found']} of "
        f"{missing['angry']['people']} angry people and {missing['others']['never_found']} of "
        f"{missing['others']['people']} others: they are not counted."
    )
    table = Table(
        ("most viewers call them", "people", "raise an alert", "95 % interval"),
        [
            _row(name, row)
            for name, row in (*people["by_emotion"].items(), ("none of these", people["without_majority"]))
        ],
    )
    return [Section("People", text, [_curve(people["curve"])], table)]


def _curve(curve: Sequence[Mapping[str, Any]]) -> Picture:
    points = [point for point in curve if point["angry"]["people"] and point["others"]["people"]]
    table = Table(
        ("alert score", "of 100 angry people", "of 100 others", "of 100 neutral ones"),
        [
            (f"{point['threshold']:.3f}", *(_hundreds(point[name]) for name in ("angry", "others", "neutral")))
            for point in points
        ],
    )
    alt = "Share of people who raise an alert, by the alert score that is asked for: angry people are far above others"
    return Picture("People by threshold", people_figure(points), alt, table)


def _row(name: str, row: Mapping[str, Any]) -> tuple[object, ...]:
    if not row["people"]:
        return (name, 0, "–", "–")
    low, high = row["interval"]
    return (name, row["people"], f"{100 * row['share']:.1f} of 100", f"{100 * low:.1f} to {100 * high:.1f}")


def _of_hundred(row: Mapping[str, Any]) -> str:
    low, high = row["interval"]
    return f"{100 * row['share']:.1f} (95 %: {100 * low:.1f} to {100 * high:.1f})"


def _hundreds(row: Mapping[str, Any]) -> str:
    return f"{100 * row['share']:.1f}" if row["people"] else "–"
