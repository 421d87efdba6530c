"""Outcomes of many people as figures: plain values for JSON, shares with their 95 % intervals (Wilson 1927)."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from webapp.domain.vision.emotions import Emotion
from webapp.vision.alert_evaluation.outcomes import CameraOutcome, PersonOutcome

ANGRY = Emotion.ANGRY.value
# A snarl is taken for both, also by viewers: people whom most call disgusted are neither hits nor false alarms.
_NEITHER = (Emotion.DISGUST.value, None)
_MOST_POINTS = 60


def share(hits: int, total: int) -> dict[str, Any]:
    """Return a share with its interval; None for both where nobody is counted."""
    if total == 0:
        return {"people": 0, "alerted": 0, "share": None, "interval": None}
    interval = binomtest(hits, total).proportion_ci(0.95, method="wilson")
    return {
        "people": total,
        "alerted": hits,
        "share": round(hits / total, 4),
        "interval": [round(float(interval.low), 4), round(float(interval.high), 4)],
    }


def people_figures(outcomes: Sequence[CameraOutcome], dwell_s: float) -> dict[str, Any]:
    """Return everything that is reported of people.

    Args:
        outcomes: of all cameras.
        dwell_s: of the rule, for what an alert takes beyond it.

    Returns:
        Plain values. The headline counts the people whose face the detector found; `of_all` also the others.
    """
    people = [person for camera in outcomes for person in camera.people]
    found = [person for person in people if person.is_found]
    delays_s = [p.delay_s - dwell_s for p in people if p.emotion == ANGRY and p.delay_s is not None]
    return {
        "angry": _share_of(found, _is_angry),
        "others": _share_of(found, _is_other),
        "by_emotion": {emotion.value: _share_of(found, _looks(emotion.value)) for emotion in Emotion},
        "without_majority": _share_of(found, _looks(None)),
        "of_all": {"angry": _share_of(people, _is_angry), "others": _share_of(people, _is_other)},
        "never_found": {"angry": _never_found(people, _is_angry), "others": _never_found(people, _is_other)},
        "delay_beyond_dwell_s": {"median": _quantile(delays_s, 0.5), "p90": _quantile(delays_s, 0.9)},
        "alerts_per_alerted_person": _alerts_per_person(people),
        "alerts_on_nobody": sum(camera.alerts_on_nobody for camera in outcomes),
    }


def threshold_curve(emotions: Sequence[str | None], thresholds: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Return how many people would alert at rising thresholds.

    Args:
        emotions: of the found people.
        thresholds: float64 (N,): for each of them, the threshold below which an alert opens.

    Returns:
        Plain values: `threshold`, and the shares `angry`, `others` and `neutral` with their intervals.
    """
    finite = thresholds[np.isfinite(thresholds)]
    if len(finite) == 0:
        return []
    points = np.unique(np.round(np.quantile(finite, np.linspace(0, 1, _MOST_POINTS)), 3))
    names = np.array([emotion or "" for emotion in emotions])
    groups = {
        "angry": names == ANGRY,
        "others": np.array([is_other(emotion) for emotion in emotions]),
        "neutral": names == Emotion.NEUTRAL.value,
    }
    return [
        {"threshold": float(point)}
        | {name: share(int((thresholds[who] > point).sum()), int(who.sum())) for name, who in groups.items()}
        for point in points
    ]


def is_other(emotion: str | None) -> bool:
    """Return whether an alert on a person who looks so is a false one."""
    return emotion != ANGRY and emotion not in _NEITHER


def _is_angry(person: PersonOutcome) -> bool:
    return person.emotion == ANGRY


def _is_other(person: PersonOutcome) -> bool:
    return is_other(person.emotion)


def _looks(emotion: str | None) -> Callable[[PersonOutcome], bool]:
    return lambda person: person.emotion == emotion


def _share_of(people: Sequence[PersonOutcome], belongs: Callable[[PersonOutcome], bool]) -> dict[str, Any]:
    group = [person for person in people if belongs(person)]
    return share(sum(person.alerts > 0 for person in group), len(group))


def _never_found(people: Sequence[PersonOutcome], belongs: Callable[[PersonOutcome], bool]) -> dict[str, Any]:
    group = [person for person in people if belongs(person)]
    missing = sum(not person.is_found for person in group)
    return {"people": len(group), "never_found": missing, "share": round(missing / len(group), 4) if group else None}


def _alerts_per_person(people: Sequence[PersonOutcome]) -> float | None:
    alerted = [person.alerts for person in people if person.alerts]
    return round(float(np.mean(alerted)), 3) if alerted else None


def _quantile(values: Sequence[float], level: float) -> float | None:
    return round(float(np.quantile(values, level)), 3) if values else None
