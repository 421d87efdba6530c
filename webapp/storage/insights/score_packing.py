"""Scores over time as a few bytes: a moment of a face takes nine, one of an incident six.

A time is the distance from the row's `started_at`; a score in [0, 1] is a whole number, so that it comes back within
half a step: 0.0025 of a face's seven, 0.00001 of an incident's one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from struct import Struct

from webapp.domain.insights.scores import ScoreMoment, TrackMoment
from webapp.domain.vision.emotions import SCORE_STEPS, EmotionScores

# Hundredths of a second, seven probabilities. Two bytes of time last for ten minutes; a row holds one.
_FACE = Struct("<H7B")
_FACE_TICK_S = 0.01
# Milliseconds, score.
_SCORE = Struct("<IH")


def pack_track(moments: Sequence[TrackMoment]) -> bytes:
    """Pack moments of one face; all within ten minutes of the first."""
    begin = moments[0].at
    return b"".join(_pack_face(moment, begin) for moment in moments)


def unpack_track(packed: bytes, begin: datetime) -> tuple[TrackMoment, ...]:
    """Return the moments of one face."""
    return tuple(
        TrackMoment(
            begin + timedelta(seconds=ticks * _FACE_TICK_S), EmotionScores(tuple(byte / SCORE_STEPS for byte in scores))
        )
        for ticks, *scores in _FACE.iter_unpack(packed)
    )


def pack_scores(moments: Sequence[ScoreMoment]) -> bytes:
    """Pack moments of one incident's score."""
    begin = moments[0].at
    return b"".join(_SCORE.pack(_ticks(moment.at, begin, 0.001), round(moment.score * 65535)) for moment in moments)


def unpack_scores(packed: bytes, begin: datetime) -> tuple[ScoreMoment, ...]:
    """Return the moments of one incident's score."""
    return tuple(
        ScoreMoment(begin + timedelta(milliseconds=ticks), score / 65535) for ticks, score in _SCORE.iter_unpack(packed)
    )


def _pack_face(moment: TrackMoment, begin: datetime) -> bytes:
    return _FACE.pack(
        _ticks(moment.at, begin, _FACE_TICK_S), *(round(p * SCORE_STEPS) for p in moment.scores.probabilities)
    )


def _ticks(at: datetime, begin: datetime, tick_s: float) -> int:
    return round((at - begin).total_seconds() / tick_s)
