"""Decodes pictures that anyone may have made."""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from webapp.domain.vision.frames import ImageBGR
from webapp.errors import InputInvalid
from webapp.services.model.photo_test import MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS, PICTURE_KINDS

_MAX_SIDE_PX = 1920


def decode_untrusted(
    encoded: bytes, *, kinds: Sequence[str] = PICTURE_KINDS, max_pixels: int = MAX_PICTURE_PIXELS
) -> ImageBGR:
    """Decode a picture, whatever its name or sender says it is; what it claims to be is checked before any pixel.

    Args:
        encoded: the file.
        kinds: of which kind it may be.
        max_pixels: how many it may have.

    Returns:
        uint8, (height, width, 3), BGR, upright, reduced to a side of at most 1920 pixels; transparent places white.

    Raises:
        InputInvalid: it is empty, too large, of another kind, or damaged.
    """
    if len(encoded) > MAX_PICTURE_BYTES:
        raise InputInvalid("The picture is too large: expected at most %(most)s MB.", most=MAX_PICTURE_BYTES // 2**20)
    with opened_untrusted(encoded, kinds, max_pixels) as image:
        return _upright_bgr(image)


@contextmanager
def opened_untrusted(encoded: bytes, kinds: Sequence[str], max_pixels: int) -> Iterator[Image.Image]:
    """Open a picture for who decodes it within; what its decoder raises is said in words.

    Raises:
        InputInvalid: it is empty, too large, of another kind, or damaged.
    """
    if not encoded:
        raise InputInvalid("The picture is empty: choose a file.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(encoded), formats=[kind.upper() for kind in kinds]) as image:
                _check_pixels(image.width, image.height, max_pixels)
                yield image
    except UnidentifiedImageError:
        raise InputInvalid(
            "That is not a picture that can be read: expected %(kinds)s.", kinds=", ".join(kinds)
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputInvalid(
            "The picture has too many pixels: expected at most %(most)s million.", most=_millions(max_pixels)
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError):
        # What Pillow's decoders raise for files that are cut off or spoilt.
        raise InputInvalid("The picture is damaged or was cut off: save it again, or choose another one.") from None


def _check_pixels(width_px: int, height_px: int, max_pixels: int) -> None:
    if width_px * height_px > max_pixels:
        raise InputInvalid(
            "The picture has too many pixels: expected at most %(most)s million, came %(width)s × %(height)s.",
            most=_millions(max_pixels),
            width=width_px,
            height=height_px,
        )


def _millions(pixels: int) -> str:
    return f"{pixels / 10**6:.2g}"


def _upright_bgr(image: Image.Image) -> ImageBGR:
    image.draft("RGB", (_MAX_SIDE_PX, _MAX_SIDE_PX))  # A JPEG is decoded no larger than it will be needed.
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((_MAX_SIDE_PX, _MAX_SIDE_PX))
    rgb = _on_white(upright) if upright.has_transparency_data else upright.convert("RGB")
    return np.ascontiguousarray(np.asarray(rgb, dtype=np.uint8)[:, :, ::-1])


def _on_white(image: Image.Image) -> Image.Image:
    rgba = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
