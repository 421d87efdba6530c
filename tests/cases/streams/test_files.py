"""Video files as people have them: each is shown upright, in its own shape and colours, and in order."""

import gc
import re
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from tests.support.videos import bar_of, bar_pictures, write_video
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import CameraEnded, CameraError, CameraHasNoVideo, CameraPictureTooLarge
from webapp.vision.sources import SourceLimits
from webapp.vision.sources.file import open_recording

QUIET = {"x265-params": "log-level=none"}
KINDS: dict[str, dict[str, Any]] = {
    "interlaced.mp4": {"x264-params": "tff=1"},
    "ten-bit.mp4": {"pix_fmt": "yuv420p10le"},
    "twelve-bit.mkv": {"codec": "libx265", "pix_fmt": "yuv420p12le", **QUIET},
    "full-range.mp4": {"context": {"color_range": 2}},
    "four-two-two.mp4": {"pix_fmt": "yuv422p"},
    "four-four-four.mp4": {"pix_fmt": "yuv444p"},
    "grey.mp4": {"pix_fmt": "gray", "context": {"color_range": 2}},
    "sixteen-bit-grey.mkv": {"codec": "ffv1", "pix_fmt": "gray16le"},
    "one-fps.mp4": {"fps": 1},
    "120-fps.mp4": {"fps": 120},
    "frames-out-of-order.mp4": {"bf": "3", "b_strategy": "0"},
    "h265.mp4": {"codec": "libx265", **QUIET},
    "vp8.webm": {"codec": "libvpx"},
    "vp9.webm": {"codec": "libvpx-vp9"},
    "mpeg-1.mpg": {"codec": "mpeg1video", "fps": 25},
    "mpeg-2.ts": {"codec": "mpeg2video", "fps": 25},
    "mpeg-4.avi": {"codec": "mpeg4"},
    "motion-jpeg.avi": {"codec": "mjpeg", "pix_fmt": "yuvj420p"},
    "prores.mov": {"codec": "prores_ks", "pix_fmt": "yuv422p10le"},
    "flash.flv": {},
    "without-stamps.h264": {"container_format": "h264"},
    "equal-stamps.mkv": {"stamps": [0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10]},
    "variable-rate.mkv": {"stamps": [0, 1, 2, 3, 14, 15, 16, 17, 28, 29, 30, 40]},
    "no-ratio.mp4": {"context": {"sample_aspect_ratio": Fraction(0, 1)}},
    "silly-ratio.mp4": {"context": {"sample_aspect_ratio": Fraction(1000, 1)}},
}


def film(path: Path, pictures: list[ImageBGR], **kind: Any) -> Path:
    return write_video(path, pictures, **{"fps": 10, **kind})


def shown(path: Path, limits: SourceLimits | None = None) -> list[ImageBGR]:
    with closing(open_recording(path, limits or SourceLimits())) as decoder:
        images = []
        while True:
            try:
                images.append(decoder.read().image_bgr)
            except CameraEnded:
                return images


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_file_shows_all_its_pictures_in_order_and_as_they_were(name: str, tmp_path: Path) -> None:
    pictures = bar_pictures(12)
    images = shown(film(tmp_path / name, pictures, **KINDS[name]))
    assert [round(bar_of(image_bgr) * 12) for image_bgr in images] == [*range(12)]
    assert np.abs(images[3].astype(int) - pictures[3]).mean() < 5


@pytest.mark.parametrize(("width_px", "height_px"), [(641, 359), (33, 479), (1279, 721)])
def test_odd_sizes_stay_as_they_are(width_px: int, height_px: int, tmp_path: Path) -> None:
    pictures = bar_pictures(3, width_px=width_px, height_px=height_px)
    assert shown(film(tmp_path / "odd.mkv", pictures, codec="ffv1"))[0].shape == (height_px, width_px, 3)


@pytest.mark.parametrize(
    ("ratio", "size"),
    [("2", (640, 180)), ("64/27", (759, 180)), ("12/11", (349, 180)), ("10/11", (320, 198)), ("1/2", (320, 360))],
)
def test_pixels_that_are_not_square_are_stretched_before_all_limits(
    ratio: str, size: tuple[int, int], tmp_path: Path
) -> None:
    path = film(tmp_path / "a.mp4", bar_pictures(4), context={"sample_aspect_ratio": Fraction(ratio)})
    image_bgr = shown(path)[2]
    assert image_bgr.shape[1::-1] == size
    assert bar_of(image_bgr) == pytest.approx(0.5, abs=0.02)
    narrow = shown(path, SourceLimits(max_width_px=200))[0]
    assert narrow.shape[1] <= 200
    assert narrow.shape[1] / narrow.shape[0] == pytest.approx(size[0] / size[1], rel=0.02)


