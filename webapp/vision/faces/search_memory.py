"""What the searches of one camera remember from one to the next."""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from webapp.domain.vision.faces import BoxesXYXY, is_covered

Region: TypeAlias = tuple[int, int, int, int]

# What was refused is asked about again in the so-manieth search of the same part: a face there may have turned.
_SEARCHES = 10
# Or at once where it is this much surer, or elsewhere.
_SURER_BY = 0.1
_SAME_PLACE_IOU = 0.5


@dataclass
class _Refused:
    box_xyxy: BoxesXYXY
    confidence: float
    searches: int = 0


@dataclass
class SearchMemory:
    """Which part of a camera's picture is searched next, and what was proposed there and is no face.

    A wall's pattern is proposed again in each search, and to refuse it costs more than the search.

    Example:
        >>> memory = SearchMemory()
        >>> [memory.take_part(3) for _ in range(4)]
        [0, 1, 2, 0]
    """

    _next_part: int = 0
    _refused: dict[Region, list[_Refused]] = field(default_factory=dict)

    def take_part(self, count: int) -> int:
        """Return which of so many parts comes next, and count on."""
        part, self._next_part = self._next_part % count, self._next_part + 1
        return part

    def begin(self, region: Region) -> None:
        """Begin a search of a part: what was refused there long ago may be asked about again."""
        refused = self._refused.get(region, [])
        for one in refused:
            one.searches += 1
        self._refused[region] = [one for one in refused if one.searches < _SEARCHES]

    def refuse(self, region: Region, box_xyxy: BoxesXYXY, confidence: float) -> None:
        """Remember a proposal, float32 (4,), that is no face."""
        self._refused.setdefault(region, []).append(_Refused(box_xyxy, confidence))

    def is_refused(self, region: Region, box_xyxy: BoxesXYXY, confidence: float) -> bool:
        """Return whether a proposal, float32 (4,), was refused of late, and is no surer now."""
        known = [one.box_xyxy for one in self._refused.get(region, ()) if confidence < one.confidence + _SURER_BY]
        boxes_xyxy = np.asarray(known, np.float32).reshape(-1, 4)
        return bool(is_covered(box_xyxy[np.newaxis], boxes_xyxy, min_iou=_SAME_PLACE_IOU)[0])
