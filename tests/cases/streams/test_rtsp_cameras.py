"""What cameras over RTSP accept, offer and send."""

from contextlib import closing
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.servers.rtsp_camera import SOUND, Track, rtsp_camera, video_track
from tests.support.videos import bar_of, bar_pictures, write_video
from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import CameraError, CameraHasNoVideo, CameraRefusedCredentials, CameraTimedOut
from webapp.vision.sources import SourceLimits, make_source
from webapp.vision.sources.streams.rtsp_answers import mended

USER, PASSWORD = "viewer", "letmein1"
UDP_ALONE = frozenset({"UDP"})


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Track:
    path = tmp_path_factory.mktemp("videos") / "camera.mp4"
    return video_track(write_video(path, bar_pictures(30), bf="0", g="15", preset="ultrafast"))


def play(url: str, *credentials: str, count: int = 3, limits: SourceLimits | None = None) -> list[ImageBGR]:
    source = make_source(CameraAddress(url, *credentials), limits or SourceLimits())
    with closing(source):
        source.open()
        return [source.read().image_bgr for _ in range(count)]


@pytest.mark.parametrize("tracks", ["video", "sound first"])
def test_a_camera_that_refuses_tcp_is_read_over_udp(camera: Track, tracks: str) -> None:
    sent = (SOUND, camera) if tracks == "sound first" else (camera,)
    with rtsp_camera(*sent, transports=UDP_ALONE) as url:
        assert play(url)[-1].shape == (180, 320, 3)


def test_a_camera_that_refuses_both_ways_is_named(camera: Track) -> None:
    with rtsp_camera(camera, transports=frozenset()) as url, pytest.raises(CameraTimedOut, match="over UDP none"):
        play(url)


def test_sound_alone_is_named() -> None:
    with rtsp_camera(SOUND) as url, pytest.raises(CameraHasNoVideo, match="sends no picture, only sound"):
        play(url)


def test_of_two_tracks_the_larger_is_shown(camera: Track, tmp_path: Path) -> None:
    large = bar_pictures(30, width_px=640, height_px=360)
    with rtsp_camera(camera, video_track(write_video(tmp_path / "large.mp4", large, bf="0", g="15"))) as url:
        assert {picture.shape for picture in play(url)} == {(360, 640, 3)}


@pytest.mark.parametrize("algorithms", [("MD5",), ("MD5", "SHA-256"), ("SHA-256", "MD5"), ("SHA-512-256", "MD5")])
def test_md5_is_taken_where_it_is_offered(camera: Track, algorithms: tuple[str, ...]) -> None:
    with rtsp_camera(camera, algorithms=algorithms) as url:
        play(url, USER, PASSWORD, count=1)
        with pytest.raises(CameraRefusedCredentials, match="refused the user name or password"):
            play(url, USER, "wrong")


@pytest.mark.parametrize("algorithms", [("SHA-256",), ("SHA-512-256", "SHA-256"), ("SHA-256-sess",), ("MD5-sess",)])
@pytest.mark.parametrize("nonces", [float("inf"), 1])
def test_a_log_in_without_md5_is_made_and_a_wrong_password_named(
    camera: Track, algorithms: tuple[str, ...], nonces: float
) -> None:
    with rtsp_camera(camera, algorithms=algorithms, nonces=nonces) as url:
        play(url, USER, PASSWORD, count=1)
        with pytest.raises(CameraRefusedCredentials, match="refused the user name or password"):
            play(url, USER, "wrong", count=1)
        with pytest.raises(CameraRefusedCredentials, match="refused the user name or password"):
            play(url, count=1)


@pytest.mark.security
def test_beside_sha_256_no_password_is_sent_in_clear(camera: Track) -> None:
    asked: list[str] = []
    with rtsp_camera(camera, algorithms=("SHA-256",), is_basic=True, asked=asked) as url:
        play(url, USER, PASSWORD, count=1)
    assert any("algorithm=SHA-256" in request for request in asked)
    assert not any("Basic" in request for request in asked)


def test_a_long_password_is_proved_with_sha_256_too(camera: Track) -> None:
    password = "#äß " * 40
    with rtsp_camera(camera, algorithms=("SHA-256",), password=password) as url:
        play(url, USER, password, count=1)


def test_a_log_in_of_an_unknown_kind_is_named_and_basic_beside_it_is_taken(camera: Track) -> None:
    with (
        rtsp_camera(camera, algorithms=("SHA-3",)) as url,
        pytest.raises(CameraError, match="of the kind Digest SHA-3"),
    ):
        play(url, USER, PASSWORD)
    with rtsp_camera(camera, algorithms=("SHA-3",), is_basic=True) as url:
        play(url, USER, PASSWORD, count=1)


@pytest.mark.security
def test_over_udp_nobody_but_the_camera_is_named_as_the_sender() -> None:
    answer = (
        b"RTSP/1.0 200 OK\r\nTransport: RTP/AVP;unicast;source=198.51.100.7;client_port=4-5;server_port=6-7\r\n\r\n"
    )
    assert b"198.51.100.7" not in mended(answer, "192.0.2.10")
    assert b"server_port=6-7;source=192.0.2.10\r\n\r\n" in mended(answer, "192.0.2.10")


def test_frames_out_of_order_are_put_in_order_over_rtsp(tmp_path: Path) -> None:
    film = write_video(tmp_path / "b.mp4", bar_pictures(30), bf="3", b_strategy="0")
    with rtsp_camera(video_track(film)) as url:
        bars = [bar_of(picture) for picture in play(url, count=20)]
    assert bars == sorted(bars)
    assert len(set(bars)) == 20


def test_pixels_that_are_not_square_are_stretched_over_rtsp(tmp_path: Path) -> None:
    film = write_video(tmp_path / "a.mp4", bar_pictures(15), bf="0", context={"sample_aspect_ratio": Fraction(64, 27)})
    with rtsp_camera(video_track(film)) as url:
        assert play(url)[-1].shape == (180, round(320 * 64 / 27), 3)


def test_h265_plays_over_rtsp(tmp_path: Path) -> None:
    film = write_video(tmp_path / "h265.mp4", bar_pictures(15), codec="libx265", **{"x265-params": "log-level=none"})
    with rtsp_camera(video_track(film)) as url:
        assert np.mean(play(url)[-1]) > 40
