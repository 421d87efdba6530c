"""What the searches of one camera remember from one to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.faces import BoxesXYXY, is_covered
from webapp.domain.vision.frames import ImageGray
from webapp.domain.vision.motion import MotionGrid
from webapp.domain.vision.scans import Scan
from webapp.vision.faces.motion_regions import MotionRegions
from webapp.vision.faces.regions import Region

# What is refused where a picture is looked at closely counts together: the squares never lie as they did.
CLOSELY: Region = (0, 0, 0, 0)
# Close looks in one search of a part, and in one of the whole picture.
_LOOKS = 1
_ALL_LOOKS = 12
# Where nobody is known and something moves, each so-manieth search is of a large part, too: who comes in moves,
# and a close look sees more of a face for a quarter of the time.
_LARGE_PART_EVERY = 3
# What was refused is asked about again in the so-manieth search of the same part, ...
_SEARCHES = 60
# ... or in this one already, if it does not look there as it did: a face that was turned away may have turned back.
_SEARCHES_IF_CHANGED = 4
# Or at once where it is this much surer, or elsewhere.
_SURER_BY = 0.1
_SAME_PLACE_IOU = 0.5
# How a place looks, as so many pixels a side, and by how many of 255 levels each differs on average where something has
# changed: the noise of a sensor (2.5 levels, averaged over a cell) makes less than one, a face that bobs three to six.
_VIEW_PX = 16
_CHANGED_BY = 2.5


@dataclass
class _Refused:
    box_xyxy: BoxesXYXY
    confidence: float
    view: NDArray[np.int16]
    searches: int = 0


@dataclass
class SearchMemory:
    """Which part of a camera's picture is searched next, and what was proposed there and is no face.

    A wall's pattern is proposed again in each search, and to refuse it costs more than the search.

    Example:
        >>> memory = SearchMemory()
        >>> whole, left, right = (0, 0, 1280, 720), (0, 0, 720, 720), (560, 0, 1280, 720)
        >>> [memory.take_parts([whole, left, right]) for _ in range(4)] == [(whole,), (left,), (right,), (whole,)]
        True
    """

    motion: MotionGrid | None = None
    _next_part: int = 0
    _since_large: int = 0
    _regions: MotionRegions = field(default_factory=MotionRegions)
    _refused: dict[Region, list[_Refused]] = field(default_factory=dict)

    def take_parts(self, parts: Sequence[Region], *, may_wait: bool = False) -> Sequence[Region]:
        """Return the large part that is searched now, the next one in turn; none where it is left out.

        Args:
            parts: of the picture.
            may_wait: whether nobody is known and there is something to look at closely.
        """
        if may_wait and 0 < self._since_large < _LARGE_PART_EVERY:
            self._since_large += 1
            return ()
        self._since_large = 1
        part, self._next_part = parts[self._next_part % len(parts)], self._next_part + 1
        return (part,)

    def take_regions(self, known_xyxy: BoxesXYXY, shape: tuple[int, ...], scan: Scan) -> list[Region]:
        """Return the small squares that are looked at closely now; none where nothing moves.

        Args:
            known_xyxy: float32 (N, 4): faces that are known.
            shape: height and width of the picture, in pixels.
            scan: how much is searched.
        """
        if self.motion is None:
            return []
        self.begin(CLOSELY)
        motion, (height_px, width_px) = self.motion, shape
        looks = range(_LOOKS if scan is Scan.PART else _ALL_LOOKS)
        taken = (self._regions.take(motion, known_xyxy, (height_px, width_px)) for _ in looks)
        return [region for region in taken if region]

    def begin(self, region: Region) -> None:
        """Begin a search of a part: what was refused there long ago may be asked about again."""
        refused = self._refused.get(region, [])
        for one in refused:
            one.searches += 1
        self._refused[region] = [one for one in refused if one.searches < _SEARCHES]

    def is_still(self, box_xyxy: BoxesXYXY, shape: tuple[int, ...]) -> bool:
        """Return whether nothing has moved of late where a box is, float32 (4,); of that nothing may be known."""
        height_px, width_px = shape
        return self.motion is not None and self.motion.share(box_xyxy.tolist(), width_px, height_px) == 0

    def refuse(self, region: Region, box_xyxy: BoxesXYXY, confidence: float, image_gray: ImageGray) -> None:
        """Remember a proposal, float32 (4,), that is no face in a picture, uint8 (height, width)."""
        refused = _Refused(box_xyxy, confidence, _view(image_gray, box_xyxy))
        self._refused.setdefault(region, []).append(refused)

    def is_refused(self, region: Region, box_xyxy: BoxesXYXY, confidence: float, image_gray: ImageGray) -> bool:
        """Return whether a proposal, float32 (4,), was refused of late, is no surer now, and looks the same.

        Args:
            region: the part that is searched.
            box_xyxy: where it is.
            confidence: how sure it is.
            image_gray: uint8, (height, width): the picture; not changed.
        """
        known = [one for one in self._refused.get(region, ()) if confidence < one.confidence + _SURER_BY]
        boxes_xyxy = np.asarray([one.box_xyxy for one in known], np.float32).reshape(-1, 4)
        there = is_covered(boxes_xyxy, box_xyxy[np.newaxis], min_iou=_SAME_PLACE_IOU)
        return any(_still_holds(one, image_gray) for one, is_there in zip(known, there, strict=True) if is_there)


def _still_holds(one: _Refused, image_gray: ImageGray) -> bool:
    if one.searches < _SEARCHES_IF_CHANGED:
        return True
    return bool(np.abs(_view(image_gray, one.box_xyxy) - one.view).mean() < _CHANGED_BY)


def _view(image_gray: ImageGray, box_xyxy: BoxesXYXY) -> NDArray[np.int16]:
    """Return how a place looks, int16 (16, 16); nothing of it where it is outside the picture."""
    height_px, width_px = image_gray.shape
    left, top, right, bottom = np.clip(box_xyxy, 0, [width_px, height_px] * 2).astype(int).tolist()
    if right <= left or bottom <= top:
        return np.zeros((_VIEW_PX, _VIEW_PX), np.int16)
    size = (_VIEW_PX, _VIEW_PX)
    return np.asarray(cv2.resize(image_gray[top:bottom, left:right], size, interpolation=cv2.INTER_AREA), np.int16)
