"""What a rule would have raised in the last hour is what it did raise: live and replay decide on the same samples."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from webapp.domain.alerts.decisions import AlertChange
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.alerts.score import AlertReadout
from webapp.domain.insights.scores import TrackScores, decision_time
from webapp.domain.vision.emotions import EMOTIONS, Emotion, EmotionScores
from webapp.domain.vision.face_linking import TrackLink
from webapp.domain.vision.tracks import PersonTrack
from webapp.services.alerts.rules import RuleService
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.insights.backtest import RuleBacktestService
from webapp.services.insights.score_recorder import ScoreRecorder
from webapp.services.ports import RuleOverrides

READOUT = AlertReadout(gain=2.0, bias=-0.3, against=((Emotion.NEUTRAL, 0.35), (Emotion.SAD, 0.2)))
ANGER = AlertRule(enter_threshold=0.5, exit_threshold=0.35)
SNARL = AlertRule(
    frozenset({Emotion.ANGRY, Emotion.DISGUST}), enter_threshold=0.45, exit_threshold=0.3, readout=READOUT
)


@dataclass
class Hour:
    """A camera at about twelve frames a second, its real policy, and the scores that are stored of it."""

    rule: AlertRule
    camera_id: int
    begin: datetime
    raised: dict[int, list[object]] = field(default_factory=dict)
    stored: list[TrackScores] = field(default_factory=list)

    def __post_init__(self):
        self.policy = AlertPolicy(self.rule)
        self.recorder = ScoreRecorder(lambda camera_id, episode: None)

    def see(self, seconds, tracks):
        at = decision_time(self.begin + timedelta(seconds=seconds))
        decisions = self.policy.observe(tracks, at)
        for decision in decisions:
            if decision.change is AlertChange.OPENED:
                self.raised[decision.episode] = [decision.started_at, decision.at, None]
            elif decision.change is AlertChange.ENDED:
                self.raised[decision.episode][2] = decision.at
        self.recorder.observe(self.camera_id, self.rule, tracks, decisions, at)
        self.stored += [scores for scores in self.recorder.take() if isinstance(scores, TrackScores)]


def visitors(rng, count):
    """Yield (id, first second, frames of scores, the track that it goes on with) of people who come and go."""
    begin_s, previous = 5.0, 0
    for number in range(1, count + 1):
        length = int(rng.integers(20, 200))
        mood = np.cumsum(rng.normal(0, 0.06, (length, len(EMOTIONS))), axis=0) + rng.normal(0, 1.2, len(EMOTIONS))
        shares = np.exp(mood) / np.exp(mood).sum(axis=1, keepdims=True)
        is_found_again = previous and rng.random() < 0.3
        yield number, begin_s, shares, previous if is_found_again else None
        previous = number
        begin_s += length / 12 + rng.uniform(1.5, 3) if rng.random() < 0.6 else rng.uniform(2, 30)


def play(hour, rng, count=150):
    people = list(visitors(rng, count))
    frame_s = 0.0
    while frame_s < 3500:
        frame_s += float(rng.uniform(0.07, 0.1))
        tracks = []
        for number, begin_s, shares, link_id in people:
            step = int((frame_s - begin_s) * 12)
            if 0 <= step < len(shares):
                seen_at = hour.begin + timedelta(seconds=frame_s)
                link = TrackLink(link_id, 2.0, 0.1, 1.0, 0.9) if link_id else None
                scores = EmotionScores(tuple(shares[step]))
                track = PersonTrack(number, (0, 0, 50, 50), seen_at, seen_at, smoothed=scores, read_count=9, link=link)
                tracks.append(track)
        hour.see(frame_s, tracks)
    hour.policy.end_all(hour.begin + timedelta(seconds=3500))
    hour.recorder.leave(hour.camera_id)
    hour.stored += [scores for scores in hour.recorder.take() if isinstance(scores, TrackScores)]


def stored(hour, unit_of_work, clock):
    """Store what an hour left behind, and return what tries rules on it a moment after its end."""
    with unit_of_work() as work:
        for scores in hour.stored:
            work.scores.add_tracks([scores])
        work.commit()
    clock.advance(3550)
    return RuleBacktestService(unit_of_work, RuleService(unit_of_work, clock, hour.rule), clock)


@pytest.mark.parametrize(("rule", "seed"), [(ANGER, 1), (SNARL, 3)])
def test_what_would_have_alerted_is_what_did(use_cases, unit_of_work, clock, rule, seed):
    camera = use_cases.cameras.add(CameraForm("Desk", "demo:"))
    hour = Hour(rule, camera.camera_id, clock.now())
    play(hour, np.random.default_rng(seed))
    trial = stored(hour, unit_of_work, clock)
    found = trial.last_hour(camera.camera_id, RuleOverrides()).alerts
    told = [(one.alert.started_at, one.alert.opened_at) for one in found]
    assert told == [(started_at, opened_at) for started_at, opened_at, _ in hour.raised.values()]
    assert len(told) >= 10
    assert len({one.alert.ended_at for one in found}) == len(found)


def test_a_higher_threshold_raises_what_that_rule_would_have_raised_live(use_cases, unit_of_work, clock):
    camera = use_cases.cameras.add(CameraForm("Desk", "demo:"))
    seen, other = Hour(ANGER, camera.camera_id, clock.now()), Hour(
        replace(ANGER, enter_threshold=0.7), camera.camera_id, clock.now()
    )  # fmt: skip
    play(seen, np.random.default_rng(5))
    play(other, np.random.default_rng(5))
    trial = stored(seen, unit_of_work, clock)
    found = trial.last_hour(camera.camera_id, RuleOverrides(enter_threshold=0.7)).alerts
    assert [one.alert.opened_at for one in found] == [opened_at for _, opened_at, _ in other.raised.values()]
