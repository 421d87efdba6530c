"""How people walk through a made-up scene: in groups, each in a lane of its own, so that nobody covers a face."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from webapp.cli.bench.scenes.truth import Appearance, BoxXYXY

if TYPE_CHECKING:
    from numpy.random import Generator

WIDTH_PX, HEIGHT_PX = 1280, 720
_LEAST_STOP_S, _MOST_STOP_S = 1.5, 4.0
_MOST_LATE_S = 1.5
# A lane is as high as its faces need, with what is worn below them.
_FACE_OF_LANE = 0.75
_ZOOM, _ZOOM_HZ = 0.12, 0.15
_BOB_OF_FACE, _BOB_HZ = 0.03, 1.8
_FACING_S, _AWAY_S = (0.5, 3.0), (0.4, 1.5)
# A face that turns angry is seen for so long before and, at least, after it.
_CALM_S, _ANGRY_S = 3.0, 6.0


@dataclass(frozen=True)
class SceneStyle:
    """What happens in a scene, above all how people walk.

    Attributes:
        people: how many are seen at once.
        face_px: least and most width of a face.
        speed_px_s: the fastest walk, in pixels a second; the slowest has half of it.
        empty: share of the time in which nobody is seen, in [0, 1].
        glancing: share of the people who look to the camera now and then only.
        turns_angry: whether everybody turns angry while they stand still.
        cars: how many things drive by.
    """

    people: int = 3
    face_px: tuple[int, int] = (60, 160)
    speed_px_s: float = 160.0
    empty: float = 0.0
    glancing: float = 0.4
    turns_angry: bool = False
    cars: int = 3


@dataclass(frozen=True)
class Walk:
    """One person's way from one side to the other, with a stop; seconds from the first frame, pixels.

    Attributes:
        lane_y: height of the face's middle.
        side_px: mean width of the face.
        enters_at_s: when the face is wholly in the picture.
        speed_px_s: of the walk.
        stop_x: how far in the person stops.
        stop_s: for how long.
        from_left: whether they come from there.
        away_s: from when to when they look elsewhere.
        turns_angry_s: when the face turns angry; None where it does not.
    """

    lane_y: float
    side_px: float
    enters_at_s: float
    speed_px_s: float
    stop_x: float
    stop_s: float
    from_left: bool
    away_s: tuple[tuple[float, float], ...] = ()
    turns_angry_s: float | None = None

    @property
    def stops_at_s(self) -> float:
        """When they stop."""
        return self.enters_at_s + (self.stop_x - self._edge_px) / self.speed_px_s

    @property
    def leaves_at_s(self) -> float:
        """When the face is no more wholly in the picture."""
        return self.stops_at_s + self.stop_s + (WIDTH_PX - self._edge_px - self.stop_x) / self.speed_px_s

    @property
    def _edge_px(self) -> float:
        return 0.5 * self.side_px * (1 + _ZOOM)

    def is_near(self, time_s: float) -> bool:
        """Return whether some of the person may be in the picture."""
        margin_s = 3 * self.side_px / self.speed_px_s
        return self.enters_at_s - margin_s <= time_s <= self.leaves_at_s + margin_s

    def is_facing(self, time_s: float) -> bool:
        """Return whether the face is turned to the camera."""
        return not any(begin <= time_s < end for begin, end in self.away_s)

    def is_angry(self, time_s: float) -> bool:
        """Return whether the face has turned angry."""
        return self.turns_angry_s is not None and time_s >= self.turns_angry_s

    def box_xyxy(self, time_s: float) -> BoxXYXY:
        """Return the face's box, also outside the picture."""
        before_s = min(time_s - self.stops_at_s, 0.0)
        after_s = max(time_s - self.stops_at_s - self.stop_s, 0.0)
        along_px = self.stop_x + self.speed_px_s * (before_s + after_s)
        x = along_px if self.from_left else WIDTH_PX - along_px
        y = self.lane_y + _BOB_OF_FACE * self.side_px * math.sin(2 * math.pi * _BOB_HZ * time_s)
        half_px = 0.5 * self.side_px * (1 + _ZOOM * math.sin(2 * math.pi * _ZOOM_HZ * time_s + self.lane_y))
        return x - half_px, y - half_px, x + half_px, y + half_px

    def appearances(self, fps: float, frames: int) -> tuple[Appearance, ...]:
        """Return when the face is seen in a scene of so many frames."""
        numbers = range(max(0, math.ceil(self.enters_at_s * fps)), min(frames, math.floor(self.leaves_at_s * fps) + 1))
        facing = [number for number in numbers if self.is_facing(number / fps)]
        begins = [number for before, number in pairwise([-2, *facing]) if number != before + 1]
        runs = [[n for n in facing if begin <= n < end] for begin, end in pairwise([*begins, frames])]
        return tuple(Appearance(run[0], tuple(self._rounded(number / fps) for number in run)) for run in runs)

    def _rounded(self, time_s: float) -> BoxXYXY:
        left, top, right, bottom = self.box_xyxy(time_s)
        return round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)


def draw_walks(style: SceneStyle, seconds: float, rng: "Generator") -> list[Walk]:
    """Let groups come one after another until the scene is over, with pauses between them.

    Args:
        style: how they walk.
        seconds: length of the scene.
        rng: draws.
    """
    walks: list[Walk] = []
    begin_s = 0.0
    while begin_s < seconds and style.empty < 1 and style.people:
        group = [_walk(style, lane, begin_s, rng) for lane in range(style.people)]
        walks += group
        end_s = max(walk.leaves_at_s for walk in group)
        begin_s = end_s + (end_s - begin_s) * style.empty / (1 - style.empty)
    return walks


def _walk(style: SceneStyle, lane: int, begin_s: float, rng: "Generator") -> Walk:
    lane_px = HEIGHT_PX / style.people
    least_px, most_px = (min(side_px, _FACE_OF_LANE * lane_px) for side_px in style.face_px)
    side_px = float(rng.uniform(least_px, most_px))
    stop_s = float(rng.uniform(_LEAST_STOP_S, _MOST_STOP_S)) + (_CALM_S + _ANGRY_S) * style.turns_angry
    walk = Walk(
        lane_y=(lane + 0.5) * lane_px,
        side_px=side_px,
        enters_at_s=begin_s + float(rng.uniform(0, _MOST_LATE_S)) * (lane > 0),
        speed_px_s=style.speed_px_s * float(rng.uniform(0.5, 1.0)),
        stop_x=float(rng.uniform(0.25, 0.75)) * WIDTH_PX,
        stop_s=stop_s,
        from_left=bool(rng.random() < 0.5),
    )
    return _with_looks(walk, style, rng)


def _with_looks(walk: Walk, style: SceneStyle, rng: "Generator") -> Walk:
    """Return a walk with when the face looks elsewhere, or turns angry."""
    from dataclasses import replace

    if style.turns_angry:
        return replace(walk, turns_angry_s=round(walk.stops_at_s + float(rng.uniform(0.5, 1.0)) * _CALM_S, 2))
    if rng.random() >= style.glancing:
        return walk
    away_s, time_s = [], walk.enters_at_s
    while time_s < walk.leaves_at_s:
        begin_s = time_s + float(rng.uniform(*_FACING_S))
        time_s = begin_s + float(rng.uniform(*_AWAY_S))
        away_s.append((begin_s, time_s))
    return replace(walk, away_s=tuple(away_s))
