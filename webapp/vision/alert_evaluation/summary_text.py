"""An evaluation in words."""

from collections.abc import Mapping
from typing import Any


def summary(figures: Mapping[str, Any]) -> str:
    """Return the figures of an evaluation in a few lines, people first."""
    missing, delay = figures["never_found"], figures["delay_beyond_dwell_s"]
    lines = [
        f"{figures['artefact']} on {figures['source']}, alert from a score of {figures['rule']['enter_threshold']:g}:",
        f"  of 100 people whom most viewers would call angry, {_of_hundred(figures['angry'])} raise an alert",
        f"  of 100 others, {_of_hundred(figures['others'])} do",
    ]
    for emotion, row in figures["by_emotion"].items():
        if row["people"] and emotion != "angry":
            lines.append(f"    {emotion}: {_of_hundred(row)}")
    lines += [
        f"  on whom viewers do not agree: {_of_hundred(figures['without_majority'])}",
        f"  never found by the detector, and not counted above: {_never(missing['angry'])} angry, "
        f"{_never(missing['others'])} others",
        f"  with them: {_of_hundred(figures['of_all']['angry'])} of the angry, "
        f"{_of_hundred(figures['of_all']['others'])} of the others",
        f"  median delay beyond the dwell: {delay['median']} s; alerts per alerted person: "
        f"{figures['alerts_per_alerted_person']}; alerts on nobody: {figures['alerts_on_nobody']}",
    ]
    return "\n".join(lines)


def _never(row: Mapping[str, Any]) -> str:
    return f"{row['never_found']} of {row['people']}"


def _of_hundred(row: Mapping[str, Any]) -> str:
    if not row["people"]:
        return "– (nobody)"
    low, high = row["interval"]
    return f"{100 * row['share']:.1f} ({100 * low:.1f}–{100 * high:.1f}; {row['alerted']} of {row['people']})"
