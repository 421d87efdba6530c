"""Is a face that appears the one that was lost a moment ago? Linking of tracks by time, place, size and likeness.

Nothing here knows who anyone is: the pictures that are compared are a few pixels of the last second, they stay in
memory, and they are forgotten when the link's time is over.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

BoxXYXY = tuple[float, float, float, float]


class FaceThumbnail(Protocol):
    """A face as a float32 array (K,): few grey pixels of mean 0 and length 1, so that the product of two is in [-1, 1].

    A protocol, as the web process knows incidents, and must not load numpy for it.
    """

    def __matmul__(self, other: Any, /) -> Any:
        """Return the product."""


MAX_MOVED_WIDTHS = 1.0
MAX_SIZE_RATIO = 1.6
# Measured on stills before a camera and on two clips, some moments apart: 88 to 100 of 100 views are this
# like the same face, 3 of 100 pairs of different people who stand on one spot are this like each other.
MIN_LIKENESS = 0.7


@dataclass(frozen=True)
class Sighting:
    """A face at the moment of its first or last sight.

    Attributes:
        at: when (aware UTC).
        box_xyxy: left, top, right, bottom in pixels of the full frame.
        thumbnails: of its first or last views; empty where none was kept, and then likeness is not asked for.
    """

    at: datetime
    box_xyxy: BoxXYXY
    thumbnails: tuple[FaceThumbnail, ...] = ()


@dataclass(frozen=True)
class LostTrack:
    """A face that is gone.

    Attributes:
        track_id: of its track; a negative one is that of an incident of an earlier process.
        last: its last sight.
    """

    track_id: int
    last: Sighting


@dataclass(frozen=True)
class TrackLink:
    """Why a track is taken for the going-on of an earlier one.

    Attributes:
        track_id: the earlier one.
        missing_s: seconds between its last sight and the first of the new one.
        moved_widths: how far the middle of the face moved, in widths of the larger of the two.
        size_ratio: larger width by smaller one, at least 1.
        likeness: correlation of the two most similar views, in [-1, 1]; None where there was nothing to compare.
    """

    track_id: int
    missing_s: float
    moved_widths: float
    size_ratio: float
    likeness: float | None


def link_to_lost(first: Sighting, lost: Iterable[LostTrack], *, max_missing_s: float) -> TrackLink | None:
    """Choose the lost face that a new one very likely is.

    Args:
        first: the new face's first sight.
        lost: the faces that are not visible any more.
        max_missing_s: seconds after which a face that was lost is taken for someone else; 0 links nobody.

    Returns:
        The link to the most similar one of those that fit in time, place, size and likeness, or None.
    """
    links = [_link(first, one) for one in lost]
    fitting = [link for link in links if _fits(link, max_missing_s)]
    return max(fitting, key=_closeness, default=None)


def likeness(some: Sequence[FaceThumbnail], others: Sequence[FaceThumbnail]) -> float | None:
    """Return the highest correlation of a view of the one with a view of the other, or None without views."""
    return max((float(one @ other) for one in some for other in others), default=None)


def _link(first: Sighting, lost: LostTrack) -> TrackLink:
    width_px, lost_width_px = _width_px(first.box_xyxy), _width_px(lost.last.box_xyxy)
    x, y = _middle(first.box_xyxy)
    lost_x, lost_y = _middle(lost.last.box_xyxy)
    moved_px = math.hypot(x - lost_x, y - lost_y)
    return TrackLink(
        track_id=lost.track_id,
        missing_s=(first.at - lost.last.at).total_seconds(),
        moved_widths=moved_px / max(width_px, lost_width_px),
        size_ratio=max(width_px / lost_width_px, lost_width_px / width_px),
        likeness=likeness(first.thumbnails, lost.last.thumbnails),
    )


def _fits(link: TrackLink, max_missing_s: float) -> bool:
    is_alike = link.likeness is None or link.likeness >= MIN_LIKENESS
    is_near = link.moved_widths <= MAX_MOVED_WIDTHS and link.size_ratio <= MAX_SIZE_RATIO
    return is_alike and is_near and 0 < link.missing_s <= max_missing_s


def _closeness(link: TrackLink) -> tuple[float, float]:
    return (MIN_LIKENESS if link.likeness is None else link.likeness), -link.moved_widths


def _width_px(box_xyxy: BoxXYXY) -> float:
    return max(box_xyxy[2] - box_xyxy[0], 1.0)


def _middle(box_xyxy: BoxXYXY) -> tuple[float, float]:
    return (box_xyxy[0] + box_xyxy[2]) / 2, (box_xyxy[1] + box_xyxy[3]) / 2
