"""Cameras without manners, decoded here: each is refused with its reason, in time, or plays on."""

import time
from contextlib import closing

import pytest

from tests.servers import rude_http, rude_rtsp
from tests.servers.rude_camera import Manner, RudeCamera, scheme_of
from tests.support.patience import PATIENCE
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraEnded, CameraError, CameraHasNoVideo, CameraTimedOut
from webapp.vision.sources import Source, SourceLimits, make_source

HASTY = SourceLimits(open_timeout_s=0.8, read_timeout_s=0.8)

REFUSED: dict[Manner, tuple[type[CameraError], str]] = {
    rude_http.stalls: (CameraTimedOut, ""),
    rude_http.sends_garbage: (CameraHasNoVideo, "cannot be decoded"),
    rude_http.sends_garbage_as_pictures: (CameraHasNoVideo, "cannot be decoded"),
    rude_http.sends_parts_without_an_end: (CameraHasNoVideo, "cannot be decoded"),
    rude_http.answers_a_byte_a_second: (CameraTimedOut, "did not answer within 0.8 s"),
    rude_http.sends_a_byte_a_second: (CameraTimedOut, ""),
    rude_http.sends_1x1: (CameraHasNoVideo, "1 × 1 pixels, in which nothing can be seen"),
    rude_http.sends_a_tower: (CameraHasNoVideo, "480 × 65500 pixels, in which nothing can be seen"),
    rude_http.sends_endless_headers: (CameraHasNoVideo, "answers on and on"),
    rude_http.sends_an_endless_header: (CameraHasNoVideo, "answers on and on"),
    rude_rtsp.stalls: (CameraTimedOut, ""),
    rude_rtsp.sends_garbage: (CameraTimedOut, ""),
    rude_rtsp.sends_garbage_as_pictures: (CameraTimedOut, ""),
    rude_rtsp.answers_a_byte_a_second: (CameraTimedOut, "did not answer within 0.8 s"),
    rude_rtsp.sends_a_byte_a_second: (CameraTimedOut, ""),
    rude_rtsp.closes_after_each_frame: (CameraEnded, ""),
    rude_rtsp.sends_endless_headers: (CameraHasNoVideo, "answers on and on"),
    rude_rtsp.sends_endless_headers_in_drops: (CameraError, ""),  # Whichever limit it comes to first.
}
PLAYING: dict[Manner, set[tuple[int, int]]] = {
    rude_http.closes_after_each_frame: {(480, 270)},  # It is asked again, as one of single pictures.
    rude_http.changes_its_resolution: {(480, 270), (1280, 720), (64, 36), (1920, 1080), (320, 180), (640, 360)},
    rude_http.stamps_time_backwards: {(480, 270)},
    rude_rtsp.changes_its_resolution: {(480, 270), (1280, 720), (160, 90)},
    rude_rtsp.stamps_time_backwards: {(480, 270)},
}


def sizes_seen(source: Source, seconds: float) -> list[tuple[int, int]]:
    """Read for so long and return the sizes of the pictures."""
    ends_s, sizes = time.monotonic() + seconds, []
    while time.monotonic() < ends_s:
        height_px, width_px = source.read().image_bgr.shape[:2]
        sizes.append((width_px, height_px))
    return sizes


def open_and_read(source: Source) -> None:
    source.open()
    sizes_seen(source, 20)


@pytest.mark.parametrize("manner", REFUSED, ids=lambda manner: f"{scheme_of(manner)}-{manner.__name__}")
def test_a_rude_camera_is_refused_in_time_and_with_the_reason(manner: Manner) -> None:
    expected, words = REFUSED[manner]
    with closing(RudeCamera(manner)) as camera, closing(make_source(CameraAddress(camera.url), HASTY)) as source:
        began_s = time.monotonic()
        with pytest.raises(CameraError) as caught:
            open_and_read(source)
        took_s = time.monotonic() - began_s
    assert isinstance(caught.value, expected)
    assert words in str(caught.value)
    assert took_s < 8 * PATIENCE


@pytest.mark.parametrize("manner", PLAYING, ids=lambda manner: f"{scheme_of(manner)}-{manner.__name__}")
def test_a_camera_that_is_only_odd_plays_on(manner: Manner) -> None:
    patient = SourceLimits(open_timeout_s=5.0, read_timeout_s=3.0)
    with closing(RudeCamera(manner)) as camera, closing(make_source(CameraAddress(camera.url), patient)) as source:
        source.open()
        sizes, ends_s = set(), time.monotonic() + 4 * PATIENCE
        while time.monotonic() < ends_s and sizes != PLAYING[manner]:
            sizes.update(sizes_seen(source, 0.5))
    assert sizes == PLAYING[manner]


@pytest.mark.parametrize("manner", [rude_http.sends_1000_fps, rude_rtsp.sends_1000_fps], ids=scheme_of)
def test_no_more_frames_are_taken_than_are_ever_analysed(manner: Manner) -> None:
    with closing(RudeCamera(manner)) as camera, closing(make_source(CameraAddress(camera.url), HASTY)) as source:
        began_s = time.monotonic()  # What was taken while it was opened is read later.
        source.open()
        taken = len(sizes_seen(source, 1.5))
        assert taken <= (time.monotonic() - began_s) * 60 + 30 + 1  # And a burst at first.


def test_the_clock_of_a_stream_is_not_taken_for_its_rate() -> None:
    limits = SourceLimits(open_timeout_s=0.8, read_timeout_s=5.0)
    with (
        closing(RudeCamera(rude_rtsp.hesitates)) as camera,
        closing(make_source(CameraAddress(camera.url), limits)) as source,
    ):
        assert source.open().fps < 1000, "FFmpeg says 90000"
        assert source.read().image_bgr.shape == (270, 480, 3)
