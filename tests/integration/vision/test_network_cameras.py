"""Real servers on loopback: what plays, and exactly why something does not."""

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers import free_port, http_server, mjpeg_server, rtsp_process, rtsp_server, silent_server
from tests.support.needs import needs_rtsp
from tests.support.patience import PATIENCE
from tests.support.videos import demo_jpegs
from webapp.domain.cameras.cameras import CameraAddress, parse_camera_address
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import (
    CameraEnded,
    CameraError,
    CameraHasNoVideo,
    CameraRefusedCredentials,
    CameraTimedOut,
    CameraUnreachable,
)
from webapp.vision.offline.probe import probe_camera
from webapp.vision.sources import Source, SourceLimits, make_source

USER, PASSWORD = "view er", "p@ss:/w?rd#%"
WRONG = "not-the-secret"


@pytest.fixture(scope="module")
def jpegs() -> list[bytes]:
    return demo_jpegs(10)


@pytest.fixture(autouse=True)
def _nothing_leaks(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    said = "".join(capfd.readouterr()) + caplog.text
    assert not any(secret in said for secret in (PASSWORD, WRONG, "p%40ss"))


def play(address: CameraAddress, limits: SourceLimits, count: int = 5) -> ImageBGR:
    source = make_source(address, limits)
    with closing(source):
        source.open()
        for _ in range(count):
            picture = source.read().image_bgr
    return picture


def exhaust(source: Source) -> None:
    while True:
        source.read()


def failure(address: CameraAddress, limits: SourceLimits, count: int = 500) -> CameraError:
    with pytest.raises(CameraError) as caught:
        play(address, limits, count)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert not any(secret in str(caught.value) for secret in (USER, PASSWORD, WRONG, "127.0.0.1"))
    return caught.value


@pytest.mark.rtsp
class TestRTSP:
    @pytest.fixture(autouse=True)
    def _server(self) -> None:
        needs_rtsp()

    def test_plays(self, video: Path, hasty: SourceLimits) -> None:
        with rtsp_server(video) as url:
            assert play(CameraAddress(url), hasty).shape == (270, 480, 3)

    def test_a_password_of_special_characters_works(self, video: Path, hasty: SourceLimits) -> None:
        with rtsp_server(video, USER, PASSWORD) as url:
            assert play(CameraAddress(url, USER, PASSWORD), hasty).shape == (270, 480, 3)

    def test_a_wrong_password_is_named_and_not_shown(self, video: Path, hasty: SourceLimits) -> None:
        with rtsp_server(video, USER, PASSWORD) as url:
            assert isinstance(failure(CameraAddress(url, USER, WRONG), hasty), CameraRefusedCredentials)
            assert isinstance(failure(CameraAddress(url), hasty), CameraRefusedCredentials)

    def test_a_server_that_stops_ends_the_stream_in_time(self, video: Path, hasty: SourceLimits) -> None:
        with rtsp_process(video) as (url, server):
            source = make_source(CameraAddress(url), hasty)
            with closing(source):
                source.open()
                source.read()
                server.kill()
                began_s = time.monotonic()
                with pytest.raises((CameraEnded, CameraTimedOut)):
                    exhaust(source)
        assert time.monotonic() - began_s < hasty.read_timeout_s + 1

    def test_the_probe_tells_codec_size_and_rate(self, video: Path, hasty: SourceLimits) -> None:
        with rtsp_server(video) as url:
            report = probe_camera(CameraAddress(url), limits=hasty)
        assert (report.codec, report.width_px, report.height_px, report.fps) == ("h264", 480, 270, 15.0)
        assert report.snapshot_jpeg.startswith(b"\xff\xd8")


def test_mjpeg_plays(jpegs: list[bytes], hasty: SourceLimits) -> None:
    with mjpeg_server(jpegs) as url:
        assert play(CameraAddress(url), hasty).shape == (270, 480, 3)
        assert probe_camera(CameraAddress(url), limits=hasty).codec == "mjpeg"


def test_mjpeg_with_a_password_plays_and_a_wrong_one_is_refused(jpegs: list[bytes], hasty: SourceLimits) -> None:
    with mjpeg_server(jpegs, USER, PASSWORD) as url:
        play(CameraAddress(url, USER, PASSWORD), hasty)
        assert isinstance(failure(CameraAddress(url, USER, WRONG), hasty), CameraRefusedCredentials)


def test_mjpeg_that_closes_is_an_end(jpegs: list[bytes], hasty: SourceLimits) -> None:
    with mjpeg_server(jpegs, most_pictures=20) as url:
        assert isinstance(failure(CameraAddress(url), hasty), CameraEnded)


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_server_that_never_answers_times_out_in_time(scheme: str, hasty: SourceLimits) -> None:
    with silent_server() as port:
        began_s = time.monotonic()
        assert isinstance(
            failure(CameraAddress(f"{scheme}://127.0.0.1:{port}/x", USER, PASSWORD), hasty), CameraTimedOut
        )
    assert time.monotonic() - began_s < hasty.open_timeout_s + 1


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_closed_port_is_unreachable(scheme: str, hasty: SourceLimits) -> None:
    error = failure(CameraAddress(f"{scheme}://127.0.0.1:{free_port()}/x", USER, PASSWORD), hasty)
    assert isinstance(error, CameraUnreachable)
    assert not isinstance(error, CameraTimedOut)


def test_a_name_that_nobody_has_is_unreachable(hasty: SourceLimits) -> None:
    assert isinstance(failure(parse_camera_address("http://camera.invalid/x"), hasty), CameraUnreachable)


@pytest.mark.parametrize("path", ["/page", "/notes.txt", "/empty"])
def test_what_is_not_video_is_named(path: str, hasty: SourceLimits) -> None:
    pages = {
        "/page": ("text/html", b"<html>hello</html>" * 100),
        "/notes.txt": ("text/plain", b"hello\n" * 500),
        "/empty": ("video/mp4", b""),
    }
    with http_server(pages) as root:
        assert isinstance(failure(CameraAddress(root + path), hasty), CameraHasNoVideo)


def test_a_missing_path_is_named(hasty: SourceLimits) -> None:
    with http_server({}) as root:
        assert "nothing at this path" in str(failure(CameraAddress(f"{root}/none"), hasty))


def test_a_playlist_cannot_open_files_of_this_machine(video: Path, hasty: SourceLimits) -> None:
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://{video}\n#EXT-X-ENDLIST\n".encode()
    with http_server({"/live.m3u8": ("application/vnd.apple.mpegurl", playlist)}) as root:
        assert isinstance(failure(CameraAddress(f"{root}/live.m3u8"), hasty), CameraHasNoVideo)


def test_a_recording_over_http_plays_at_its_pace_and_again(video: Path, hasty: SourceLimits) -> None:
    with http_server({"/clip.mp4": ("video/mp4", video.read_bytes())}) as root:
        began_s = time.monotonic()
        play(CameraAddress(f"{root}/clip.mp4"), hasty, count=75)
    assert 4.5 < time.monotonic() - began_s < 9 * PATIENCE


def test_wide_pictures_are_reduced(jpegs: list[bytes]) -> None:
    with mjpeg_server(jpegs) as url:
        assert play(CameraAddress(url), SourceLimits(max_width_px=160)).shape == (90, 160, 3)
