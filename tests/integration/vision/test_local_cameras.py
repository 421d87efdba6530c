"""Files and USB devices as cameras."""

import sys
import time
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.support.patience import PATIENCE
from tests.support.videos import demo_pictures, write_video
from webapp.domain.cameras.cameras import CameraAddress, parse_camera_address
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import CameraError, CameraHasNoVideo, CameraUnreachable
from webapp.vision.sources import SourceLimits, make_source

LIMITS = SourceLimits()


def address(path: Path) -> CameraAddress:
    return parse_camera_address(f"file:{path}")


def play(path: Path, count: int, limits: SourceLimits = LIMITS) -> list[ImageBGR]:
    source = make_source(address(path), limits)
    with closing(source):
        source.open()
        return [source.read().image_bgr for _ in range(count)]


def test_a_file_is_looped_at_its_own_rate(tmp_path: Path) -> None:
    pictures = demo_pictures(10)
    path = write_video(tmp_path / "clip.mp4", pictures, fps=20)
    began_s = time.monotonic()
    played = play(path, 25)
    elapsed_s = time.monotonic() - began_s
    assert 24 / 20 - 0.1 < elapsed_s < 24 / 20 + 1.0 * PATIENCE
    assert np.array_equal(played[0], played[10])
    assert np.array_equal(played[4], played[24])
    assert np.abs(played[9].astype(int) - pictures[9]).mean() < 5, "frames out of order are put in order"


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [
        ("a.mkv", "libx264", "yuv444p"),
        ("b.avi", "mpeg4", "yuv420p"),
        ("c.avi", "mjpeg", "yuvj422p"),
        ("d.mkv", "ffv1", "gray"),
    ],
)
def test_other_containers_codecs_and_pixel_formats_play(tmp_path: Path, name: str, codec: str, pix_fmt: str) -> None:
    path = write_video(tmp_path / name, demo_pictures(5), codec=codec, pix_fmt=pix_fmt)
    assert play(path, 3)[-1].shape == (270, 480, 3)


def test_names_with_colons_spaces_and_percent_signs_are_files(tmp_path: Path) -> None:
    path = write_video(tmp_path / "plain.mp4", demo_pictures(3))
    odd = path.rename(tmp_path / "rtsp: 100% #1.mp4")
    assert play(odd, 1)[0].shape == (270, 480, 3)


def test_wide_recordings_are_reduced(tmp_path: Path) -> None:
    path = write_video(tmp_path / "wide.mp4", demo_pictures(3))
    assert play(path, 1, SourceLimits(max_width_px=240))[0].shape == (135, 240, 3)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CameraUnreachable, match=r"none named 'nowhere\.mp4'"):
        play(tmp_path / "nowhere.mp4", 1)


@pytest.mark.parametrize("content", [b"", b"just words, no video\n" * 50])
def test_a_file_that_is_no_video_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "text.mp4"
    path.write_bytes(content)
    with pytest.raises(CameraHasNoVideo, match=r"'text\.mp4' cannot be decoded"):
        play(path, 1)


def test_a_folder_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(CameraHasNoVideo, match="not a file"):
        play(tmp_path, 1)


def test_a_cut_off_file_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mkv", demo_pictures(20))
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 4])
    assert play(cut, 2)[-1].shape == (270, 480, 3)


@pytest.mark.skipif(sys.platform != "linux", reason="devices are files on Linux only")
def test_a_missing_usb_camera_is_named() -> None:
    with pytest.raises(CameraUnreachable, match="no camera usb:63"):
        make_source(parse_camera_address("usb:63"), LIMITS).open()


@pytest.mark.parametrize("url", ["usb:0", "file:x.mp4", "rtsp://127.0.0.1/x", "demo:"])
def test_a_camera_that_was_not_opened_says_so(url: str) -> None:
    source = make_source(parse_camera_address(url), LIMITS)
    with pytest.raises(CameraError, match="call open first"):
        source.read()
    source.close()
    source.close()


def test_a_rotated_recording_is_turned_upright(tmp_path: Path) -> None:
    picture = np.zeros((120, 200, 3), np.uint8)
    picture[:, :100] = 255
    turned = write_video(tmp_path / "turned.mp4", [picture] * 5)
    _set_rotation(turned)
    upright = play(turned, 1)[0]
    assert upright.shape == (200, 120, 3)
    assert cv2.mean(upright[:80])[0] > 200, "what was left is now above: a quarter turn clockwise"


def _set_rotation(path: Path) -> None:
    """Write a quarter turn clockwise into the track header's matrix of an MP4."""
    content = bytearray(path.read_bytes())
    header = content.index(b"tkhd")
    matrix = header + 4 + 40
    fields = [0, 0x10000, 0, -0x10000, 0, 0, 120 << 16, 0, 0x40000000]
    for number, value in enumerate(fields):
        content[matrix + 4 * number : matrix + 4 * number + 4] = value.to_bytes(4, "big", signed=True)
    path.write_bytes(bytes(content))
