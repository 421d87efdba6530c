"""A camera that sends its key pictures far apart, as smart codecs do."""

import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.rtsp_camera import rtsp_camera, video_track
from tests.support.patience import PATIENCE
from tests.support.videos import bar_pictures, write_video
from webapp.domain.cameras.cameras import CameraAddress
from webapp.vision.sources import SourceLimits, make_source


@pytest.fixture(scope="module")
def long_gop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of which the first picture alone is a key picture."""
    path = tmp_path_factory.mktemp("videos") / "long-gop.mp4"
    return write_video(path, bar_pictures(90), bf="0", g="1000", sc_threshold="0", preset="ultrafast")


def first_picture_s(url: str, limits: SourceLimits) -> float:
    source, began_s = make_source(CameraAddress(url), limits), time.monotonic()
    with closing(source):
        source.open()
        assert source.read().image_bgr.shape == (180, 320, 3)
        return time.monotonic() - began_s


def test_the_first_key_picture_is_shown_though_the_next_one_is_far(long_gop: Path) -> None:
    with rtsp_camera(video_track(long_gop)) as url:
        assert first_picture_s(url, SourceLimits()) < 2 * PATIENCE


def test_a_stream_that_is_joined_between_key_pictures_is_waited_for(long_gop: Path) -> None:
    with rtsp_camera(video_track(long_gop, skip=45)) as url:
        assert 2.5 < first_picture_s(url, SourceLimits(read_timeout_s=1)) < 8 * PATIENCE
