"""Draws a made-up street: textured walls, things that drive by, the sensor's noise, and people with real faces."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.cli.bench.scenes.walks import HEIGHT_PX, WIDTH_PX, Walk
from webapp.domain.vision.frames import ImageBGR

Canvas: TypeAlias = NDArray[np.float32]
# What lies around the face in its picture, on each side, as a share of its width; it melts into what is behind.
EDGE = 0.125
_SIDE_PX = 96
# Sizes of the noise and how much there is of each: tuned so that a Haar scan costs what one of a real street does.
_OCTAVES_PX = ((320, 1.0), (80, 0.6), (20, 0.3), (5, 0.12))
_WINDOWS = 60
_NOISE = 2.5
_FADE_S = 0.08


@dataclass(frozen=True)
class Face:
    """A face to be shown.

    Attributes:
        emotion: what most viewers call it; None where they do not agree.
        image_bgr: uint8, (S, S, 3), BGR: the face with its edge.
    """

    emotion: str | None
    image_bgr: ImageBGR

    @classmethod
    def of_gray(cls, emotion: str | None, face_gray: NDArray[np.uint8]) -> "Face":
        """Return the face of a data set: its edge is mirrored, as nothing is known of what was around it."""
        edge_px = round(EDGE * face_gray.shape[0])
        framed = cv2.copyMakeBorder(face_gray, *(edge_px,) * 4, cv2.BORDER_REFLECT)
        return cls(emotion, np.asarray(cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR), dtype=np.uint8))


@dataclass(frozen=True)
class Actor:
    """A person of the scene.

    Attributes:
        walk: where they are.
        face: what they look like.
        angry_face: what they look like once they have turned angry.
        cloth: int, (3,): colour of what they wear, BGR.
    """

    walk: Walk
    face: Face
    angry_face: Face | None
    cloth: tuple[int, int, int]


class Street:
    """Draws the scene's frames; the same seed gives the same street."""

    def __init__(self, actors: Sequence[Actor], rng: np.random.Generator, cars: int) -> None:
        """Draw what stays the same.

        Args:
            actors: who walks by.
            rng: draws.
            cars: how many drive by.
        """
        self._actors = sorted(actors, key=lambda actor: actor.walk.lane_y)  # Who is further down stands in front.
        self._walls = _walls(rng)
        self._cars = [_Car(rng) for _ in range(cars)]
        noise = rng.normal(0, _NOISE, (HEIGHT_PX + 64, WIDTH_PX + 64, 1)).astype(np.float32)
        self._noise = np.repeat(noise, 3, axis=2)
        self._rng = rng

    def frame(self, time_s: float) -> ImageBGR:
        """Return the picture at a time: uint8, (720, 1280, 3), BGR; a new array."""
        canvas = self._walls.copy()
        for car in self._cars:
            car.draw(canvas, time_s)
        for actor in self._actors:
            if actor.walk.is_near(time_s):
                _draw_person(canvas, actor, time_s)
        top, left = self._rng.integers(0, 64, 2)
        canvas += self._noise[top : top + HEIGHT_PX, left : left + WIDTH_PX]
        return np.asarray(cv2.convertScaleAbs(np.maximum(canvas, 0)), dtype=np.uint8)


