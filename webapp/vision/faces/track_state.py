"""One face of the tracker: where it goes, and what it looked like."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.emotions import EmotionScores
from webapp.domain.vision.face_linking import FaceThumbnail, LostTrack, Sighting, likeness
from webapp.domain.vision.faces import BoxesXYXY
from webapp.domain.vision.frames import ImageGray
from webapp.domain.vision.tracks import PersonTrack
from webapp.vision.faces.found_faces import SURE_CONFIDENCE

# A new face is compared with the lost ones once it was read so often; of each face some views are kept, this far apart.
LINK_READS = 3
_KEPT_VIEWS = 4
_VIEW_STEP_S = 0.3
_VELOCITY_WEIGHT = 0.4
_MAX_PREDICTION_S = 0.5
# A face that is unlike all kept views three times in a row is another one at its place. The same face was never
# less like them than 0.86 so often in a row (four clips, the demo's scowl, 60 moving stills); others are at 0.27.
_SAME_FACE_LIKENESS = 0.6
_THUMBNAIL_PX = 24
_EVEN = 0.5 * _THUMBNAIL_PX  # Half a grey level a pixel: there is nothing to compare.


@dataclass(frozen=True)
class TrackState:
    """A track, how fast its face moves in pixels per second, where it was first seen, and some of its views.

    `views` are (when, face): the first `LINK_READS`, then the newest few, `_VIEW_STEP_S` apart. `unlike` counts the
    classifications since the face last looked like one of them. `read` is what the last one said, `glance` what the
    smallest model said of the first view that it was asked about since. `doubtful` counts the looks in a row that found
    it and were not sure. `unwatched` is for how long nothing was analysed between its first sight and its comparison
    with the lost ones: theirs stands still for as long.
    """

    track: PersonTrack
    velocity_xy: NDArray[np.float32]
    first_xyxy: tuple[float, float, float, float]
    views: tuple[tuple[datetime, FaceThumbnail], ...] = ()
    unlike: int = 0
    read: EmotionScores | None = None
    glance: EmotionScores | None = None
    doubtful: int = 0
    unwatched: timedelta = timedelta()

    def predicted_xyxy(self, at: datetime) -> NDArray[np.float32]:
        """Return where the face should be at a moment, float32 (4,)."""
        ahead_s = min((at - self.track.last_seen_at).total_seconds(), _MAX_PREDICTION_S)
        box = np.asarray(self.track.box_xyxy, np.float32)
        return np.asarray(box + np.tile(self.velocity_xy * np.float32(ahead_s), 2), dtype=np.float32)

    def seen(
        self, box_xyxy: NDArray[np.float32], at: datetime, *, is_held: bool, confidence: float = 1.0
    ) -> "TrackState":
        """Return the track moved to a new box.

        Args:
            box_xyxy: float32 (4,).
            at: when.
            is_held: whether it was only followed.
            confidence: how sure it is who found it, in [0, 1].
        """
        elapsed_s = max((at - self.track.last_seen_at).total_seconds(), 1e-3)
        step_xy = centres(box_xyxy[None])[0] - centres(np.asarray([self.track.box_xyxy], np.float32))[0]
        velocity = self.velocity_xy + np.float32(_VELOCITY_WEIGHT) * (
            step_xy / np.float32(elapsed_s) - self.velocity_xy
        )
        doubtful = self.doubtful if is_held else 0 if confidence >= SURE_CONFIDENCE else self.doubtful + 1
        track = self.track.seen(as_box(box_xyxy), at, is_held=is_held)
        return replace(self, track=track, velocity_xy=velocity, doubtful=doubtful)

    @property
    def thumbnails(self) -> tuple[FaceThumbnail, ...]:
        """The kept views."""
        return tuple(thumbnail for _, thumbnail in self.views)

    def viewed(self, thumbnail: FaceThumbnail, at: datetime, *, is_same: bool) -> "TrackState":
        """Return the track with one more view: kept if it is time for one, or counted as unlike all that are.

        Args:
            thumbnail: the view.
            at: when it was captured.
            is_same: whether the face was followed to here, so that it is the same however it has turned.
        """
        alike = None if is_same else likeness((thumbnail,), self.thumbnails)
        if alike is not None and alike < _SAME_FACE_LIKENESS:
            return replace(self, unlike=self.unlike + 1)
        is_due = len(self.views) < LINK_READS or (at - self.views[-1][0]).total_seconds() >= _VIEW_STEP_S
        return replace(self, unlike=0, views=(*self.views, (at, thumbnail))[-_KEPT_VIEWS:] if is_due else self.views)

    def lost(self, clock_shift: timedelta) -> LostTrack:
        """Return the track as one that is gone."""
        last = Sighting(self.track.last_seen_at + clock_shift, self.track.box_xyxy, self.thumbnails)
        return LostTrack(self.track.track_id, last)

    def first_sight(self) -> Sighting:
        """Return where and how the face was first seen."""
        return Sighting(self.track.first_seen_at + self.unwatched, self.first_xyxy, self.thumbnails[:LINK_READS])

    def paused(self, outage: timedelta) -> "TrackState":
        """Return the track after a time in which nothing was analysed."""
        return replace(self, unwatched=self.unwatched + outage) if self.track.read_count < LINK_READS else self


def centres(boxes_xyxy: BoxesXYXY) -> NDArray[np.float32]:
    """Return the middle of boxes, float32 (N, 2)."""
    return np.asarray((boxes_xyxy[:, :2] + boxes_xyxy[:, 2:]) / 2, dtype=np.float32)


def as_box(box_xyxy: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """Return a box, float32 (4,), as plain numbers."""
    left, top, right, bottom = box_xyxy.tolist()
    return left, top, right, bottom


def thumbnail_of(face_gray: ImageGray) -> FaceThumbnail | None:
    """Return a face, uint8 (S, S), as few pixels whatever its light: see `FaceThumbnail`; None of an even patch."""
    blurred = cv2.GaussianBlur(face_gray, (0, 0), face_gray.shape[0] / 48)
    small = cv2.resize(blurred, (_THUMBNAIL_PX, _THUMBNAIL_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    centred = small.ravel() - small.mean()
    length = float(np.linalg.norm(centred))
    return np.asarray(centred / length, dtype=np.float32) if length > _EVEN else None
