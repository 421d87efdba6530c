"""Makes the clip of one alert of the frames that memory holds: one face clear, every other one pixelated."""

from collections.abc import Sequence
from datetime import datetime

import cv2
import numpy as np

from webapp.domain.alerts.clips import Clip
from webapp.domain.vision.faces import BoxesXYXY, is_covered
from webapp.domain.vision.frames import ImageBGR
from webapp.vision.images.webm import encode_webm
from webapp.vision.pipeline.clip_frames import ClipFrame
from webapp.vision.pipeline.face_hiding import DRIFT_PER_S, MARGIN, FaceHider, boxes_of, grown, hide_faces, without

# The cascades, which take half a second, search a frame so often; between two of them a face that nothing else finds is
# hidden around where it was found before and will be found again.
_THOROUGH_INTERVAL_S = 2.0
# For so long a face that was found in one frame is hidden in those before and after it, wherever it may have moved.
_NEAR_S = 1.1
_SAME_FACE_IOU = 0.3


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
        found: list[BoxesXYXY] = []
        searched_at: datetime | None = None
        for frame in frames:
            if self._is_stopped:
                return None
            is_quick = searched_at is not None and (frame.at - searched_at).total_seconds() < _THOROUGH_INTERVAL_S
            searched_at = searched_at if is_quick else frame.at
            found.append(self._others(frame, track_id, is_quick=is_quick))
        if not frames:
            return None
        begin = frames[0].at
        seconds = [round((frame.at - begin).total_seconds(), 3) for frame in frames]
        # One after the other, and decoded once more: a hundred of them would take 70 MB.
        shown = (
            hide_faces(_decoded(frame), _hidden(index, frames, found), _clear(frame, track_id))
            for index, frame in enumerate(frames)
        )
        scores = [
            (second, round(frame.scores[track_id], 4))
            for second, frame in zip(seconds, frames, strict=True)
            if track_id in frame.scores
        ]
        return Clip(encode_webm(shown, seconds), begin, tuple(scores))

    def _others(self, frame: ClipFrame, track_id: int, *, is_quick: bool) -> BoxesXYXY:
        """Return where all others are in a frame by whatever has found them, float32 (N, 4)."""
        picture = _decoded(frame)
        followed = [box for other_id, box in frame.seen.items() if other_id != track_id]
        found_xyxy = without(self._hider.find(picture, is_quick=is_quick), _clear(frame, track_id))
        return np.concatenate([boxes_of(followed), found_xyxy])


def _clear(frame: ClipFrame, track_id: int) -> BoxesXYXY:
    return boxes_of([frame.seen[track_id]] if track_id in frame.seen else [])


def _hidden(index: int, frames: Sequence[ClipFrame], found: Sequence[BoxesXYXY]) -> BoxesXYXY:
    """Return what is hidden in a frame: who was found, who may be there, and whoever was found just before or after.

    Of those the ones that were found in this frame, too, are where they are; the others may have moved.
    """
    at, here_xyxy = frames[index].at, found[index]
    hidden = [frames[index].missing_xyxy]
    for frame, boxes_xyxy in zip(frames, found, strict=True):
        away_s = abs((frame.at - at).total_seconds())
        if away_s <= _NEAR_S:
            is_here = is_covered(boxes_xyxy, here_xyxy, min_iou=_SAME_FACE_IOU)
            hidden += [grown(boxes_xyxy[is_here], MARGIN), grown(boxes_xyxy[~is_here], MARGIN + DRIFT_PER_S * away_s)]
    return np.concatenate(hidden)


def _decoded(frame: ClipFrame) -> ImageBGR:
    return np.asarray(cv2.imdecode(np.frombuffer(frame.jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
