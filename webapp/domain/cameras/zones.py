"""Parts of a camera's picture that are not for Amends: drawn by an admin, in shares of the picture's sides."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeAlias

from webapp.domain.cameras.names import check_visible, tidy_name
from webapp.errors import InputInvalid

Point: TypeAlias = tuple[float, float]

MAX_ZONES = 16
MIN_POINTS, MAX_POINTS = 3, 32
MAX_NAME_LENGTH = 40
# Half a percent of the width by half a percent of the height: less was a slip of the hand.
_MIN_AREA = 0.005 * 0.005
DIGITS = 4
_ROUNDING = 1e-6
# A face that lies in a zone by this share of its box is in it, wherever its centre is.
MOST_SHARE_INSIDE = 0.5


class ZoneKind(StrEnum):
    """What a zone is for."""

    PRIVACY = "privacy"  # Blacked out before anything analyses the frame.
    STAFF = "staff"  # No face in it is analysed, and none can be recognised on any screen.


@dataclass(frozen=True)
class Zone:
    """One polygon.

    Attributes:
        kind: what it is for.
        points: its corners in order, each (x, y) from the picture's top left corner, both in [0, 1].
        name: what the admin calls it; may be empty.
    """

    kind: ZoneKind
    points: tuple[Point, ...]
    name: str = ""

    def __post_init__(self) -> None:
        """Check that it is a polygon of the picture.

        Raises:
            InputInvalid: too few or too many points, one outside the picture, sides that cross, or hardly any area.
        """
        if len(self.name) > MAX_NAME_LENGTH:
            raise InputInvalid(
                "Expected a zone's name of at most %(max_name_length)s characters, got %(count)s.",
                max_name_length=MAX_NAME_LENGTH,
                count=len(self.name),
            )
        if not MIN_POINTS <= len(self.points) <= MAX_POINTS:
            raise InputInvalid(
                "Expected a zone of %(min_points)s to %(max_points)s points, got %(count)s.",
                min_points=MIN_POINTS,
                max_points=MAX_POINTS,
                count=len(self.points),
            )
        if not all(0.0 <= share <= 1.0 for point in self.points for share in point):
            raise InputInvalid("Expected a zone's points within the picture (0 to 1), got one outside.")
        if _area(self.points) < _MIN_AREA:
            raise InputInvalid("Expected a zone that covers something, got one without area: drag its points apart.")
        # Where sides cross, nobody can say what is inside: a picture meant to be covered would not be.
        if _sides_cross(self.points):
            raise InputInvalid(
                "The sides of the zone '%(name)s' cross each other: move its points apart.", name=self.name
            )

    def contains(self, point: Point) -> bool:
        """Return whether a point lies inside (even-odd rule)."""
        x, y = point
        is_inside = False
        for (x1, y1), (x2, y2) in _sides(self.points):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                is_inside = not is_inside
        return is_inside

    def share_of(self, box_xyxy: Sequence[float]) -> float:
        """Return how much of a box, in shares of the picture's sides, lies in this zone, in [0, 1]."""
        left, top, right, bottom = box_xyxy
        box_area = (right - left) * (bottom - top)
        return _area(_clipped(self.points, left, top, right, bottom)) / box_area if box_area > 0 else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {"kind": self.kind.value, "name": self.name, "points": [list(point) for point in self.points]}


def is_hidden(zones: Sequence[Zone], box_xyxy: Sequence[float]) -> bool:
    """Return whether a face is in a zone: its centre, or half of its box.

    Args:
        zones: of the picture.
        box_xyxy: left, top, right, bottom in shares of the picture's sides.
    """
    left, top, right, bottom = box_xyxy
    centre = ((left + right) / 2, (top + bottom) / 2)
    if any(zone.contains(centre) for zone in zones):
        return True
    return sum(zone.share_of(box_xyxy) for zone in zones) > MOST_SHARE_INSIDE - _ROUNDING


def check_zones(zones: Sequence[Zone]) -> None:
    """Check how many there are.

    Raises:
        InputInvalid: more than a picture may have.
    """
    if len(zones) > MAX_ZONES:
        raise InputInvalid(
            "Expected at most %(max_zones)s zones, got %(count)s: join some of them.",
            max_zones=MAX_ZONES,
            count=len(zones),
        )


def parse_zones(entries: object, *, are_stored: bool = False) -> tuple[Zone, ...]:
    """Read zones as `Zone.as_dict` writes them, or as a browser sends them.

    Raises:
        InputInvalid: this is no list of zones.
    """
    if not isinstance(entries, list):
        raise InputInvalid("Expected a list of zones.")
    zones = tuple(_zone(entry) for entry in entries)
    check_zones(zones)
    if not are_stored:
        for zone in zones:
            check_visible(zone.name)
    return zones


def _zone(entry: object) -> Zone:
    if not isinstance(entry, Mapping):
        raise InputInvalid("Expected a zone with kind, name and points.")
    try:
        kind = ZoneKind(entry["kind"])
        points = tuple((_share(x), _share(y)) for x, y in entry["points"])
    except (KeyError, TypeError, ValueError, OverflowError):
        kinds = " or ".join(ZoneKind)
        raise InputInvalid(
            "Expected a zone of the kind %(kinds)s with points such as [0.25, 0.5].", kinds=kinds
        ) from None
    return Zone(kind, points, tidy_name(str(entry.get("name") or "")))


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"expected a finite number, got {type(value).__name__}")
    return round(float(value), DIGITS)


def _sides(points: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    return pairwise((*points, points[0]))


def _area(points: Sequence[Point]) -> float:
    if len(points) < MIN_POINTS:
        return 0.0
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _sides(points))) / 2


def _sides_cross(points: Sequence[Point]) -> bool:
    sides = list(_sides(points))
    for number, first in enumerate(sides):
        for second in sides[number + 2 :]:
            is_neighbour = number == 0 and second is sides[-1]
            if not is_neighbour and _cross(first, second):
                return True
    return False


def _cross(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = first, second
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Point, b: Point, c: Point) -> float:
    """Return which way one turns at b on the way from a to c: positive, negative, or 0 for straight on."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _clipped(points: Sequence[Point], left: float, top: float, right: float, bottom: float) -> list[Point]:
    """Cut a polygon down to a box (Sutherland and Hodgman 1974); the area is right for hollow ones too."""
    clipped = list(points)
    for axis, limit, sign in ((0, left, 1.0), (1, top, 1.0), (0, right, -1.0), (1, bottom, -1.0)):
        clipped = _cut(clipped, axis, limit, sign)
    return clipped


def _cut(points: list[Point], axis: int, limit: float, sign: float) -> list[Point]:
    """Keep what lies on one side of a line: `sign * (point[axis] - limit) >= 0`."""
    kept: list[Point] = []
    for start, end in _sides(points) if points else ():
        start_ahead, end_ahead = sign * (start[axis] - limit), sign * (end[axis] - limit)
        if start_ahead >= 0:
            kept.append(start)
        if (start_ahead >= 0) != (end_ahead >= 0):
            way = start_ahead / (start_ahead - end_ahead)
            kept.append((start[0] + way * (end[0] - start[0]), start[1] + way * (end[1] - start[1])))
    return kept
