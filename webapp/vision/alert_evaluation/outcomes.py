"""What became of the people before a camera: who raised an alert of their own, and how late."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from webapp.domain.alerts.decisions import AlertChange
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.vision.emotions import EMOTIONS
from webapp.vision.alert_evaluation.people import Person
from webapp.vision.alert_evaluation.simulation import SeenCamera, SeenMoment


@dataclass(frozen=True)
class PersonOutcome:
    """One visit of one person.

    Attributes:
        emotion: what most viewers call the person; None where they do not agree.
        is_found: whether the detector ever found the face for long enough to be read.
        alerts: incidents that opened on this person.
        delay_s: seconds from the first picture to the first alert; None without one.
    """

    emotion: str | None
    is_found: bool
    alerts: int
    delay_s: float | None


@dataclass(frozen=True)
class CameraOutcome:
    """What became of all people before one camera.

    Attributes:
        people: one a visit, in order.
        alerts_on_nobody: incidents on what is no face of anyone.
    """

    people: tuple[PersonOutcome, ...]
    alerts_on_nobody: int


@dataclass(frozen=True)
class FollowedFace:
    """The scores of one track, for trying readouts and thresholds on it.

    Attributes:
        visit: index of the camera's visit; None where it is nobody's.
        times_s: float64 (N,): seconds of the moments at which it was alive and had a score.
        smoothed: float64 (N, 7): its scores then, in the order of `EMOTIONS`.
    """

    visit: int | None
    times_s: NDArray[np.float64]
    smoothed: NDArray[np.float64]


def outcome_of(seen: SeenCamera, people: Sequence[Person], rule: AlertRule) -> CameraOutcome:
    """Play what a camera saw through the policy that raises alerts.

    Args:
        seen: what the pipeline saw.
        people: who came.
        rule: what alerts.
    """
    policy, opened, found = AlertPolicy(rule), [], set[int | None]()
    for moment, owners in _whose(seen):
        found |= {owners.get(track.track_id) for track in moment.tracks if track.read_count >= rule.min_reads}
        decisions = policy.observe(moment.tracks, moment.at)
        opened += [(owners.get(d.track_id), d.at) for d in decisions if d.change is AlertChange.OPENED]
    outcomes = []
    for number, visit in enumerate(seen.visits):
        alerts = [at for owner, at in opened if owner == number]
        delay_s = (min(alerts) - visit.began_at).total_seconds() if alerts else None
        emotion = people[visit.person].emotion
        outcomes.append(PersonOutcome(emotion, number in found, len(alerts), delay_s))
    return CameraOutcome(tuple(outcomes), sum(owner is None for owner, _ in opened))


def followed_faces(seen: SeenCamera, min_reads: int = AlertRule.min_reads) -> list[FollowedFace]:
    """Return the tracks of a camera as arrays, with whose they are; one that is several people's in as many parts."""
    rows = defaultdict[tuple[int, int | None], list[tuple[datetime, tuple[float, ...]]]](list)
    for moment, owners in _whose(seen):
        for track in moment.tracks:
            if track.smoothed and track.read_count >= min_reads:
                scores = track.smoothed.rounded().probabilities
                rows[track.track_id, owners.get(track.track_id)].append((moment.at, scores))
    begin = seen.moments[0].at if seen.moments else None
    return [
        FollowedFace(
            visit,
            np.array([(at - begin).total_seconds() for at, _ in moments]) if begin else np.zeros(0),
            np.array([scores for _, scores in moments], np.float64).reshape(-1, len(EMOTIONS)),
        )
        for (_, visit), moments in rows.items()
    ]


def highest_threshold(
    times_s: NDArray[np.float64], scores: NDArray[np.float64], dwell_s: float, exit_threshold: float = np.inf
) -> float:
    """Return the threshold below which a face raises an alert: the best score that it reaches after a dwell.

    Args:
        times_s: float64 (N,), rising.
        scores: float64 (N,): the alert score then.
        dwell_s: seconds that the score has to stay above the exit threshold.
        exit_threshold: of each rule with a higher threshold; others have none of their own. Infinite: no rule has.

    Returns:
        An alert opens at each lower threshold and at no other; minus infinity where the face was not there for so long.
    """
    first = np.searchsorted(times_s, times_s - dwell_s + 1e-9, side="right") - 1
    best = -np.inf
    for end, begin in enumerate(first):
        if begin >= 0:
            lowest = scores[begin : end + 1].min()
            best = max(best, scores[end] if lowest > exit_threshold else lowest)
    return float(best)


def _whose(seen: SeenCamera) -> Iterator[tuple[SeenMoment, dict[int, int]]]:
    """Yield each moment with track id → index of the visit whose face it is then, or was when it was last found.

    In a video one face may be several visits, one after another: calm at first, then angry.
    """
    visit_of = {visit.person: number for number, visit in enumerate(seen.visits)}
    owners = _owners(seen)
    for moment in seen.moments:
        owners = owners | {track_id: visit_of[person] for track_id, person in moment.people.items()}
        yield moment, owners


def _owners(seen: SeenCamera) -> dict[int, int]:
    """Return track id → index of the visit whose face it mostly is."""
    counts: defaultdict[int, Counter[int]] = defaultdict(Counter)
    visit_of = {visit.person: number for number, visit in enumerate(seen.visits)}
    for moment in seen.moments:
        for track_id, person in moment.people.items():
            counts[track_id][visit_of[person]] += 1
    return {track_id: count.most_common(1)[0][0] for track_id, count in counts.items()}
