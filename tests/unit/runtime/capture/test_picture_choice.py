"""Which pictures of a camera go on: at most as many as vision wants, and few while nothing happens."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.zones import Zone, ZoneKind
from webapp.domain.vision.frames import ImageBGR, ImageGray
from webapp.domain.vision.motion import MotionGrid
from webapp.runtime.capture.capture_job import CaptureDemand
from webapp.runtime.capture.picture_choice import PictureChoice

RESTING = CaptureDemand(most_fps=12.0, is_somebody_expected=False)
LEFT_HALF = ImageSettings(zones=(Zone(ZoneKind.PRIVACY, ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))),))


@dataclass
class FakePicture:
    """A grey picture of which one would notice if its colours were made."""

    person_at: tuple[int, int] | None = None

    @property
    def image_bgr(self) -> ImageBGR:
        raise AssertionError("nobody asks for the colours of a picture before it goes on")

    def reduced_gray(self, width_px: int, height_px: int) -> ImageGray:
        gray = np.full((height_px, width_px), 90, np.uint8)
        if self.person_at:
            x, y = self.person_at
            gray[y : y + 4, x : x + 4] = 200
        return gray


@dataclass
class Camera:
    """Sends pictures at its rate to a choice; the clock is the test's."""

    fps: float = 25.0
    choice: PictureChoice = field(default_factory=PictureChoice)
    now_s: float = 50.0

    def sends(self, seconds: float, demand: CaptureDemand, person_at: tuple[int, int] | None = None) -> list[float]:
        """Return the times of the pictures that go on."""
        taken_s = []
        for _ in range(round(seconds * self.fps)):
            self.now_s += 1.0 / self.fps
            if self.choice.takes(FakePicture(person_at), demand, self.now_s):
                taken_s.append(self.now_s)
        return taken_s

    def motion(self, demand: CaptureDemand) -> MotionGrid:
        facts = self.choice.facts(demand, self.now_s)
        grid = MotionGrid.from_meta({**facts, "at_monotonic_s": self.now_s})
        assert grid is not None
        return grid


def test_without_another_word_all_pictures_go_on() -> None:
    assert len(Camera().sends(4, CaptureDemand())) == 100


@pytest.mark.parametrize("fps", [10.0, 15.0, 25.0, 30.0])
@pytest.mark.parametrize("most_fps", [5.0, 10.0, 12.0])
def test_as_many_go_on_as_are_wanted_evenly_in_time(fps: float, most_fps: float) -> None:
    camera = Camera(fps)
    camera.sends(3, CaptureDemand(most_fps=most_fps))
    taken_s = camera.sends(20, CaptureDemand(most_fps=most_fps))
    assert len(taken_s) / 20 == pytest.approx(min(fps, most_fps), rel=0.05)
    assert max(np.diff(taken_s)) < 1 / most_fps + 1 / fps + 1e-6


def test_a_rate_that_changes_holds_from_the_next_picture_on() -> None:
    camera = Camera()
    camera.sends(3, CaptureDemand(most_fps=12.0))
    assert len(camera.sends(10, CaptureDemand(most_fps=4.0))) == pytest.approx(40, abs=2)
    assert len(camera.sends(10, CaptureDemand(most_fps=20.0))) == pytest.approx(200, abs=3)


def test_no_rate_makes_a_camera_look_stalled() -> None:
    camera = Camera()
    camera.sends(3, CaptureDemand(most_fps=0.1))
    assert len(camera.sends(10, CaptureDemand(most_fps=0.1))) == pytest.approx(20, abs=1)


def test_a_camera_where_nothing_moves_and_nobody_is_expected_gives_two_a_second() -> None:
    camera = Camera()
    assert len(camera.sends(4, RESTING)) >= 48
    camera.sends(3, RESTING)
    assert camera.choice.is_quiet
    assert len(camera.sends(10, RESTING)) == pytest.approx(20, abs=1)


