"""What is not decoded, and what pictures cost that nobody looks at."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.servers import mjpeg_server
from tests.servers.rtsp_camera import rtsp_camera, video_track
from tests.support.videos import bar_pictures, demo_jpegs, demo_pictures, write_video
from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.cameras.source_limits import SourceLimits
from webapp.errors import CameraEnded
from webapp.vision.sources import Source, make_source
from webapp.vision.sources.decoding import VideoDecoder
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


@pytest.fixture(scope="module")
def with_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of 10 s with a key picture each second: a wall, and from 6.4 s on a bar that moves over it."""
    bars = bar_pictures(120, width_px=640, height_px=360)
    grain = np.random.default_rng(3).integers(-2, 3, (250, *bars[0].shape), dtype=np.int16)
    wall = bars[0].copy()
    wall[:, :60] = wall[:, 60:120]
    pictures = [wall if number < 160 else bars[number - 160 + 10] for number in range(250)]
    noisy = [np.clip(picture + one, 0, 255).astype(np.uint8) for picture, one in zip(pictures, grain, strict=True)]
    options = {"g": "25", "bf": "0", "sc_threshold": "0", "preset": "ultrafast"}
    return write_video(tmp_path_factory.mktemp("video") / "keys.mp4", noisy, fps=25, **options)


def decoder_of(path: Path) -> VideoDecoder:
    return open_recording(path, LIMITS, is_hurried=False)


def test_of_an_empty_camera_key_pictures_alone_are_decoded_and_what_changes_at_once(with_keys: Path) -> None:
    with closing(decoder_of(with_keys)) as decoder:
        decoder.leave_out(above_fps=60.0, unreferenced=False, keys_are_enough=lambda: True)
        times_s = list(iter_times(decoder))
    quiet = [round(time_s) for time_s in times_s if 1.5 < time_s < 6.3]
    assert quiet == [2, 3, 4, 5, 6]
    assert min(time_s for time_s in times_s if time_s > 6.1) == pytest.approx(6.4, abs=0.09)
    assert decoder.received == 250


def test_whatever_was_left_out_the_next_picture_is_as_if_all_had_been_decoded(with_keys: Path) -> None:
    with closing(decoder_of(with_keys)) as every:
        all_pictures = [every.read() for _ in range(250)]
    are_enough = [True]
    with closing(decoder_of(with_keys)) as decoder:
        decoder.leave_out(above_fps=60.0, unreferenced=False, keys_are_enough=lambda: are_enough[0])
        while (picture := decoder.read()).time_s < 4.9:  # The key picture at 5 s.
            pass
        asked_from = decoder.received + 12
        decoder.leave_out(above_fps=60.0, unreferenced=False, keys_are_enough=lambda: decoder.received < asked_from)
        picture = decoder.read()
    number = round(picture.time_s * 25)
    assert number == asked_from - 1, "no key picture"
    assert np.array_equal(picture.image_bgr, all_pictures[number].image_bgr)


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("libx264", {"g": "12", "bf": "0", "sc_threshold": "0"}),
        ("libx265", {"x265-params": "keyint=12:min-keyint=12:bframes=0:scenecut=0:log-level=none"}),
    ],
)
def test_of_a_camera_over_rtsp_key_pictures_alone_are_decoded_too(
    tmp_path: Path, codec: str, options: dict[str, str]
) -> None:
    wall, grain = bar_pictures(1)[0], np.random.default_rng(3)
    noisy = [np.clip(wall + grain.integers(-2, 3, wall.shape), 0, 255).astype(np.uint8) for _ in range(48)]
    path = write_video(tmp_path / "wall.mp4", noisy, fps=25, codec=codec, preset="ultrafast", **options)
    with rtsp_camera(video_track(path)) as url, closing(make_source(CameraAddress(url), LIMITS)) as source:
        source.open()
        source.leave_out(above_fps=60.0, unreferenced=False, keys_are_enough=lambda: True)
        while source.received < 40:
            source.read()
        before, decoded = source.received, 0
        while source.received < before + 48:
            source.read()
            decoded += 1
    assert decoded == 4


def test_a_camera_that_is_to_send_more_often_than_it_has_key_pictures_is_not_late_while_they_are_enough(
    tmp_path: Path,
) -> None:
    walls = bar_pictures(1) * 50
    path = write_video(tmp_path / "wall.mp4", walls, fps=25, g="25", bf="0", sc_threshold="0", preset="ultrafast")
    limits = SourceLimits(read_timeout_s=0.5)
    with rtsp_camera(video_track(path)) as url, closing(make_source(CameraAddress(url), limits)) as source:
        source.open()
        source.leave_out(above_fps=60.0, unreferenced=False, keys_are_enough=lambda: True)
        while source.received < 110:
            source.read()


def test_pictures_that_do_not_come_in_their_order_are_all_decoded(with_unreferenced: Path) -> None:
    with closing(decoder_of(with_unreferenced)) as decoder:
        decoder.leave_out(above_fps=60.0, unreferenced=False, keys_are_enough=lambda: True)
        assert len(list(iter_times(decoder))) == 31


def iter_times(decoder: VideoDecoder) -> Iterator[float]:
    while True:
        try:
            yield decoder.read().time_s or 0.0
        except CameraEnded:
            return


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
