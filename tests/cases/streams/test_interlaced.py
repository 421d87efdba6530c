"""Interlaced video, as analogue cameras and 1080i send it: what moves is no comb, what rests keeps all its lines."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.support.videos import bar_pictures, write_video
from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.vision.frames import ImageBGR
from webapp.vision.sources import SourceLimits, make_source

INTERLACED = {"x264-params": "interlaced=1:tff=1", "bf": "0", "crf": "4"}


def woven(pictures: list[ImageBGR]) -> list[ImageBGR]:
    """Return a picture for each two: the even lines of the first, the odd ones of the second."""
    made = [picture.copy() for picture in pictures[::2]]
    for picture, later in zip(made, pictures[1::2], strict=True):
        picture[1::2] = later[1::2]
    return made


def shown(path: Path, count: int) -> list[ImageBGR]:
    with closing(make_source(CameraAddress(f"file:{path}"), SourceLimits())) as source:
        source.open()
        return [source.read().image_bgr for _ in range(count)]


def comb_of(image_bgr: ImageBGR) -> float:
    """Return how much a line differs from the two beside it, on the mean."""
    grey = image_bgr[..., 1].astype(int)
    return float(np.abs(2 * grey[1:-1] - grey[:-2] - grey[2:]).mean())


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [("a.mp4", "libx264", "yuv420p"), ("b.mkv", "libx264", "yuv422p"), ("c.ts", "mpeg2video", "yuv420p")],
)
def test_what_moves_is_no_comb(name: str, codec: str, pix_fmt: str, tmp_path: Path) -> None:
    pictures = bar_pictures(24, width_px=320, height_px=192)
    options = INTERLACED if codec == "libx264" else {"flags": "+ildct+ilme", "b": "6M"}
    path = write_video(tmp_path / name, woven(pictures), fps=25, codec=codec, pix_fmt=pix_fmt, **options)
    read = shown(path, 8)
    assert {picture.shape for picture in read} == {(192, 320, 3)}
    assert np.mean([comb_of(picture) for picture in woven(pictures)[:8]]) > 20
    assert np.mean([comb_of(picture) for picture in read]) < 8


def test_what_rests_keeps_its_lines(tmp_path: Path) -> None:
    still = np.full((192, 320, 3), 60, np.uint8)
    still[::4] = still[1::4] = 200  # Lines of two: half of a picture would show them as one grey.
    path = write_video(tmp_path / "still.mp4", [still] * 6, fps=25, **INTERLACED)
    assert np.abs(shown(path, 5)[-1].astype(int) - still).mean() < 6


def test_a_size_that_changes_and_pictures_that_are_whole_in_between_go_on(tmp_path: Path) -> None:
    parts = []
    for number, (width_px, options) in enumerate([(320, INTERLACED), (320, {"bf": "0"}), (160, INTERLACED)]):
        pictures = woven(bar_pictures(12, width_px=width_px, height_px=width_px // 2))
        parts.append(write_video(tmp_path / f"{number}.ts", pictures, fps=25, **options).read_bytes())
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(parts))
    assert [picture.shape[1] for picture in shown(joined, 18)] == [320] * 12 + [160] * 6
