"""People as they are shown to a camera, and how one looks to most viewers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.frames import ImageGray

Background = Literal["plain", "moving", "both"]
Damage = Literal["none", "jpeg", "h264", "both"]


@dataclass(frozen=True)
class Person:
    """Someone before a camera.

    Attributes:
        name: where the pictures come from.
        emotion: what most viewers call the face; None where they do not agree.
    """

    name: str
    emotion: str | None


@dataclass(frozen=True)
class StillPerson(Person):
    """A person of whom there is one still.

    Attributes:
        face_gray: uint8, (S, S): the face alone, as FER2013 crops it.
    """

    face_gray: ImageGray


@dataclass(frozen=True)
class SceneStyle:
    """How people are put before the camera.

    Attributes:
        width_px: of the picture.
        height_px: of the picture.
        fps: pictures a second.
        visit_s: seconds that each person is seen.
        pause_s: seconds without anyone between two visits.
        face_px: least and most width of a face in pixels.
        at_once: people who are seen at the same time.
        background: what is behind them.
        damage: what the camera's compression does.
        seed: of everything that is drawn by chance.
    """

    width_px: int = 640
    height_px: int = 480
    fps: float = 12.0
    visit_s: float = 4.0
    pause_s: float = 2.0
    face_px: tuple[int, int] = (80, 200)
    at_once: int = 1
    background: Background = "both"
    damage: Damage = "both"
    seed: int = 20


@dataclass(frozen=True)
class Standing:
    """Where one person is and how they move, drawn by chance once a visit; lengths in pixels, angles in degrees.

    Attributes:
        person: index into the camera's people.
        centre_xy: float64 (2,): the face's middle when the visit begins.
        side_px: width of the face.
        sway_xy: float64 (2,): how far it moves to each side.
        rates_hz: float64 (4,): how often it sways to the side, up and down, nears and tilts.
        phases: float64 (4,): where in these movements the visit begins, in radians.
        tilt_deg: how far the head tilts.
        zoom: how much nearer and further it comes, as a share of the width.
    """

    person: int
    centre_xy: NDArray[np.float64]
    side_px: float
    sway_xy: NDArray[np.float64]
    rates_hz: NDArray[np.float64]
    phases: NDArray[np.float64]
    tilt_deg: float
    zoom: float

    def placement(self, time_s: float) -> tuple[NDArray[np.float64], float, float]:
        """Return the middle (2,), the width in pixels and the tilt in degrees at a moment of the visit."""
        waves = np.sin(2 * np.pi * self.rates_hz * time_s + self.phases)
        centre_xy = self.centre_xy + self.sway_xy * waves[:2]
        return centre_xy, self.side_px * (1 + self.zoom * float(waves[2])), self.tilt_deg * float(waves[3])

    def box_xyxy(self, time_s: float) -> tuple[float, float, float, float]:
        """Return the face's true box at a moment of the visit."""
        (x, y), side_px, _ = self.placement(time_s)
        half = side_px / 2
        return float(x - half), float(y - half), float(x + half), float(y + half)


def draw_standings(people: Sequence[int], style: SceneStyle, rng: np.random.Generator) -> list[Standing]:
    """Place people side by side: each has a column of the picture to move in.

    Args:
        people: indices of those who are seen at once.
        style: sizes.
        rng: draws.
    """
    column_px = style.width_px / len(people)
    return [_standing(person, number, column_px, style, rng) for number, person in enumerate(people)]


def _standing(person: int, column: int, column_px: float, style: SceneStyle, rng: np.random.Generator) -> Standing:
    least, most = style.face_px
    largest = min(most, 0.62 * column_px, 0.62 * style.height_px)
    side_px = float(np.exp(rng.uniform(np.log(min(least, largest)), np.log(largest))))
    sway_xy = rng.uniform(0.02, [0.30, 0.12]) * side_px
    room_xy = np.maximum(np.array([column_px, style.height_px]) - 1.15 * side_px - 2 * sway_xy, 0.0)
    corner_xy = 0.575 * side_px + sway_xy + np.array([column * column_px, 0.0])
    return Standing(
        person=person,
        centre_xy=corner_xy + rng.uniform(0, 1, 2) * room_xy,
        side_px=side_px,
        sway_xy=sway_xy,
        rates_hz=rng.uniform(0.08, 0.45, 4),
        phases=rng.uniform(0, 2 * np.pi, 4),
        tilt_deg=float(rng.uniform(0, 8)),
        zoom=float(rng.uniform(0, 0.08)),
    )
