"""Faces in which nothing ever moves, as those of a poster: learnt, and hardly looked at any more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from webapp.domain.vision.motion import MotionGrid

# People who stand still shift their weight now and then. What moves a little all the time, as a head that nods in talk,
# may be taken for noise: so this is long, and a poster's face is still classified once a second.
_POSTER_AFTER_S = 120.0


@dataclass
class Posters:
    """The faces of one camera, and when something last moved where they are.

    Where nothing is known of motion, nobody is a poster. One that is carried off, or before which somebody passes, is a
    face like any other again at once.

    Example:
        >>> from datetime import UTC, datetime, timedelta
        >>> began_at, nothing_moves = datetime(2026, 3, 2, 9, tzinfo=UTC), MotionGrid(cells=0, still_s=60.0)
        >>> posters = Posters()
        >>> for second in range(130):
        ...     posters.note({7: (10, 10, 50, 50)}, nothing_moves, (640, 360), began_at + timedelta(seconds=second))
        >>> posters.is_poster(7)
        True
    """

    _moved_at: dict[int, datetime] = field(default_factory=dict)
    _known: frozenset[int] = frozenset()

    def note(
        self,
        boxes: Mapping[int, tuple[float, float, float, float]],
        motion: MotionGrid | None,
        size_px: tuple[int, int],
        at: datetime,
    ) -> None:
        """Take in one frame.

        Args:
            boxes: track id → box of each living face, in pixels; others are forgotten.
            motion: where something moved since the frame before; None where that is not known.
            size_px: width and height of the frame.
            at: the frame's time.
        """
        moved_at = {}
        for track_id, box_xyxy in boxes.items():
            is_still = motion is not None and motion.share(box_xyxy, *size_px) == 0
            moved_at[track_id] = self._moved_at.get(track_id, at) if is_still else at
        self._moved_at = moved_at
        self._known = frozenset(i for i, moved in moved_at.items() if (at - moved).total_seconds() >= _POSTER_AFTER_S)

    def is_poster(self, track_id: int) -> bool:
        """Return whether nothing has moved at a face for long."""
        return track_id in self._known

    def are_all(self, track_ids: set[int]) -> bool:
        """Return whether all of some faces are posters."""
        return track_ids <= self._known
