"""Makes a scene: draws it, encodes it as a camera does, and writes the truth beside it."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from webapp.cli.bench.scenes.drawing import Actor, Street
from webapp.cli.bench.scenes.faces import Cast
from webapp.cli.bench.scenes.truth import PersonTruth, SceneTruth, truth_path
from webapp.cli.bench.scenes.walks import HEIGHT_PX, WIDTH_PX, SceneStyle, draw_walks
from webapp.domain.vision.frames import ImageBGR

_KEY_FRAME_S = 2


def write_scene(
    path: Path,
    cast: Cast,
    style: SceneStyle,
    *,
    seconds: float,
    fps: int = 25,
    seed: int = 1,
    on_frame: Callable[[int], object] = lambda count: None,
) -> SceneTruth:
    """Write a scene as a video, and the truth about it beside it.

    Args:
        path: of the video; its ending names the container.
        cast: whose faces are shown.
        style: what happens in it.
        seconds: how long it lasts.
        fps: frames a second.
        seed: of all that is drawn by chance.
        on_frame: called with 1 after each frame.
    """
    rng = np.random.default_rng([seed, 17])
    actors = [cast.actor(walk, rng) for walk in draw_walks(style, seconds, rng)]
    street, frames = Street(actors, rng, style.cars), max(1, round(seconds * fps))
    _encode(path, (_noted(street.frame(number / fps), on_frame) for number in range(frames)), fps)
    people = tuple(_truth(number, actor, fps, frames) for number, actor in enumerate(actors, start=1))
    truth = SceneTruth(WIDTH_PX, HEIGHT_PX, float(fps), frames, seed, tuple(one for one in people if one.appearances))
    truth.write(truth_path(path))
    return truth


def _noted(image_bgr: ImageBGR, on_frame: Callable[[int], object]) -> ImageBGR:
    on_frame(1)
    return image_bgr


def _truth(number: int, actor: Actor, fps: int, frames: int) -> PersonTruth:
    walk = actor.walk
    return PersonTruth(number, actor.face.emotion, walk.appearances(fps, frames), walk.turns_angry_s)


def _encode(path: Path, pictures: Iterable[ImageBGR], fps: int) -> None:
    """Encode as an IP camera does: H.264 without frames out of order; MPEG-4 where there is no H.264 encoder."""
    has_h264 = "libx264" in av.codecs_available
    options = {"preset": "veryfast", "crf": "23", "bf": "0"} if has_h264 else {"bf": "0"}
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264" if has_h264 else "mpeg4", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        stream.codec_context.gop_size = _KEY_FRAME_S * fps
        if not has_h264:
            stream.bit_rate = 4_000_000
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
