"""Plays scenes through an `AlertPolicy`: faces that are angry-looking to some degree, ten frames a second."""

from dataclasses import replace
from datetime import timedelta

from tests.support.clocks import START
from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.vision.emotions import EMOTIONS, Emotion, EmotionScores
from webapp.domain.vision.face_linking import TrackLink
from webapp.domain.vision.tracks import PersonTrack

RULE = AlertRule(enter_threshold=0.5, exit_threshold=0.3, dwell_s=1.5, cooldown_s=30)
STEP_S = 0.1


def scores(angry: float) -> EmotionScores:
    rest = (1 - angry) / (len(EMOTIONS) - 1)
    return EmotionScores(tuple(angry if emotion is Emotion.ANGRY else rest for emotion in EMOTIONS))


def track(angry: float | None, track_id: int = 1, read_count: int = 10) -> PersonTrack:
    smoothed = None if angry is None else scores(angry)
    return PersonTrack(track_id, (0, 0, 50, 50), START, START, smoothed=smoothed, read_count=read_count)


def found_again(angry: float, track_id: int, lost_id: int) -> PersonTrack:
    """Return the track of a face that the tracker took for a lost one."""
    link = TrackLink(lost_id, missing_s=1.0, moved_widths=0.1, size_ratio=1.0, likeness=0.9)
    return replace(track(angry, track_id), link=link)


def play(policy: AlertPolicy, *scenes: tuple[float, list[PersonTrack]], start_s: float = 0.0) -> list[AlertDecision]:
    """Show each scene for its seconds at ten frames a second."""
    decisions, at_s = [], start_s
    for seconds, tracks in scenes:
        for _ in range(round(seconds / STEP_S)):
            decisions += policy.observe(tracks, START + timedelta(seconds=at_s))
            at_s += STEP_S
    return decisions


def changes(decisions: list[AlertDecision]) -> list[AlertChange]:
    return [decision.change for decision in decisions]
