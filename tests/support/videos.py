"""Videos and pictures that the tests make themselves, from the demo camera's portrait."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from webapp.domain.vision.frames import ImageBGR
from webapp.vision.sources.demo_scene import DemoScene


def demo_pictures(count: int, *, width_px: int = 480, first: int = 0) -> list[ImageBGR]:
    """Return the demo camera's pictures, reduced."""
    scene = DemoScene()
    height_px = round(width_px * 540 / 960)
    return [cv2.resize(scene.picture(first + number), (width_px, height_px)) for number in range(count)]


def demo_jpegs(count: int) -> list[bytes]:
    """Return the demo camera's pictures as JPEG."""
    return [bytes(cv2.imencode(".jpg", picture)[1]) for picture in demo_pictures(count)]


def bar_pictures(count: int, *, width_px: int = 320, height_px: int = 180) -> list[ImageBGR]:
    """Return pictures that are soon made: a bright bar moves over a shaded wall, from left to right."""
    wall = np.tile(np.linspace(40, 120, height_px).astype(np.uint8)[:, np.newaxis], (1, width_px))
    made = [np.dstack([wall] * 3) for _ in range(count)]
    for number, picture in enumerate(made):
        left = number * width_px // count
        picture[:, left : left + max(8, width_px // 16)] = 235
    return made


def bar_of(image_bgr: ImageBGR) -> float:
    """Return where the bar of a picture begins, as a share of the width."""
    return float(np.argmax(image_bgr[..., 1].mean(axis=0) > 180)) / image_bgr.shape[1]


def write_video(
    path: Path,
    pictures: list[ImageBGR],
    *,
    fps: int = 15,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    stamps: Sequence[int] | None = None,
    context: Mapping[str, Any] | None = None,
    container_format: str | None = None,
    **options: str,
) -> Path:
    """Write pictures as a video; the ending names the container.

    Args:
        path: where to.
        pictures: all of one size.
        fps: frames per second.
        codec: as FFmpeg names the encoder.
        pix_fmt: likewise.
        stamps: time of each picture, in periods; one after the other where none are given.
        context: what else is said of the stream, such as its `sample_aspect_ratio`.
        container_format: where the ending does not name it.
        options: of the encoder.
    """
    with av.open(str(path), "w", format=container_format) as container:
        stream: Any = container.add_stream(codec, rate=fps, options=options)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pix_fmt
        for name, value in (context or {}).items():
            setattr(stream.codec_context, name, value)
        for picture, stamp in zip(pictures, stamps or range(len(pictures)), strict=True):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            if context and "color_range" in context:
                frame = frame.reformat(format=pix_fmt, dst_color_range=context["color_range"])
            frame.pts, frame.time_base = stamp, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def camera_video(path: Path, *, seconds: float = 4.0) -> Path:
    """Write what an IP camera sends: H.264 with frequent key frames and no frames out of order."""
    return write_video(path, demo_pictures(round(15 * seconds)), bf="0", g="15", preset="ultrafast")


def sound_alone(path: Path) -> Path:
    """Write a second of silence as AAC: a file without a picture."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=16_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.float32), format="fltp", layout="mono")
        frame.rate, frame.pts = 16_000, 0
        container.mux([*stream.encode(frame), *stream.encode()])
    return path


def film_a_portrait(path: Path) -> Path:
    """Write the portrait of the demo camera as a film for Chromium's fake camera."""
    from PIL import Image
    from skimage import data

    Image.fromarray(data.astronaut()).crop((0, 0, 512, 384)).resize((640, 480)).save(path, "JPEG", quality=90)
    path.write_bytes(path.read_bytes() * 5)
    return path


def grey_portrait(path: Path, *, seconds: float = 6.0) -> Path:
    """Write a recording without any colour: the demo camera's portrait, which sways a little."""
    from skimage import data

    portrait = cv2.cvtColor(np.ascontiguousarray(data.astronaut()[:384, :, ::-1]), cv2.COLOR_BGR2GRAY)
    wall = cv2.copyMakeBorder(cv2.resize(portrait, (640, 480)), 0, 0, 40, 40, cv2.BORDER_REPLICATE)
    count = round(15 * seconds)
    lefts = [round(40 + 30 * float(np.sin(2 * np.pi * number / count))) for number in range(count)]
    return write_video(path, [np.dstack([wall[:, left : left + 640]] * 3) for left in lefts])
