"""When a known face is classified again: at once where something may change, now and then where it is calm.

A calm face need not be read by the whole model to see that it is calm still: its smallest part is asked at a glance,
and only what that finds changed, or anywhere near an alert, is read (a cascade, as Viola and Jones' of 2001).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.vision.emotions import EmotionScores, difference
from webapp.domain.vision.tracks import PersonTrack

# So often a new face is read in each frame: its average is young, and what it is compared with later is gathered.
_FIRST_READS = 3
# A score that moves by this much between a view and the average is on its way somewhere.
_MOVES_BY = 0.1
# Share of the clear threshold above which a face may come to alert within a moment.
_NEAR = 0.5
# At a glance a face is calm below this share of the clear threshold, by the alert score of the smallest model alone. Of
# the 530 faces of PublicTest that the whole model has above the clear threshold two are so low, of the 397 that alert
# none (the least has .48), and one in eight of the others is read for nothing.
_CALM = 0.25
_CHANGED = 0.3
# A little early is on time: otherwise a camera whose frames come in a third of this time would wait for a fourth.
_ON_TIME = 0.95


class Reading(Enum):
    """What a face's newest view is worth."""

    NONE = 0  # Nothing: its scores stand.
    GLANCE = 1  # A look by the smallest model, which says whether it is worth more.
    WHOLE = 2  # To be classified.


@dataclass(frozen=True)
class ClassifySchedule:
    """Says of each face whether its newest view is worth the model's time.

    The average weighs a view by the time since the one before it, so that calm faces may be read seldom: nothing but
    the moment at which a change is noticed depends on it.

    Attributes:
        calm_interval_s: seconds between two looks at a face that nothing is expected of; raising it is cheaper, and
            notices later that a face changes. 0 classifies every view.
        poster_interval_s: the same for a face at which nothing has moved for long.
        glances_s: seconds for which glances do, until a calm face is classified again whatever they say.
    """

    calm_interval_s: float = 0.3
    poster_interval_s: float = 1.0
    glances_s: float = 2.0

    def due(
        self,
        track: PersonTrack,
        at: datetime,
        rule: AlertRule,
        *,
        is_alerting: bool = False,
        is_doubted: bool = False,
        is_poster: bool = False,
    ) -> Reading:
        """Return what a face's view is worth.

        Args:
            track: the face, as it was in the frame before.
            at: the view's time.
            rule: what alerts.
            is_alerting: whether an alert is open on it.
            is_doubted: whether another face may have taken its place.
            is_poster: whether nothing has moved at it for long. One that comes near an alert counts like any face.
        """
        if track.read_at is None or track.looked_at is None or track.smoothed is None or is_doubted:
            return Reading.WHOLE
        is_changing = _is_changing(track, rule, is_alerting=is_alerting)
        interval_s = self.poster_interval_s if is_poster and not is_alerting else self.calm_interval_s
        is_old = (at - track.looked_at).total_seconds() >= _ON_TIME * interval_s
        is_unsettled = track.scores is None or track.read_count < _FIRST_READS
        if not (is_changing or is_old or is_unsettled):
            return Reading.NONE
        glances_s = self.glances_s / 2 if is_alerting else self.glances_s
        is_known = (at - track.read_at).total_seconds() < _ON_TIME * glances_s
        return Reading.GLANCE if is_known and not is_changing and self.calm_interval_s else Reading.WHOLE


def is_as_before(
    glance: EmotionScores, before: EmotionScores | None, rule: AlertRule, *, is_alerting: bool = False
) -> bool:
    """Return whether a face that was calm is so still; where an alert is open on it, whether it still calls for one.

    Args:
        glance: what the smallest model says of the newest view.
        before: what it said at the first glance after the face was classified; None where this is that one.
        rule: what alerts.
        is_alerting: whether an alert is open on it.
    """
    if before is not None and difference(glance, before) >= _CHANGED:
        return False
    score = rule.score_of(glance)
    return score >= rule.exit_threshold if is_alerting else score < _CALM * rule.exit_threshold


def _is_changing(track: PersonTrack, rule: AlertRule, *, is_alerting: bool) -> bool:
    """Return whether a face comes near an alert, or its newest view differs from what it looked like before."""
    if track.smoothed is None:
        return True
    average, newest = rule.score_of(track.smoothed), rule.score_of(track.scores or track.smoothed)
    is_near = max(average, newest) >= _NEAR * rule.exit_threshold and not is_alerting
    return is_near or abs(average - newest) >= _MOVES_BY
