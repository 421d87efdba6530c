"""An evaluation in plain words, for a reader who has never heard of recall."""

from collections.abc import Iterator
from typing import Any

from model.evaluation.quality import UNCHANGED

_WORSE = {
    "size": "is {:g} pixels wide or less",
    "blur": "is blurred by {:g} pixels or more",
    "contrast": "keeps {:.0f} % of its contrast or less",
    "brightness": "gets {:.0f} % of the light or less",
    "tilt": "is tilted by {:g}° or more",
    "noise": "has noise of {:g} grey levels or more",
}
_MUCH_WORSE = 0.75
"""A picture counts as too bad where less than this share of the good pictures' figure is left."""


def plain_words(evaluation: dict[str, Any]) -> list[str]:
    """Return sentences that say how good a model is, the most important first.

    Args:
        evaluation: From ``evaluate_model``, with or without ``robustness``.
    """
    return [
        *_about_people(evaluation.get("people", {})),
        *_about_anger(evaluation),
        *_about_emotions(evaluation),
        *_about_pictures(evaluation),
        *_about_split(evaluation),
        _speed(evaluation),
    ]


def of_100(share: float) -> str:
    """Return a share as so many of a hundred; fewer than one is said to be that."""
    return "fewer than 1" if 0 < share < 0.005 else f"{100 * share:.0f}"


def listed(parts: list[str], last: str) -> str:
    """Return parts as a sentence lists them: ``a, b or c``."""
    return f" {last} ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _about_people(people: dict[str, Any]) -> Iterator[str]:
    """Say first what a manager lives with: who raises an alert."""
    if not people:
        return
    (low, high), (least, most) = people["angry"]["interval"], people["others"]["interval"]
    yield (
        f"Of 100 people whom most viewers would call angry, {of_100(people['angry']['share'])} raise an alert "
        f"(95 % sure: {of_100(low)} to {of_100(high)}); of 100 others, {of_100(people['others']['share'])} do "
        f"({of_100(least)} to {of_100(most)}). What follows is about single pictures."
    )


def _about_anger(evaluation: dict[str, Any]) -> Iterator[str]:
    if "angry" not in evaluation["emotions"]:
        yield "It does not know anger, so it cannot alert."
        return
    if "anger_at_threshold" not in evaluation:
        yield "No face here is labelled angry, so nothing is known of how it finds anger."
        return
    point = evaluation["anger_at_threshold"]
    yield (
        f"Of 100 pictures labelled angry it marks {of_100(point['recall'])} "
        f"(95 % sure: {of_100(point['recall_low'])} to {of_100(point['recall_high'])})."
    )
    yield (
        f"Of 100 marked pictures {of_100(point['precision'])} are labelled angry "
        f"({of_100(point['precision_low'])} to {of_100(point['precision_high'])}). No alert is raised on one picture: "
        "the product analyses seconds of frames."
    )
    yield f"Of 100 pictures with another label it marks {of_100(point['false_positive_rate'])}."
    angry = of_100(evaluation["per_class"]["angry"]["support"] / evaluation["faces"])
    yield f"Here {angry} of 100 pictures are labelled angry. Where fewer are, fewer of the marked ones are."
    if evaluation.get("threshold_from") == "this split":
        yield "It came without an alert threshold. The one used was chosen on these same faces, to find 80 of 100."


def _about_emotions(evaluation: dict[str, Any]) -> Iterator[str]:
    rows = {emotion: row for emotion, row in evaluation["per_class"].items() if row["support"]}
    low, high = evaluation["accuracy_95"]
    common = max(row["support"] for row in rows.values()) / evaluation["faces"]
    yield (
        f"It names the right one of {len(evaluation['emotions'])} emotions for {of_100(evaluation['accuracy'])} of 100 "
        f"faces ({of_100(low)} to {of_100(high)}). Always naming the most common would be right for {of_100(common)}."
    )
    if "ferplus_majority_accuracy" in evaluation:
        share = of_100(evaluation["ferplus_majority_accuracy"])
        yield f"Where most of ten people saw the same emotion in a face, it agrees with them for {share} of 100."
    best, worst = (choose(rows, key=lambda emotion: rows[emotion]["recall"]) for choose in (max, min))
    if best != worst:
        yield (
            f"Of the emotions it is best at {best} (finds {of_100(rows[best]['recall'])} of 100) "
            f"and weakest at {worst} ({of_100(rows[worst]['recall'])} of 100)."
        )


def _about_pictures(evaluation: dict[str, Any]) -> Iterator[str]:
    rows = evaluation.get("robustness", [])
    with_anger = bool(rows) and "anger_recall" in rows[0]
    limits = _limits(rows, "anger_recall" if with_anger else "accuracy")
    if limits:
        what = "finds at least a quarter fewer angry faces" if with_anger else "is right at least a quarter less often"
        yield f"On bad pictures it {what}: when a face {listed(limits, 'or')}."


def _limits(rows: list[dict[str, Any]], key: str) -> list[str]:
    """Return for each degradation the mildest level that costs a quarter of a figure."""
    whole = next((row[key] for row in rows if row["degradation"] == UNCHANGED), 0.0)
    limits: dict[str, str] = {}
    for row in rows:
        name, level = row["degradation"], row["level"]
        if name in _WORSE and row[key] < _MUCH_WORSE * whole:
            limits.setdefault(name, _WORSE[name].format(100 * level if name in ("contrast", "brightness") else level))
    return list(limits.values())


def _about_split(evaluation: dict[str, Any]) -> Iterator[str]:
    """Say which figures flatter: those on faces that had a part in the training."""
    if evaluation["split"] == "Training":
        yield "A model learns from the Training split by heart: of its own data set, these figures say nothing."
    if evaluation["split"] == "PublicTest":
        yield (
            "Training chooses its best epoch, and export the threshold, on PublicTest: of the data set that the "
            "model was trained with, these figures are slightly too good."
        )


def _speed(evaluation: dict[str, Any]) -> str:
    milliseconds = evaluation["ms_per_face"]["batch_8"]
    return f"It reads about {1000 / milliseconds:,.0f} faces a second on the machine that measured it."
