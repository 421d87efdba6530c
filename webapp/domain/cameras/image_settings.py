"""What is done to every picture of a camera before anything analyses it: rotated, mirrored, masked."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from webapp.domain.cameras.zones import DIGITS, Point, Zone, ZoneKind, check_zones, parse_zones
from webapp.errors import InputInvalid

TURNS_DEG = (0, 90, 180, 270)


@dataclass(frozen=True)
class ImageSettings:
    """How a camera's picture is brought into shape; the zones are drawn in the turned picture.

    Attributes:
        turn_deg: by how much the picture is turned clockwise: 0, 90, 180 or 270.
        is_mirrored: whether left and right are exchanged afterwards.
        zones: what of it is covered or left alone.
    """

    turn_deg: int = 0
    is_mirrored: bool = False
    zones: tuple[Zone, ...] = ()

    def __post_init__(self) -> None:
        """Check the turn and the number of zones.

        Raises:
            InputInvalid: one of them cannot be.
        """
        if self.turn_deg not in TURNS_DEG:
            raise InputInvalid(
                "Expected to rotate the picture by one of %(turns_deg)s degrees, got %(turn_deg)s.",
                turns_deg=str(TURNS_DEG),
                turn_deg=self.turn_deg,
            )
        check_zones(self.zones)

    def of_kind(self, kind: ZoneKind) -> tuple[Zone, ...]:
        """Return the zones of one kind."""
        return tuple(zone for zone in self.zones if zone.kind is kind)

    def turned(self, turn_deg: int, *, is_mirrored: bool) -> "ImageSettings":
        """Return the settings rotated another way, with its zones over the same things as before.

        Raises:
            InputInvalid: there is no such turn.
        """
        as_it_comes = replace(self, turn_deg=0, is_mirrored=False, zones=self._zones_as_it_comes())
        zones = as_it_comes._moved(lambda point: _mirrored(_turned(point, turn_deg // 90), is_mirrored))
        return ImageSettings(turn_deg, is_mirrored, zones)

    def _zones_as_it_comes(self) -> tuple[Zone, ...]:
        return self._moved(lambda point: _turned(_mirrored(point, self.is_mirrored), 4 - self.turn_deg // 90))

    def _moved(self, move: Callable[[Point], Point]) -> tuple[Zone, ...]:
        return tuple(replace(zone, points=tuple(map(move, zone.points))) for zone in self.zones)

    @cached_property
    def fingerprint(self) -> str:
        """A short text that differs as soon as frames come out differently; it goes with each frame, so made once."""
        written = json.dumps(self.as_dict(), sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()[:12]

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        zones = [zone.as_dict() for zone in self.zones]
        return {"turn_deg": self.turn_deg, "is_mirrored": self.is_mirrored, "zones": zones}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "ImageSettings":
        """Read what `as_dict` wrote.

        Raises:
            InputInvalid: it was changed since.
        """
        return cls(stored["turn_deg"], stored["is_mirrored"], parse_zones(stored["zones"], are_stored=True))


def _turned(point: Point, quarters: int) -> Point:
    """Return where a point is after so many quarter turns clockwise."""
    x, y = point
    for _ in range(quarters % 4):
        x, y = round(1.0 - y, DIGITS), x
    return x, y


def _mirrored(point: Point, is_mirrored: bool) -> Point:
    return (round(1.0 - point[0], DIGITS), point[1]) if is_mirrored else point


AS_IT_COMES = ImageSettings()
