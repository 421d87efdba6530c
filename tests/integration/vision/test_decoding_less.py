"""What is not decoded, and what pictures cost that nobody looks at."""

import time
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.servers import mjpeg_server
from tests.support.videos import demo_jpegs, demo_pictures, write_video
from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.cameras.source_limits import SourceLimits
from webapp.vision.sources import Source, make_source
from webapp.vision.sources.file import open_recording
from webapp.vision.sources.source import ColourPicture

LIMITS = SourceLimits()


@pytest.fixture(scope="module")
def with_unreferenced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of which no other picture is decoded from two in three."""
    path = tmp_path_factory.mktemp("video") / "b.mp4"
    options = {"bf": "2", "b-pyramid": "none", "b-adapt": "0", "g": "30"}
    return write_video(path, demo_pictures(31), fps=100, **options)


def never() -> bool:
    return False


def file_camera(path: Path) -> Source:
    source = make_source(CameraAddress(f"file:{path}"), LIMITS)
    source.open()
    return source


def test_pictures_that_no_other_needs_are_not_decoded_while_nobody_looks(with_unreferenced: Path) -> None:
    with closing(file_camera(with_unreferenced)) as source:
        source.leave_out(above_fps=60.0, unreferenced=True, keys_are_enough=never)
        few = [source.read() for _ in range(9)]
        assert source.received >= 25
        source.leave_out(above_fps=60.0, unreferenced=False, keys_are_enough=never)
        before = source.received
        for _ in range(9):
            source.read()
        assert source.received - before <= 12
    assert np.abs(few[1].image_bgr.astype(int) - demo_pictures(4)[3]).mean() < 5, "the others look as they did"


def test_a_recording_is_played_at_its_own_pace_however_few_are_wanted(tmp_path: Path) -> None:
    path = write_video(tmp_path / "stills.avi", demo_pictures(6), fps=15, codec="mjpeg", pix_fmt="yuvj420p")
    with closing(file_camera(path)) as source:
        source.leave_out(above_fps=1.0, unreferenced=True, keys_are_enough=never)
        began_s = time.monotonic()
        for _ in range(6):
            source.read()
        assert source.received == 6
        assert time.monotonic() - began_s >= 5 / 15 - 0.02


def test_whole_pictures_that_nobody_wants_are_not_decoded() -> None:
    with mjpeg_server(demo_jpegs(5), fps=40) as url, closing(make_source(CameraAddress(url), LIMITS)) as source:
        source.open()
        source.read()
        source.leave_out(above_fps=5.0, unreferenced=False, keys_are_enough=never)
        for _ in range(5):  # What may come at once, after the pause before.
            source.read()
        before, began_s = source.received, time.monotonic()
        for _ in range(5):
            source.read()
        assert time.monotonic() - began_s > 0.7
        assert source.received - before >= 15


def test_a_picture_is_small_and_grey_for_a_fraction_of_what_its_colours_cost(tmp_path: Path) -> None:
    pictures = [cv2.resize(picture, (1280, 720)) for picture in demo_pictures(12)]
    path = write_video(tmp_path / "hd.mp4", pictures, preset="ultrafast")
    with closing(open_recording(path, LIMITS)) as decoder:
        decoded = [decoder.read() for _ in range(12)]
    began_s = time.process_time()
    grays = [picture.reduced_gray(64, 36) for picture in decoded * 5]
    spent_ms = (time.process_time() - began_s) * 1000 / len(grays)
    expected = cv2.resize(cv2.cvtColor(pictures[3], cv2.COLOR_BGR2GRAY), (64, 36), interpolation=cv2.INTER_AREA)
    assert np.abs(grays[3].astype(int) - expected).mean() < 3
    assert spent_ms < 1.0, spent_ms


@pytest.mark.parametrize("size_px", [(1280, 720), (641, 481), (320, 180)])
def test_a_picture_that_comes_in_colours_is_made_small_likewise(size_px: tuple[int, int]) -> None:
    image_bgr = cv2.resize(demo_pictures(1)[0], size_px)
    gray = ColourPicture(image_bgr).reduced_gray(64, 36)
    expected = cv2.resize(image_bgr[:, :, 1], (64, 36), interpolation=cv2.INTER_AREA)
    assert gray.shape == (36, 64)
    assert np.abs(gray.astype(int) - expected).mean() < 6