def test_the_most_pixels_count_after_stretching(tmp_path: Path) -> None:
    path = film(
        tmp_path / "a.mp4", bar_pictures(2, width_px=1000, height_px=800), context={"sample_aspect_ratio": Fraction(2)}
    )
    with pytest.raises(CameraPictureTooLarge, match="2000 × 800"):
        shown(path, SourceLimits(max_megapixels=1))


def test_a_size_that_changes_in_the_stream_is_followed_with_the_shape_of_its_pixels(tmp_path: Path) -> None:
    parts = [
        film(tmp_path / "a.ts", bar_pictures(8)),
        film(tmp_path / "b.ts", bar_pictures(8, width_px=640, height_px=360)),
        film(tmp_path / "c.ts", bar_pictures(8, width_px=80), context={"sample_aspect_ratio": Fraction(4)}),
    ]
    (tmp_path / "all.ts").write_bytes(b"".join(part.read_bytes() for part in parts))
    sizes = [image_bgr.shape[1::-1] for image_bgr in shown(tmp_path / "all.ts")]
    assert sizes == [(320, 180)] * 8 + [(640, 360)] * 8 + [(320, 180)] * 8


TURNS = {
    "upright": ((1, 0, 0, 1), lambda image: image),
    "quarter": ((0, 1, -1, 0), lambda image: cv2.rotate(image, cv2.ROTATE_90_CLOCKWISE)),
    "half": ((-1, 0, 0, -1), lambda image: cv2.rotate(image, cv2.ROTATE_180)),
    "three quarters": ((0, -1, 1, 0), lambda image: cv2.rotate(image, cv2.ROTATE_90_COUNTERCLOCKWISE)),
    "mirrored": ((-1, 0, 0, 1), lambda image: cv2.flip(image, 1)),
    "upside down": ((1, 0, 0, -1), lambda image: cv2.flip(image, 0)),
    "mirrored and turned": ((0, 1, 1, 0), cv2.transpose),
    "mirrored and turned back": ((0, -1, -1, 0), lambda image: cv2.rotate(cv2.transpose(image), cv2.ROTATE_180)),
}


@pytest.mark.parametrize("turn", TURNS)
def test_a_telephones_film_is_shown_upright_and_not_mirrored(turn: str, tmp_path: Path) -> None:
    matrix, upright = TURNS[turn]
    pictures = bar_pictures(4)
    path = film(tmp_path / "telephone.mp4", pictures)
    _set_matrix(path, matrix)
    wanted = upright(pictures[1])
    image_bgr = shown(path)[1]
    assert image_bgr.shape == wanted.shape
    assert np.abs(image_bgr.astype(int) - wanted).mean() < 5


def _set_matrix(path: Path, matrix: tuple[int, int, int, int]) -> None:
    """Write a matrix into the track header of an MP4."""
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 44
    for index, value in zip((0, 1, 3, 4), matrix, strict=True):
        content[at + 4 * index : at + 4 * index + 4] = (value * 0x10000).to_bytes(4, "big", signed=True)
    path.write_bytes(bytes(content))


def test_high_dynamic_range_is_shown_as_an_ordinary_screen_shows_it(tmp_path: Path) -> None:
    page, face = 148, 118  # In the perceptual quantizer: 203 and about 70 candela per square metre.
    pictures = [np.full((180, 320, 3), value, np.uint8) for value in (page, face)]
    kind = {"codec": "libx265", "pix_fmt": "yuv420p10le", "context": {"color_trc": 16}, **QUIET}
    white, skin = (int(image_bgr.mean()) for image_bgr in shown(film(tmp_path / "hdr.mkv", pictures, **kind)))
    assert white > 245
    assert 130 < skin < 190


