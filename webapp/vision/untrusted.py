"""Decodes pictures that anybody may have made."""

import io
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from webapp.domain.frames import ImageBGR
from webapp.errors import InputInvalid
from webapp.services.trials import MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS, PICTURE_KINDS

_MAX_SIDE_PX = 1920
_KINDS = ", ".join(PICTURE_KINDS[:-1]) + f" or {PICTURE_KINDS[-1]}"


def decode_untrusted(encoded: bytes) -> ImageBGR:
    """Decode a picture, whatever its name or sender says it is; what it claims to be is checked before any pixel.

    Args:
        encoded: the file.

    Returns:
        uint8, (height, width, 3), BGR, upright, reduced to a side of at most 1920 pixels; transparent places white.

    Raises:
        InputInvalid: it is empty, too large, of another kind, or damaged.
    """
    if not encoded:
        raise InputInvalid("The picture is empty: choose a file.")
    if len(encoded) > MAX_PICTURE_BYTES:
        raise InputInvalid(f"The picture is too large: expected at most {MAX_PICTURE_BYTES // 2**20} MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(encoded), formats=[kind.upper() for kind in PICTURE_KINDS]) as image:
                _check_pixels(image.width, image.height)
                return _upright_bgr(image)
    except UnidentifiedImageError:
        raise InputInvalid(f"That is not a picture that can be read: expected {_KINDS}.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels("more than that") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        # What Pillow's decoders raise for files that are cut off or spoilt.
        raise InputInvalid("The picture is damaged or was cut off: save it again, or choose another one.") from None


def _check_pixels(width_px: int, height_px: int) -> None:
    if width_px * height_px > MAX_PICTURE_PIXELS:
        raise _too_many_pixels(f"{width_px} × {height_px}")


def _too_many_pixels(came: str) -> InputInvalid:
    return InputInvalid(
        f"The picture has too many pixels: expected at most {MAX_PICTURE_PIXELS // 10**6} million, came {came}."
    )


def _upright_bgr(image: Image.Image) -> ImageBGR:
    image.draft("RGB", (_MAX_SIDE_PX, _MAX_SIDE_PX))  # A JPEG is decoded no larger than it will be needed.
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((_MAX_SIDE_PX, _MAX_SIDE_PX))
    rgba = upright.convert("RGBA")
    on_white = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    return np.ascontiguousarray(np.asarray(on_white, dtype=np.uint8)[:, :, ::-1])
