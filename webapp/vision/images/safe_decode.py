"""Decodes pictures that anyone may have made."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from PIL import Image

from model.data.picture_decoding import opened_picture, rgb_on_white, upright_picture
from model.errors import PictureFault, PictureUnreadable
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
    try:
        with opened_picture(encoded, kinds=kinds, most_pixels=max_pixels) as image:
            yield image
    except PictureUnreadable as error:
        raise _in_words(error, kinds, max_pixels) from None


def _in_words(error: PictureUnreadable, kinds: Sequence[str], max_pixels: int) -> InputInvalid:
    """Return what is wrong, for people who read a page."""
    match error.fault:
        case PictureFault.EMPTY:
            return InputInvalid("The picture is empty: choose a file.")
        case PictureFault.NO_PICTURE:
            return InputInvalid("That is not a picture that can be read: expected %(kinds)s.", kinds=", ".join(kinds))
        case PictureFault.OTHER_KIND:
            return InputInvalid(
                "That is a file of another kind (%(came)s): save it as %(kinds)s.",
                came=error.came,
                kinds=", ".join(kinds),
            )
        case PictureFault.TOO_MANY_PIXELS:
            return InputInvalid(
                "The picture has too many pixels: expected at most %(most)s million, came %(came)s.",
                most=_millions(max_pixels),
                came=error.came,
            )
        case PictureFault.VALUES | PictureFault.COLOURS:
            return InputInvalid(
                "The picture holds unusual values (%(came)s): save it again with 8 bits and red, green and blue.",
                came=error.came,
            )
        case PictureFault.FEW_BITS:
            return InputInvalid(
                "The picture has 16 bits, but no value above %(came)s: spread its values, or save it with 8 bits.",
                came=error.came,
            )
        case PictureFault.DAMAGED:
            return InputInvalid("The picture is damaged or was cut off: save it again, or choose another one.")


def _millions(pixels: int) -> str:
    return f"{pixels / 10**6:.2g}"


def _upright_bgr(image: Image.Image) -> ImageBGR:
    image.draft("RGB", (_MAX_SIDE_PX, _MAX_SIDE_PX))  # A JPEG is decoded no larger than it will be needed.
    upright = upright_picture(image)
    upright.thumbnail((_MAX_SIDE_PX, _MAX_SIDE_PX))
    return np.ascontiguousarray(np.asarray(rgb_on_white(upright), dtype=np.uint8)[:, :, ::-1])