def test_a_transport_stream_without_its_start_begins_at_the_next_key_picture(tmp_path: Path) -> None:
    path = film(tmp_path / "cut.ts", bar_pictures(40), g="10", bf="0")
    content = path.read_bytes()
    path.write_bytes(content[len(content) // 3 :])
    bars = [bar_of(image_bgr) for image_bgr in shown(path)]
    assert len(bars) >= 10
    assert bars == sorted(bars)


@pytest.mark.parametrize(("name", "codec"), [("cut.mkv", "libx264"), ("cut.ts", "libx264"), ("cut.avi", "mpeg4")])
def test_a_file_that_is_cut_off_plays_as_far_as_it_goes(name: str, codec: str, tmp_path: Path) -> None:
    path = film(tmp_path / name, bar_pictures(40), codec=codec, g="5")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 9 // 10])
    assert len(shown(path)) > 5


def test_an_mp4_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = film(tmp_path / "cut.mp4", bar_pictures(12))
    path.write_bytes(path.read_bytes()[:-600])
    with pytest.raises(CameraHasNoVideo, match=r"cannot be decoded as one: give a whole file"):
        shown(path)


def _with_tracks(path: Path, *tracks: dict[str, Any], sound: bool = False) -> Path:
    with av.open(str(path), "w") as container:
        audio: Any = container.add_stream("libmp3lame", rate=44100) if sound else None
        streams = []
        for track in tracks:
            stream: Any = container.add_stream(track["codec"], rate=10)
            stream.width, stream.height, stream.pix_fmt = *track["size"], track.get("pix_fmt", "yuv420p")
            stream.disposition = track.get("disposition", 0)
            streams.append(stream)
        if audio:
            container.mux(_silence(audio))
        for stream, track in zip(streams, tracks, strict=True):
            for number in range(track.get("count", 10)):
                frame = av.VideoFrame.from_ndarray(np.full((*track["size"][::-1], 3), 99, np.uint8), format="bgr24")
                frame.pts, frame.time_base = number, Fraction(1, 10)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    return path


def _silence(stream: Any) -> Any:
    frame = av.AudioFrame.from_ndarray(np.zeros((2, 1152), np.int16), format="s16p", layout="stereo")
    frame.sample_rate, frame.pts = 44100, 0
    return [*stream.encode(frame), *stream.encode()]


COVER = {"codec": "png", "size": (640, 640), "pix_fmt": "rgb24", "disposition": 1024, "count": 1}


def test_sound_with_a_cover_is_no_video(tmp_path: Path) -> None:
    path = _with_tracks(tmp_path / "song.mp3", COVER, sound=True)
    with pytest.raises(CameraError, match=r"'song\.mp3' has no video, only sound or a cover"):
        shown(path)


def test_a_video_with_a_cover_shows_the_video(tmp_path: Path) -> None:
    path = _with_tracks(tmp_path / "film.mp4", COVER, {"codec": "libx264", "size": (320, 180)})
    images = shown(path)
    assert (len(images), images[0].shape) == (10, (180, 320, 3))


@pytest.mark.parametrize(
    ("is_first_on", "is_second_on", "width_px"), [(1, 1, 640), (0, 0, 640), (1, 0, 320), (0, 1, 640)]
)
def test_of_two_tracks_the_one_that_is_on_is_shown_and_else_the_larger(
    is_first_on: int, is_second_on: int, width_px: int, tmp_path: Path
) -> None:
    small = {"codec": "libx264", "size": (320, 180), "disposition": is_first_on}
    large = {"codec": "libx264", "size": (640, 360), "disposition": is_second_on}
    assert shown(_with_tracks(tmp_path / "two.mkv", small, large, sound=True))[0].shape[1] == width_px


def test_pictures_that_were_handed_on_are_let_go_at_once(tmp_path: Path) -> None:
    write_video(tmp_path / "film.mp4", [np.full((720, 1280, 3), 90, np.uint8)] * 60)
    gc.disable()
    try:
        with closing(open_recording(tmp_path / "film.mp4", SourceLimits())) as decoder:
            for _ in range(10):
                assert decoder.read().image_bgr.shape == (720, 1280, 3)
            before_kib = resident_kib()
            for _ in range(40):
                assert decoder.read().image_bgr.shape == (720, 1280, 3)
            assert resident_kib() - before_kib < 20_000  # Forty pictures are 55 MB as they are decoded.
    finally:
        gc.enable()


def resident_kib() -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) if found else 0
