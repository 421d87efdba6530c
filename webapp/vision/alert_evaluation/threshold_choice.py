"""Chooses when a model's scores alert, on people: the readout's weights, its calibration and the threshold."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.alerts.score import AGAINST_FLOOR, FLOOR, AlertReadout, ArtefactPolicy
from webapp.domain.vision.emotions import EMOTIONS, Emotion
from webapp.vision.alert_evaluation.metrics import ANGRY, is_other
from webapp.vision.alert_evaluation.outcomes import FollowedFace, followed_faces, highest_threshold
from webapp.vision.alert_evaluation.people import Person
from webapp.vision.alert_evaluation.simulation import SeenCamera

ALERTING = frozenset({Emotion.ANGRY, Emotion.DISGUST})
EXIT_SHARE = 0.7
# Weights that are tried against neutral and sad. A finer grid, or more emotions, fitted the people it was chosen on.
_WEIGHTS = tuple((round(0.05 * n, 2), round(0.05 * s, 2)) for n in range(0, 11) for s in range(0, 9))
# The weights are chosen by the mean false share at these shares of angry people, so that not one person decides.
_RECALLS = (0.88, 0.9, 0.92, 0.94, 0.96)
_STEP = 0.001


@dataclass(frozen=True)
class FoundPerson:
    """A person whose face was followed.

    Attributes:
        emotion: what most viewers call it; None where they do not agree.
        faces: the tracks, mostly one.
    """

    emotion: str | None
    faces: tuple[FollowedFace, ...]


@dataclass(frozen=True)
class ChosenPolicy:
    """What was chosen, and what else was measured.

    Attributes:
        policy: the emotions, thresholds, dwell, smoothing and readout.
        tried: plain values for JSON: for each readout that was tried the false share at some shares of angry people.
    """

    policy: ArtefactPolicy
    tried: list[dict[str, Any]]


def found_people(people: Sequence[Person], seen: SeenCamera) -> list[FoundPerson]:
    """Return those people whose face was found and read often enough to be judged."""
    faces = [face for face in followed_faces(seen) if face.visit is not None]
    visits = [(visit, tuple(face for face in faces if face.visit == n)) for n, visit in enumerate(seen.visits)]
    return [FoundPerson(people[visit.person].emotion, followed) for visit, followed in visits if followed]


def best_scores(people: Sequence[FoundPerson], rule: AlertRule) -> NDArray[np.float64]:
    """Return for each person the threshold below which an alert opens under a rule, float64 (N,)."""
    columns = [EMOTIONS.index(emotion) for emotion in rule.emotions]

    def scores(smoothed: NDArray[np.float64]) -> NDArray[np.float64]:
        return _scores(smoothed, rule.readout) if rule.readout else smoothed[:, columns].sum(axis=1)

    return _highest(people, scores, rule.dwell_s, rule.exit_threshold)


def choose_policy(
    people: Sequence[FoundPerson], *, target_recall: float, dwell_s: float, smoothing_s: float
) -> ChosenPolicy:
    """Choose readout and thresholds: at least so many angry people alert, and as few others as that allows.

    Args:
        people: found people, seen with this dwell and smoothing; at least one angry and one other.
        target_recall: least share of the angry people who alert, in (0, 1].
        dwell_s: seconds that a face has to look so.
        smoothing_s: time constant of the scores' moving average.

    Raises:
        ValueError: there is no angry person, or nobody else.
    """
    emotions = [person.emotion for person in people]
    is_angry = np.array([emotion == ANGRY for emotion in emotions])
    others = np.array([is_other(emotion) for emotion in emotions])
    if not is_angry.any() or not others.any():
        raise ValueError("expected people whom most viewers call angry and others, to choose a threshold between them")
    margins = {weights: _highest(people, partial(_margins, against=_against(weights)), dwell_s) for weights in _WEIGHTS}
    tried = [_row(weights, values, is_angry, others) for weights, values in margins.items()]
    best = min(tried, key=lambda row: (row["mean_false_share"], row["neutral"] + row["sad"]))
    against = _against((best["neutral"], best["sad"]))
    readout = _calibrated(margins[best["neutral"], best["sad"]], against, is_angry, others)
    enter = threshold_for(_highest(people, partial(_scores, readout=readout), dwell_s)[is_angry], target_recall)
    exit_threshold = round(EXIT_SHARE * enter, 3)
    # With an exit threshold below it a score need not keep up with the trigger threshold: that can be higher.
    scores = _highest(people, partial(_scores, readout=readout), dwell_s, exit_threshold)
    enter = threshold_for(scores[is_angry], target_recall)
    return ChosenPolicy(ArtefactPolicy(ALERTING, enter, exit_threshold, dwell_s, smoothing_s, readout), tried)


def threshold_for(thresholds: NDArray[np.float64], target_recall: float) -> float:
    """Return the highest threshold, in steps of a thousandth, below which enough people lie above.

    Args:
        thresholds: float64 (N,): for each angry person, the threshold below which an alert opens.
        target_recall: in (0, 1].
    """
    wanted = math.ceil(target_recall * len(thresholds) - 1e-9)
    least = float(np.sort(thresholds)[::-1][wanted - 1])
    if not math.isfinite(least):
        return _STEP
    return max(round(math.ceil(least / _STEP - 1e-9) * _STEP - _STEP, 3), _STEP)


def _against(weights: tuple[float, float]) -> tuple[tuple[Emotion, float], ...]:
    named = ((Emotion.NEUTRAL, weights[0]), (Emotion.SAD, weights[1]))
    return tuple(sorted((emotion, weight) for emotion, weight in named if weight))


def _highest(
    people: Sequence[FoundPerson],
    scores: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    dwell_s: float,
    exit_threshold: float = np.inf,
) -> NDArray[np.float64]:
    """Return for each person the threshold below which an alert opens, float64 (N,); see `highest_threshold`.

    Args:
        people: found ones.
        scores: what decides, of many smoothed scores at once.
        dwell_s: seconds that a face has to look so.
        exit_threshold: of the rule.
    """
    return np.array(
        [
            max(
                highest_threshold(face.times_s, scores(face.smoothed), dwell_s, exit_threshold) for face in person.faces
            )
            for person in people
        ]
    )


def _scores(smoothed: NDArray[np.float64], readout: AlertReadout) -> NDArray[np.float64]:
    """Return `AlertReadout.score` of many scores at once, float64 (N,)."""
    margins = _margins(smoothed, readout.against)
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-readout.gain * margins - readout.bias)), np.float64)


def _margins(smoothed: NDArray[np.float64], against: Sequence[tuple[Emotion, float]]) -> NDArray[np.float64]:
    """Return `AlertReadout.margin` of many scores at once, float64 (N,)."""
    alerting = smoothed[:, [EMOTIONS.index(emotion) for emotion in ALERTING]].sum(axis=1)
    margins = np.log(np.maximum(alerting, FLOOR))
    for emotion, weight in against:
        margins = margins - weight * np.log(np.maximum(smoothed[:, EMOTIONS.index(emotion)], AGAINST_FLOOR))
    return np.asarray(margins, dtype=np.float64)


def _row(
    weights: tuple[float, float],
    margins: NDArray[np.float64],
    is_angry: NDArray[np.bool_],
    others: NDArray[np.bool_],
) -> dict[str, Any]:
    ranked = np.sort(margins[is_angry])[::-1]
    false_shares = {}
    for recall in _RECALLS:
        least = ranked[math.ceil(recall * len(ranked) - 1e-9) - 1]
        false_shares[str(recall)] = round(float((margins[others] >= least).mean()), 5)
    mean = round(float(np.mean(list(false_shares.values()))), 6)
    return {"neutral": weights[0], "sad": weights[1], "mean_false_share": mean, "false_share_at": false_shares}


def _calibrated(
    margins: NDArray[np.float64],
    against: tuple[tuple[Emotion, float], ...],
    is_angry: NDArray[np.bool_],
    others: NDArray[np.bool_],
) -> AlertReadout:
    """Fit gain and bias (Platt 1999) so that a score of one half is as typical of the angry as of the others."""
    is_used = (is_angry | others) & np.isfinite(margins)
    x, y = margins[is_used], is_angry[is_used].astype(float)
    weight = np.where(y > 0, 0.5 / max(y.sum(), 1), 0.5 / max((1 - y).sum(), 1))

    def loss(values: NDArray[np.float64]) -> float:
        logits = values[0] * x + values[1]
        ridge = 1e-3 * float(values @ values)
        return float((weight * (np.logaddexp(0, logits) - y * logits)).sum()) + ridge

    gain, bias = minimize(loss, np.array([1.0, 0.0]), method="BFGS").x
    return AlertReadout(round(max(float(gain), 1e-3), 4), round(float(bias), 4), against)