class _Car:
    """Something with texture and edges that drives by, again and again."""

    def __init__(self, rng: np.random.Generator) -> None:
        height_px, width_px = int(rng.integers(60, 140)), int(rng.integers(160, 360))
        self._image = _texture(rng, height_px, width_px, 45.0) + rng.uniform(40, 160, 3).astype(np.float32)
        for _ in range(6):
            _draw_box(self._image, rng, (20, 60), (15, 40))
        self._top = int(rng.integers(HEIGHT_PX // 3, HEIGHT_PX - height_px))
        self._speed_px_s, self._offset_px = rng.uniform(60, 260), rng.uniform(0, 2 * WIDTH_PX)

    def draw(self, canvas: Canvas, time_s: float) -> None:
        height_px, width_px = self._image.shape[:2]
        x = int((self._offset_px + self._speed_px_s * time_s) % (2 * WIDTH_PX)) - width_px
        left, right = max(x, 0), min(x + width_px, WIDTH_PX)
        if left < right:
            canvas[self._top : self._top + height_px, left:right] = self._image[:, left - x : right - x]


def _walls(rng: np.random.Generator) -> Canvas:
    """Return float32 (720, 1280, 3), range 0–255: walls with windows, whose texture is as rich as a street's."""
    walls = _texture(rng, HEIGHT_PX, WIDTH_PX, 30.0) + rng.uniform(90, 150, 3).astype(np.float32)
    for _ in range(_WINDOWS):
        _draw_box(walls, rng, (20, 120), (30, 160))
    return np.asarray(np.clip(walls, 0, 255), dtype=np.float32)


def _texture(rng: np.random.Generator, height_px: int, width_px: int, contrast: float) -> Canvas:
    """Return float32 (h, w, 3) around 0: noise of several sizes, as walls, trees and pavements have it."""
    texture = np.zeros((height_px, width_px, 1), np.float32)
    for cell_px, share in _OCTAVES_PX:
        shape = (height_px // cell_px + 2, width_px // cell_px + 2)
        cells = rng.normal(0, share * contrast, shape).astype(np.float32)
        texture[:, :, 0] += cv2.resize(cells, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    return np.repeat(texture, 3, axis=2)


def _draw_box(
    canvas: Canvas, rng: np.random.Generator, widths_px: tuple[int, int], heights_px: tuple[int, int]
) -> None:
    """Draw a window: a frame, and a shade within."""
    height_px, width_px = canvas.shape[:2]
    left, top = int(rng.integers(0, width_px)), int(rng.integers(0, height_px))
    right, bottom = left + int(rng.integers(*widths_px)), top + int(rng.integers(*heights_px))
    canvas[top:bottom, left:right] += rng.uniform(-60, 60)
    cv2.rectangle(canvas, (left, top), (right, bottom), rng.uniform(20, 230, 3).tolist(), int(rng.integers(1, 5)))


def _draw_person(canvas: Canvas, actor: Actor, time_s: float) -> None:
    left, top, right, bottom = actor.walk.box_xyxy(time_s)
    centre_xy, side_px = ((left + right) / 2, (top + bottom) / 2), right - left
    _draw_body(canvas, actor.cloth, centre_xy, side_px)
    if not actor.walk.is_facing(time_s):
        axes = (round(0.5 * side_px), round(0.6 * side_px))
        cv2.ellipse(canvas, _rounded(centre_xy), axes, 0, 0, 360, (40, 50, 60), -1, cv2.LINE_AA)
        return
    _lay(canvas, _face_at(actor, time_s), centre_xy, side_px)


def _draw_body(canvas: Canvas, cloth: tuple[int, int, int], centre_xy: tuple[float, float], side_px: float) -> None:
    middle = _rounded((centre_xy[0], centre_xy[1] + 1.7 * side_px))
    cv2.ellipse(canvas, middle, (round(0.95 * side_px), round(1.15 * side_px)), 0, 0, 360, cloth, -1, cv2.LINE_AA)


def _rounded(xy: tuple[float, float]) -> tuple[int, int]:
    return round(xy[0]), round(xy[1])


def _face_at(actor: Actor, time_s: float) -> NDArray[np.float32]:
    """Return float32 (S, S, 3): the face, or one that is just turning angry."""
    face = _scaled(actor.face)
    if actor.angry_face is None or actor.walk.turns_angry_s is None or time_s < actor.walk.turns_angry_s:
        return face
    share = min((time_s - actor.walk.turns_angry_s) / _FADE_S, 1.0)
    return np.asarray((1 - share) * face + share * _scaled(actor.angry_face), dtype=np.float32)


def _scaled(face: Face) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(face.image_bgr, (_SIDE_PX, _SIDE_PX)), dtype=np.float32)


def _lay(canvas: Canvas, face: NDArray[np.float32], centre_xy: tuple[float, float], side_px: float) -> None:
    """Draw a face at its place, in place; what is outside the picture is left out."""
    reach_px = (0.5 + EDGE) * side_px
    left, top = (max(int(centre_xy[axis] - reach_px), 0) for axis in (0, 1))
    right, bottom = min(int(centre_xy[0] + reach_px) + 1, WIDTH_PX), min(int(centre_xy[1] + reach_px) + 1, HEIGHT_PX)
    if right <= left or bottom <= top:
        return
    scale = 2 * reach_px / _SIDE_PX
    shift_xy = (centre_xy[0] - reach_px - left, centre_xy[1] - reach_px - top)
    turn: Any = np.array([[scale, 0, shift_xy[0]], [0, scale, shift_xy[1]]], np.float32)
    size = (right - left, bottom - top)
    laid = cv2.warpAffine(face, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    opacity = cv2.warpAffine(_OPACITY, turn, size, flags=cv2.INTER_LINEAR)[:, :, np.newaxis]
    room = canvas[top:bottom, left:right]
    room += opacity * (laid - room)


def _opacity() -> NDArray[np.float32]:
    """Return float32 (S, S) in [0, 1]: how much of the face covers what is behind it; less towards its edge."""
    distance = np.minimum(np.arange(_SIDE_PX), np.arange(_SIDE_PX)[::-1]) + 0.5
    side = np.clip(distance / (EDGE / (1 + 2 * EDGE) * _SIDE_PX), 0, 1)
    return np.minimum.outer(side, side).astype(np.float32)


_OPACITY = _opacity()
