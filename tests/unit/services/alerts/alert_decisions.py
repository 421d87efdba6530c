"""Decisions of an alert policy, as the recorder gets them."""

from datetime import timedelta

from tests.support.clocks import START
from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.vision.emotions import Emotion

JPEG = b"\xff\xd8 a picture \xff\xd9"


def decision(change: AlertChange, seconds: float, peak: float = 0.6, episode: int = 1, track_id: int = 4):
    at = START + timedelta(seconds=seconds)
    return AlertDecision(change, episode, track_id, Emotion.ANGRY, at, START, peak, peak)


OPENED = decision(AlertChange.OPENED, 2)
