"""The demo camera's pictures."""

import time

import numpy as np
import pytest

from tests.support.videos import demo_pictures
from webapp.errors import CameraError
from webapp.vision.sources.demo import DemoSource
from webapp.vision.sources.demo_scene import (
    EPISODE_PERIOD_S,
    EPISODE_S,
    FIRST_EPISODE_S,
    FPS,
    DemoScene,
    scowl_strength,
)


def test_the_same_number_gives_the_same_picture() -> None:
    scene = DemoScene()
    during = round(FPS * (FIRST_EPISODE_S + 2))
    first = [scene.picture(number) for number in (0, during, 7)]
    again = [DemoScene().picture(number) for number in (0, during, 7)]
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert np.array_equal(scene.picture(0), first[0]), "an episode leaves nothing behind"


def test_the_picture_moves() -> None:
    one, two = demo_pictures(2)
    assert not np.array_equal(one, two)


def test_the_face_scowls_first_after_some_seconds_then_every_few_minutes() -> None:
    middle = FIRST_EPISODE_S + EPISODE_S / 2
    assert scowl_strength(0) == scowl_strength(FIRST_EPISODE_S - 0.1) == 0
    assert scowl_strength(middle) == scowl_strength(middle + EPISODE_PERIOD_S) == 1
    assert 0 < scowl_strength(FIRST_EPISODE_S + 0.2) < 1
    assert scowl_strength(FIRST_EPISODE_S + EPISODE_S + 0.1) == 0


def test_the_scowl_changes_the_face_and_nothing_else() -> None:
    scene = DemoScene()
    calm, scowling = scene.draw(0, 0), scene.draw(0, 1)
    rows, columns = np.nonzero(np.abs(calm.astype(int) - scowling).max(axis=2) > 2)
    assert rows.min() > 60
    assert rows.max() < 320
    assert columns.min() > 350
    assert columns.max() < 620


def test_pictures_come_at_their_own_pace() -> None:
    source = DemoSource()
    opened = source.open()
    began_s = time.monotonic()
    pictures = [source.read().image_bgr for _ in range(10)]
    elapsed_s = time.monotonic() - began_s
    source.close()
    assert pictures[0].shape == (opened.height_px, opened.width_px, 3)
    assert elapsed_s >= 9 / FPS - 0.02


def test_a_closed_camera_says_so() -> None:
    source = DemoSource()
    with pytest.raises(CameraError, match="open"):
        source.read()
