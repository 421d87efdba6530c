"""A made-up camera: draws people onto a background and makes the picture as bad as a real camera does."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.frames import ImageBGR, ImageGray
from webapp.vision.alert_evaluation.people import SceneStyle, Standing, StillPerson

# So much of the face's width is mirrored at its edges, and melts into the background: the face itself stays whole.
_EDGE = 0.125
_DRIFT_HZ = 0.2


class PaintedCamera:
    """One camera with a view and defects of its own, drawn by chance."""

    def __init__(self, style: SceneStyle, rng: np.random.Generator) -> None:
        """Draw what stays the same while the camera runs.

        Args:
            style: sizes, background and damage.
            rng: draws.
        """
        self._style = style
        self._rng = rng
        self._moves = style.background == "moving" or (style.background == "both" and rng.random() < 0.5)
        self._background = _background(style, rng, is_textured=self._moves)
        self._noise = rng.normal(0, rng.uniform(1.0, 7.0), (2 * style.height_px, 2 * style.width_px)).astype(np.float32)
        self._gain = rng.uniform(0.55, 1.1)
        self._flicker = rng.uniform(0, 0.08)
        self._blur_px = rng.uniform(0, 1.1)
        self._damaged = _damage(style, rng)

    def picture(self, people: Sequence[StillPerson], standings: Sequence[Standing], time_s: float) -> ImageBGR:
        """Draw one moment.

        Args:
            people: all who come before this camera.
            standings: those who are there now.
            time_s: seconds since they came; also moves the background.

        Returns:
            uint8, (height, width, 3), BGR.
        """
        canvas = self._view(time_s)
        for standing in standings:
            _lay(canvas, people[standing.person].face_gray, standing, time_s)
        return self._damaged(self._sensed(canvas, time_s))

    def _view(self, time_s: float) -> NDArray[np.float32]:
        height_px, width_px = self._style.height_px, self._style.width_px
        shift = (0.5 + 0.5 * np.sin(2 * np.pi * 0.1 * time_s)) if self._moves else 0.5
        left = int(shift * (self._background.shape[1] - width_px))
        return self._background[:height_px, left : left + width_px].copy()

    def _sensed(self, canvas: NDArray[np.float32], time_s: float) -> ImageBGR:
        """Dim, blur and add the sensor's noise."""
        if self._blur_px > 0.3:
            canvas = np.asarray(cv2.GaussianBlur(canvas, (0, 0), self._blur_px), dtype=np.float32)
        gain = self._gain * (1 + self._flicker * np.sin(2 * np.pi * _DRIFT_HZ * time_s))
        top, left = (int(self._rng.integers(0, limit)) for limit in canvas.shape)
        noise = self._noise[top : top + canvas.shape[0], left : left + canvas.shape[1]]
        sensed = np.clip(canvas * np.float32(gain) + noise, 0, 255).astype(np.uint8)
        return np.asarray(cv2.cvtColor(sensed, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _background(style: SceneStyle, rng: np.random.Generator, *, is_textured: bool) -> NDArray[np.float32]:
    """Return float32 (height, 1.3 x width), range 0–255: an even wall with a gradient, or soft shapes."""
    height_px, width_px = style.height_px, round(1.3 * style.width_px)
    level = rng.uniform(60, 190)
    slope = np.linspace(-rng.uniform(0, 30), rng.uniform(0, 30), width_px, dtype=np.float32)
    wall = np.full((height_px, width_px), level, np.float32) + slope
    if is_textured:
        coarse = rng.normal(0, 28, (12, 20)).astype(np.float32)
        wall += cv2.resize(coarse, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(wall, 0, 255), dtype=np.float32)


def _lay(canvas: NDArray[np.float32], face_gray: ImageGray, standing: Standing, time_s: float) -> None:
    """Draw a face at its place, enlarged and turned, in place."""
    centre_xy, side_px, tilt_deg = standing.placement(time_s)
    edge_px = round(_EDGE * face_gray.shape[0])
    source = cv2.copyMakeBorder(face_gray.astype(np.float32), *(edge_px,) * 4, cv2.BORDER_REFLECT)
    middle = (source.shape[0] - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), tilt_deg, side_px / face_gray.shape[0])
    turn[:, 2] += centre_xy - middle
    reach = 0.9 * side_px
    left, top = np.maximum(np.floor(centre_xy - reach).astype(int), 0)
    right, bottom = np.minimum(np.ceil(centre_xy + reach).astype(int), canvas.shape[::-1])
    turn[:, 2] -= (left, top)
    size = (int(right - left), int(bottom - top))
    face = cv2.warpAffine(source, turn, size, flags=cv2.INTER_CUBIC)
    mask = cv2.warpAffine(_mask(source.shape[0], edge_px), turn, size, flags=cv2.INTER_LINEAR)
    room = canvas[top:bottom, left:right]
    room += mask * (face - room)


def _mask(source_px: int, edge_px: int) -> NDArray[np.float32]:
    """Return float32 (S, S) in [0, 1]: how much of the face covers what is behind it."""
    distance = np.minimum(np.arange(source_px), np.arange(source_px)[::-1]) + 0.5
    edge = np.clip(distance / edge_px, 0, 1)
    return np.minimum.outer(edge, edge).astype(np.float32)


def _damage(style: SceneStyle, rng: np.random.Generator) -> Callable[[ImageBGR], ImageBGR]:
    kind = style.damage if style.damage != "both" else ("jpeg", "h264")[int(rng.random() < 0.5)]
    if kind == "none":
        return lambda picture: picture
    if kind == "jpeg":
        quality = int(rng.integers(35, 90))
        return lambda picture: _as_jpeg(picture, quality)
    return _H264Damage(style, crf=int(rng.integers(22, 34)))


def _as_jpeg(picture: ImageBGR, quality: int) -> ImageBGR:
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), dtype=np.uint8)


class _H264Damage:
    """Encodes and decodes picture by picture, as a camera's stream does; MPEG-4 where there is no H.264 encoder."""

    def __init__(self, style: SceneStyle, crf: int) -> None:
        is_h264 = "libx264" in av.codecs_available
        self._encoder: Any = av.CodecContext.create("libx264" if is_h264 else "mpeg4", "w")
        self._encoder.width, self._encoder.height = style.width_px, style.height_px
        self._encoder.pix_fmt, self._encoder.time_base = "yuv420p", Fraction(1, 90_000)
        self._encoder.framerate = Fraction(style.fps).limit_denominator(1000)
        options = {"preset": "ultrafast", "tune": "zerolatency", "crf": str(crf)} if is_h264 else {}
        self._encoder.options = options
        self._decoder: Any = av.CodecContext.create("h264" if is_h264 else "mpeg4", "r")
        self._decoder.thread_count = 1
        self._step = round(90_000 / style.fps)
        self._count = 0

    def __call__(self, picture: ImageBGR) -> ImageBGR:
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts, frame.time_base = self._count * self._step, Fraction(1, 90_000)
        self._count += 1
        decoded = list(self._decoded(frame))
        return np.asarray(decoded[-1].to_ndarray(format="bgr24"), dtype=np.uint8) if decoded else picture

    def _decoded(self, frame: av.VideoFrame) -> Iterator[Any]:
        for packet in self._encoder.encode(frame):
            yield from self._decoder.decode(packet)
