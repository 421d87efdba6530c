"""Makes the clip of one alert of the frames that memory holds: one face clear, every other one pixelated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.domain.alerts.clips import Clip
from webapp.domain.vision.faces import BoxesXYXY, is_covered
from webapp.domain.vision.frames import ImageBGR, ImageGray
from webapp.vision.images.webm import encode_webm
from webapp.vision.pipeline.clip_frames import ClipFrame
from webapp.vision.pipeline.face_hiding import DRIFT_PER_S, MARGIN, FaceHider, boxes_of, grown, hide_faces, without

# The cascades, which take half a second, search a frame so often; between two of them a face that nothing else finds is
# hidden around where it was found before and will be found again.
_THOROUGH_INTERVAL_S = 2.0
# For so long a face that was found in one frame is hidden in those before and after it, wherever it may have moved.
_NEAR_S = 1.1
_SAME_FACE_IOU = 0.3
# Grey levels, of 255, by which what stands still differs from frame to frame: noise, and what JPEG makes of it.
_STILL_LEVELS = 5.0


class ClipMaker:
    """Hides and encodes. Slow for a camera, and made for a thread beside it; not thread-safe."""

    def __init__(self, hider: FaceHider) -> None:
        """Make nothing yet.

        Args:
            hider: searches the frames once more; used by nobody else at the same time.
        """
        self._hider = hider
        self._is_stopped = False

    def stop(self) -> None:
        """Give up what is being made, within a frame: the process ends. May be called from another thread."""
        self._is_stopped = True

    def make(self, frames: Sequence[ClipFrame], track_id: int) -> Clip | None:
        """Make a clip in which one face is clear, in the frames in which it was surely found.

        Each frame is searched for faces once more. What is found hides itself, and its surroundings in the frames just
        before and after it: so does a face that is lost for a moment, by whatever finds faces.

        Args:
            frames: oldest first.
            track_id: whose face.

        Returns:
            None where there are no frames, or no time for them any more.
        """
        searched: list[_Searched] = []
        thorough_at: datetime | None = None
        for frame in frames:
            if self._is_stopped:
                return None
            is_quick = thorough_at is not None and (frame.at - thorough_at).total_seconds() < _THOROUGH_INTERVAL_S
            thorough_at = thorough_at if is_quick else frame.at
            searched.append(self._search(frame, track_id, is_quick=is_quick))
        if not frames:
            return None
        begin = frames[0].at
        seconds = [round((frame.at - begin).total_seconds(), 3) for frame in frames]
        # One after the other, and decoded once more: a hundred of them would take 70 MB.
        shown = (
            hide_faces(_decoded(frame), _hidden(index, searched), _clear(frame, track_id))
            for index, frame in enumerate(frames)
        )
        scores = [
            (second, round(frame.scores[track_id], 4))
            for second, frame in zip(seconds, frames, strict=True)
            if track_id in frame.scores
        ]
        return Clip(encode_webm(shown, seconds), begin, tuple(scores))

    def _search(self, frame: ClipFrame, track_id: int, *, is_quick: bool) -> "_Searched":
        """Find all others in a frame, by whatever finds them."""
        picture = _decoded(frame)
        followed = [box for other_id, box in frame.seen.items() if other_id != track_id]
        found_xyxy = without(self._hider.find(picture, is_quick=is_quick), _clear(frame, track_id))
        half = (max(1, picture.shape[1] // 2), max(1, picture.shape[0] // 2))
        small = cv2.resize(picture, half, interpolation=cv2.INTER_AREA)
        gray = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
        return _Searched(frame, gray, np.concatenate([boxes_of(followed), found_xyxy]))


@dataclass(frozen=True)
class _Searched:
    """A frame, uint8 grey of half its size, and where all others are in it, float32 (N, 4)."""

    frame: ClipFrame
    half_gray: ImageGray
    found_xyxy: BoxesXYXY

    def stands(self, at: "_Searched") -> NDArray[np.bool_]:
        """Return of each face whether the same is to be seen at its place in another frame, bool (N,)."""
        return np.asarray([self._is_like(at, *(int(side) // 2 for side in box)) for box in self.found_xyxy], np.bool_)

    def _is_like(self, other: "_Searched", left: int, top: int, right: int, bottom: int) -> bool:
        place = slice(max(top, 0), max(bottom, 1)), slice(max(left, 0), max(right, 1))
        here, there = self.half_gray[place], other.half_gray[place]
        return bool(here.size) and float(cv2.absdiff(here, there).mean()) < _STILL_LEVELS


def _clear(frame: ClipFrame, track_id: int) -> BoxesXYXY:
    return boxes_of([frame.seen[track_id]] if track_id in frame.seen else [])


def _hidden(index: int, searched: Sequence[_Searched]) -> BoxesXYXY:
    """Return what is hidden in a frame: who was found, who may be there, and whoever was found just before or after.

    Of those the ones that were found in this frame, too, and what still looks the same, are where they are; the others
    may have moved.
    """
    now = searched[index]
    hidden = [now.frame.missing_xyxy]
    for near in searched:
        away_s = abs((near.frame.at - now.frame.at).total_seconds())
        if away_s <= _NEAR_S:
            is_here = is_covered(near.found_xyxy, now.found_xyxy, min_iou=_SAME_FACE_IOU) | near.stands(now)
            may_have_moved = grown(near.found_xyxy[~is_here], MARGIN + DRIFT_PER_S * away_s)
            hidden += [grown(near.found_xyxy[is_here], MARGIN), may_have_moved]
    return np.concatenate(hidden)


def _decoded(frame: ClipFrame) -> ImageBGR:
    return np.asarray(cv2.imdecode(np.frombuffer(frame.jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
