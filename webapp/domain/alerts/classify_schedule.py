"""When a known face is classified again: at once where something may change, now and then where it is calm."""

from dataclasses import dataclass
from datetime import datetime

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.vision.tracks import PersonTrack

# So often a new face is read in each frame: its average is young, and what it is compared with later is gathered.
_FIRST_READS = 3
# A score that moves by this much between a view and the average is on its way somewhere.
_MOVES_BY = 0.1
# Share of the clear threshold above which a face may come to alert within a moment.
_NEAR = 0.5
# A little early is on time: otherwise a camera whose frames come in a third of this time would wait for a fourth.
_ON_TIME = 0.95


@dataclass(frozen=True)
class ClassifySchedule:
    """Says of each face whether its newest view is worth the model's time.

    The average weighs a view by the time since the one before it, so that calm faces may be read seldom: nothing but
    the moment at which a change is noticed depends on it.

    Attributes:
        calm_interval_s: seconds between two views of a face that nothing is expected of; raising it is cheaper, and
            notices later that a face changes. 0 classifies every view.
        poster_interval_s: the same for a face at which nothing has moved for long.
    """

    calm_interval_s: float = 0.3
    poster_interval_s: float = 1.0

    def is_due(
        self,
        track: PersonTrack,
        at: datetime,
        rule: AlertRule,
        *,
        is_alerting: bool = False,
        is_doubted: bool = False,
        is_poster: bool = False,
    ) -> bool:
        """Return whether to classify a face's view.

        Args:
            track: the face, as it was in the frame before.
            at: the view's time.
            rule: what alerts.
            is_alerting: whether an alert is open on it.
            is_doubted: whether another face may have taken its place.
            is_poster: whether nothing has moved at it for long. One that comes near an alert counts like any face.
        """
        if track.read_at is None or track.scores is None or track.read_count < _FIRST_READS:
            return True
        elapsed_s = (at - track.read_at).total_seconds()
        if is_alerting or is_doubted or _is_changing(track, rule):
            return True
        return elapsed_s >= _ON_TIME * (self.poster_interval_s if is_poster else self.calm_interval_s)


def _is_changing(track: PersonTrack, rule: AlertRule) -> bool:
    """Return whether a face is near an alert, or its newest view differs from what it looked like before."""
    if track.scores is None or track.smoothed is None:
        return True
    average, newest = rule.score_of(track.smoothed), rule.score_of(track.scores)
    return max(average, newest) >= _NEAR * rule.exit_threshold or abs(average - newest) >= _MOVES_BY
