"""The last seconds of one camera in memory, small, for the clip of an alert that may come."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import cv2
import numpy as np

from webapp.domain.alerts.clips import ClipPlan
from webapp.domain.vision.faces import BoxesXYXY
from webapp.domain.vision.frames import ImageBGR
from webapp.vision.pipeline.annotation import encode_jpeg
from webapp.vision.pipeline.face_hiding import boxes_of, reach
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

# It is decoded and encoded once more: what is lost here is not seen in the clip.
_JPEG_QUALITY = 85
# A clip is asked for a moment after its end.
_LONGER = timedelta(seconds=1.5)


@dataclass(frozen=True)
class ClipFrame:
    """One reduced frame. Who can be recognised in it is decided when the clip of a face is made of it.

    Attributes:
        at: when it was taken.
        jpeg: the frame as people may see it: without privacy zones, with coarse staff zones.
        seen: track id → float32 (4,): where the faces are that were found in this very frame, in its pixels.
        missing_xyxy: float32, (N, 4): where those may be that are missing for a moment.
        scores: track id → alert score, of those that have one.
    """

    at: datetime
    jpeg: bytes = field(repr=False)
    seen: Mapping[int, BoxesXYXY]
    missing_xyxy: BoxesXYXY
    scores: Mapping[int, float]


class ClipFrames:
    """The newest frames of one camera: as many as a clip can need, and no more.

    Example:
        >>> from datetime import UTC
        >>> from webapp.domain.vision.frames import Frame
        >>> begin, frames = datetime(2026, 3, 2, 9, tzinfo=UTC), ClipFrames(ClipPlan())
        >>> for number in range(480):  # Forty seconds at twelve frames a second; the last are held, at five.
        ...     frame = Frame(1, number, begin + timedelta(seconds=number / 12), np.zeros((720, 1280, 3), np.uint8))
        ...     frames.take(AnalysedFrame(frame, tracks=(), living=()), {}, lambda _track_id: True)
        >>> len(frames.between(begin, begin + timedelta(seconds=40)))
        58
    """

    def __init__(self, plan: ClipPlan) -> None:
        """Hold nothing yet.

        Args:
            plan: how many, how often and how large.
        """
        self._plan = plan
        self._frames: deque[ClipFrame] = deque()
        self._due_at: datetime | None = None
        self._size_px = (0, 0)

    @property
    def size_bytes(self) -> int:
        """Bytes of the pictures that are held."""
        return sum(len(frame.jpeg) for frame in self._frames)

    def take(self, analysed: AnalysedFrame, scores: Mapping[int, float], is_sure: Callable[[int], bool]) -> None:
        """Take a frame, if it is time for one.

        Args:
            analysed: the frame; not changed.
            scores: track id → alert score.
            is_sure: whether a track is surely the face that it was; one that may be another is nobody's clear face.
        """
        at = analysed.frame.captured_at
        if self._frames and at <= self._frames[-1].at:  # The clock was set back: what is held is of another time.
            self.clear()
        size_px = (analysed.frame.width_px, analysed.frame.height_px)
        if size_px != self._size_px:  # Its stream was set otherwise, or a phone turned: no place is where it was.
            self.clear()
        self._size_px = size_px
        if self._due_at is not None and at < self._due_at:
            return
        step = self._plan.step
        self._due_at = at + step if self._due_at is None or at - self._due_at >= step else self._due_at + step
        self._frames.append(_reduced(analysed, scores, is_sure, self._plan.max_width_px))
        while self._frames[0].at < at - self._plan.span - _LONGER:
            self._frames.popleft()

    def between(self, begin: datetime, end: datetime) -> Sequence[ClipFrame]:
        """Return the frames of a time that are held, oldest first."""
        return [frame for frame in self._frames if begin <= frame.at <= end]

    def clear(self) -> None:
        """Let all frames go: they may not be shown any more."""
        self._frames.clear()
        self._due_at = None


def _reduced(
    analysed: AnalysedFrame, scores: Mapping[int, float], is_sure: Callable[[int], bool], max_width_px: int
) -> ClipFrame:
    picture = analysed.frame.image_bgr
    small = _shrunk(picture, max_width_px)
    scale = np.float32(small.shape[1] / picture.shape[1])
    sure = {track.track_id: track for track in analysed.tracks if is_sure(track.track_id)}
    at = analysed.frame.captured_at
    others = [reach(track, at) * scale for track in analysed.living if track.track_id not in sure]
    return ClipFrame(
        at,
        encode_jpeg(small, _JPEG_QUALITY),
        {track_id: boxes_of([track.box_xyxy])[0] * scale for track_id, track in sure.items()},
        np.concatenate([boxes_of([]), *others]),
        {track_id: scores[track_id] for track_id in sure if track_id in scores},
    )


def _shrunk(picture: ImageBGR, max_width_px: int) -> ImageBGR:
    """Reduce a picture to a width, its sides even, as video has them; by halves first, which is the fastest."""
    height_px, width_px = picture.shape[:2]
    scale = min(1.0, max_width_px / width_px)
    size = (_even(width_px * scale), _even(height_px * scale))
    for half in _halves(width_px, height_px, size):
        picture = np.asarray(cv2.resize(picture, half, interpolation=cv2.INTER_AREA), np.uint8)
    if picture.shape[1::-1] == size:
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _halves(width_px: int, height_px: int, size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    while width_px >= 2 * size[0] and height_px >= 2 * size[1]:
        width_px, height_px = width_px // 2, height_px // 2
        yield width_px, height_px


def _even(side_px: float) -> int:
    return max(2, 2 * round(side_px / 2))
