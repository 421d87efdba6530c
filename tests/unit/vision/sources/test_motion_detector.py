"""What counts as motion, and what does not: pictures as small as the detector gets them, 13 a second."""

import itertools

import numpy as np
import pytest

from webapp.domain.vision.frames import ImageGray
from webapp.domain.vision.motion import COLUMNS, ROWS, MotionGrid, cells_of
from webapp.vision.sources.motion_detector import HEIGHT_PX, WIDTH_PX, MotionDetector

STEP_S = 0.075
RNG = np.random.default_rng(7)
SCENE = RNG.integers(40, 200, (HEIGHT_PX, WIDTH_PX)).astype(np.float64)


class Camera:
    """One camera in front of a scene, with the noise of its pictures (standard deviation, after averaging)."""

    def __init__(self, noise: float = 0.4) -> None:
        self.detector, self.now_s, self._noise = MotionDetector(), 100.0, noise

    def shows(self, scene: np.ndarray, seconds: float = STEP_S) -> None:
        for _ in range(round(seconds / STEP_S)):
            self.now_s += STEP_S
            self.detector.look(self._picture(scene), self.now_s)

    def _picture(self, scene: np.ndarray) -> ImageGray:
        return np.clip(scene + RNG.normal(0, self._noise, scene.shape), 0, 255).round().astype(np.uint8)

    @property
    def still_s(self) -> float:
        return self.now_s - self.detector.moved_at_s


def with_person(x: int, y: int, size: int = 3) -> np.ndarray:
    scene = SCENE.copy()
    scene[y : y + size, x : x + size] = 240 - SCENE[y : y + size, x : x + size]
    return scene


@pytest.mark.parametrize("noise", [0.0, 0.4, 1.0, 2.0])
def test_noise_is_no_motion(noise: float) -> None:
    camera = Camera(noise)
    camera.shows(SCENE, 20)  # So long it takes at most to learn what the noise is.
    before_s = camera.now_s
    camera.shows(SCENE, 60)
    assert camera.detector.moved_at_s <= before_s


def test_at_the_first_picture_everything_may_move() -> None:
    camera = Camera()
    camera.shows(SCENE)
    assert camera.still_s == 0
    assert f"{camera.detector.grid(camera.now_s, 1.0).cells:x}" == "f" * 36


@pytest.mark.parametrize("noise", [0.0, 0.4, 1.5])
@pytest.mark.parametrize(("x", "y"), [(0, 0), (30, 17), (61, 33)])
def test_someone_who_comes_in_is_motion_at_the_first_picture_and_in_their_place(noise: float, x: int, y: int) -> None:
    camera = Camera(noise)
    camera.shows(SCENE, 20)
    assert camera.still_s > 5
    camera.shows(with_person(x, y))
    assert camera.still_s == 0
    grid = camera.detector.grid(camera.now_s, 1.0)
    assert grid.share((x, y, x + 3, y + 3), WIDTH_PX, HEIGHT_PX) == 1.0
    assert grid.cells.bit_count() <= 4


def test_someone_who_walks_slowly_is_motion_all_the_time() -> None:
    camera = Camera()
    camera.shows(SCENE, 10)
    for x in range(4, 40):  # A sixty-fourth of the picture's width in half a second.
        camera.shows(with_person(x, 10), 0.45)
        assert camera.still_s < 0.5


def test_someone_who_stands_still_is_no_motion_after_some_seconds_and_is_again_when_they_go() -> None:
    camera = Camera()
    camera.shows(SCENE, 10)
    camera.shows(with_person(20, 10), 15)
    assert camera.still_s > 3
    camera.shows(SCENE)
    assert camera.still_s == 0


def test_the_light_of_the_day_is_no_motion() -> None:
    camera = Camera()
    camera.shows(SCENE, 10)
    before_s = camera.now_s
    patch = np.zeros_like(SCENE)
    patch[:, :20] = 1.0
    for step in range(60 * 13):  # The sun comes in at one side: 50 shades of grey within a minute.
        camera.shows(SCENE + patch * 50 * step / (60 * 13))
    assert camera.detector.moved_at_s <= before_s


def test_light_that_changes_everywhere_at_once_is_no_motion() -> None:
    camera = Camera()
    camera.shows(SCENE, 10)
    before_s = camera.now_s
    for brighter in itertools.chain(range(0, 12), range(12, 0, -1)):
        camera.shows(SCENE + brighter, 0.3)
    assert camera.detector.moved_at_s <= before_s


def test_a_place_that_is_always_restless_hides_nobody() -> None:
    camera = Camera()
    leaves = np.zeros_like(SCENE)
    for _ in range(400):
        leaves[5:15, 5:15] = RNG.normal(0, 2.0, (10, 10))
        camera.shows(SCENE + leaves)
    camera.shows(with_person(8, 8))
    assert camera.still_s == 0


def test_a_cell_counts_as_moving_for_as_long_as_is_asked() -> None:
    camera = Camera()
    camera.shows(SCENE, 10)
    camera.shows(with_person(4, 0))
    camera.shows(SCENE)
    camera.shows(SCENE, 3)
    assert camera.detector.grid(camera.now_s, 1.0).cells == 0
    recent = camera.detector.grid(camera.now_s, 4.0)
    assert recent.share((4, 0, 7, 3), WIDTH_PX, HEIGHT_PX) > 0.5


def test_a_picture_on_its_side_has_its_cells_where_it_shows_them() -> None:
    camera = Camera()
    camera.shows(SCENE.T, 10)
    camera.shows(with_person(40, 20).T)
    grid = camera.detector.grid(camera.now_s, 0.5)
    assert grid.share((20, 40, 23, 43), HEIGHT_PX, WIDTH_PX) > 0.9
    assert grid.cells.bit_count() <= COLUMNS // 4


def test_after_a_change_of_shape_everything_may_have_moved() -> None:
    camera = Camera()
    camera.shows(SCENE, 10)
    camera.detector.forget()
    camera.shows(SCENE)
    assert camera.still_s == 0


def test_where_somebody_is_changes_and_where_they_have_just_been_does_not() -> None:
    camera = Camera()
    camera.shows(SCENE, 10)
    for x in range(2, 50, 2):
        camera.shows(with_person(x, 12, size=8))
    grid = camera.detector.grid(camera.now_s, 1.0)
    moved, changing = (np.asarray(cells_of(bits)).reshape(ROWS, COLUMNS) for bits in (grid.cells, grid.changing))
    person = 48 * COLUMNS // 64
    assert changing[:, person : person + 3].any()
    assert moved[:, person - 5].any()
    assert not changing[:, person - 5].any()
    assert MotionGrid.from_meta({**grid.as_meta(9.0), "at_monotonic_s": 9.0}) == grid


def test_who_stands_still_changes_nothing_after_a_moment() -> None:
    camera = Camera()
    camera.shows(SCENE, 10)
    camera.shows(with_person(30, 12, size=8), 1.0)
    grid = camera.detector.grid(camera.now_s, 3.0)
    assert grid.is_moving
    assert not grid.changing
