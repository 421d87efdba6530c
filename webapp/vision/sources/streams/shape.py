"""How a stream's pictures are to be shown: the shape of its pixels, its turn, and how large they go on."""

import struct
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, cast

import numpy as np
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

# Anamorphic video has ratios up to 8:3; beyond this somebody wrote nonsense.
_MOST_ASPECT = 5
_MOST_HEIGHTS_PER_WIDTH = 2


def shown_size(width_px: int, height_px: int, aspect: Fraction | None) -> tuple[int, int]:
    """Return the sides of a picture with square pixels: the shorter one is stretched, so that no detail goes.

    Args:
        width_px: width as it is stored.
        height_px: height likewise.
        aspect: width of a pixel over its height; None or nonsense counts as 1.
    """
    if not aspect or not Fraction(1, _MOST_ASPECT) <= aspect <= _MOST_ASPECT:
        return width_px, height_px
    if aspect > 1:
        return round(width_px * aspect), height_px
    return width_px, round(height_px / aspect)


def _know_all_types() -> None:
    """Have PyAV read what else comes with a frame also where one of it is of a type that it does not know.

    PyAV 18.1 ends with the types of FFmpeg 7: the Exif of a JPEG, which FFmpeg 8 hands on, made all of it unreadable.
    """

    def unknown(types: type[Type], value: int) -> Type:
        member: Any = object.__new__(types)
        member._name_, member._value_ = f"UNKNOWN_{value}", value
        return cast(Type, member)

    Type._missing_ = classmethod(unknown)  # type: ignore[assignment]


_know_all_types()


class PixelAspects:
    """The shape of a stream's pixels, which may change with their number."""

    def __init__(self, stream: VideoStream) -> None:
        """Take in what file and stream say at the begin; what the file says is right, but for that size alone."""
        self._stream = stream
        context = stream.codec_context
        self._newest = (context.width, context.height), context.sample_aspect_ratio
        said = stream.sample_aspect_ratio
        self._of_file = (self._newest[0], said) if said != context.sample_aspect_ratio else None

    def shown_size(self, width_px: int, height_px: int) -> tuple[int, int]:
        """Return the sides with square pixels of a picture that has just been decoded, or is to be."""
        context, size_px = self._stream.codec_context, (width_px, height_px)
        if self._of_file and self._of_file[0] == size_px:
            return shown_size(*size_px, self._of_file[1])
        if size_px == (context.width, context.height):
            self._newest = size_px, context.sample_aspect_ratio
        # Pictures of before may come out when the decoder has read of others.
        return shown_size(*size_px, self._newest[1] if self._newest[0] == size_px else None)


def reduced(width_px: int, height_px: int, max_width_px: int) -> tuple[int, int]:
    """Return the sides of a picture as it goes on: no wider than it may be, and no tower."""
    longest_px = max(width_px, height_px / _MOST_HEIGHTS_PER_WIDTH)
    if longest_px <= max_width_px:
        return width_px, height_px
    scale = max_width_px / longest_px
    return max(1, round(width_px * scale)), max(1, round(height_px * scale))


class DisplayMatrices:
    """How the pictures of one stream are to be turned and mirrored, as telephones say.

    It is read once for each angle: to read it ties a frame to itself, so that its megabytes are held until Python looks
    for such rings.
    """

    def __init__(self) -> None:
        """Know none yet."""
        self._by_rotation: dict[int, bytes] = {}

    def upright(self, image: NDArray[np.uint8], frame: VideoFrame) -> NDArray[np.uint8]:
        """Return a picture as its stream says; itself where there is nothing to do.

        Args:
            image: (height, width) or (height, width, 3).
            frame: what it was made of.
        """
        matrix = self._by_rotation.get(frame.rotation)
        if matrix is None:
            matrix = self._by_rotation[frame.rotation] = _matrix_of(frame)
        return _turned(image, matrix) if matrix else image


def _matrix_of(frame: VideoFrame) -> bytes:
    # PyAV declares its type as that of one entry.
    said: Mapping[Type, Any] = frame.side_data  # type: ignore[assignment]
    return bytes(said[Type.DISPLAYMATRIX])[:36] if Type.DISPLAYMATRIX in said else b""


def _turned(image: NDArray[np.uint8], matrix: bytes) -> NDArray[np.uint8]:
    across_x, across_y, _, down_x, down_y, *_ = struct.unpack("=9i", matrix)
    if abs(across_y) > abs(across_x):  # Rows become columns.
        image = np.swapaxes(image, 0, 1)
        across_x, down_y = down_x, across_y
    steps = (-1 if down_y < 0 else 1, -1 if across_x < 0 else 1)
    return image[:: steps[0], :: steps[1]]