def test_one_where_someone_is_expected_goes_on_at_its_rate() -> None:
    camera = Camera()
    camera.sends(10, CaptureDemand(most_fps=12.0))
    assert not camera.choice.is_quiet
    assert len(camera.sends(10, CaptureDemand(most_fps=12.0))) == pytest.approx(120, abs=2)


@pytest.mark.parametrize("seconds", [10.0, 10.2, 10.4, 10.68])
def test_at_the_first_motion_a_picture_goes_on_within_150_ms_and_the_rate_is_back(seconds: float) -> None:
    camera = Camera()
    camera.sends(seconds, RESTING)
    assert camera.choice.is_quiet
    began_s = camera.now_s
    taken_s = camera.sends(5, RESTING, person_at=(30, 10))
    noticed_s = next(at_s for at_s in taken_s if at_s - began_s > 0.04)
    assert noticed_s - began_s <= 0.15
    assert not camera.choice.is_quiet
    assert len(taken_s) >= 58


def test_as_soon_as_someone_is_expected_the_rate_is_back() -> None:
    camera = Camera()
    camera.sends(10, RESTING)
    began_s = camera.now_s
    taken_s = camera.sends(1, replace(RESTING, is_somebody_expected=True))
    assert taken_s[0] - began_s < 0.05
    assert len(taken_s) >= 12


def test_what_moves_in_a_privacy_zone_is_no_motion() -> None:
    camera = Camera()
    demand = replace(RESTING, image_settings=LEFT_HALF)
    camera.sends(10, demand)
    camera.sends(1, demand, person_at=(5, 10))
    assert camera.choice.is_quiet
    camera.sends(1, demand, person_at=(50, 10))
    assert not camera.choice.is_quiet


@pytest.mark.parametrize(
    ("image_settings", "box_px"),
    [
        (ImageSettings(), (48, 4, 52, 8)),
        (ImageSettings(is_mirrored=True), (12, 4, 16, 8)),
        (ImageSettings(180), (12, 28, 16, 32)),
        (ImageSettings(90), (28, 48, 32, 52)),
        (ImageSettings(90, True), (4, 48, 8, 52)),
        (ImageSettings(270), (4, 12, 8, 16)),
    ],
)
def test_the_cells_lie_over_the_picture_as_it_goes_on(image_settings: ImageSettings, box_px: tuple[int, ...]) -> None:
    camera = Camera()
    demand = replace(RESTING, image_settings=image_settings)
    camera.sends(10, demand)
    camera.sends(0.5, demand, person_at=(48, 4))
    width_px, height_px = (64, 36) if image_settings.turn_deg % 180 == 0 else (36, 64)
    motion = camera.motion(demand)
    assert motion.share(box_px, width_px, height_px) > 0.85  # A cell of one on its side is no whole number of pixels.
    assert motion.cells.bit_count() <= 6


def test_after_a_change_of_the_image_settings_the_next_picture_goes_on_at_once() -> None:
    camera = Camera()
    camera.sends(10, RESTING)
    changed = replace(RESTING, image_settings=ImageSettings(180))
    assert len(camera.sends(0.04, changed)) == 1


def test_a_cell_counts_as_moving_until_vision_has_had_two_pictures() -> None:
    camera = Camera()
    seldom = replace(RESTING, most_fps=0.5)
    camera.sends(10, seldom)
    camera.sends(0.2, seldom, person_at=(30, 10))
    camera.sends(3.5, seldom)
    assert camera.motion(seldom).is_moving
    assert not camera.motion(RESTING).is_moving


def test_a_camera_of_whole_pictures_decodes_as_many_as_motion_needs() -> None:
    camera = Camera()
    camera.sends(10, RESTING)
    assert camera.choice.decoded_fps(RESTING) == pytest.approx(13.3, abs=0.1)
    assert camera.choice.decoded_fps(CaptureDemand(most_fps=30.0)) == pytest.approx(13.3, abs=0.1)
    assert Camera().choice.decoded_fps(CaptureDemand(most_fps=30.0)) == 30.0
