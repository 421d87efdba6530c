"""From a file to 8 bits a value: the one rule for training, ``predict`` and the test of a photo.

Pillow decodes here and not OpenCV: OpenCV fills up a picture that is cut off and says nothing.
"""

import io
import struct
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from model.data.picture_kinds import HEAD_BYTES, READ_KINDS, advice_for, kind_of
from model.errors import PictureFault, PictureUnreadable

MOST_PIXELS = 120_000_000
"""Above what the largest phones take (108 million); it fills about a gigabyte while it is decoded."""

_EIGHT_BIT_MODES = {"1", "L", "P", "LA", "La", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV"}
# Formats whose mode "I" holds 16 bits; elsewhere it holds 32.
_SIXTEEN_IN_I = {"PNG", "PPM"}
_BITS_PER_SAMPLE, _PHOTOMETRIC = 258, 262
_TWELVE_BITS = 4095
# What Pillow's decoders raise for files that are cut off or spoilt.
_SPOILT = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
)


@contextmanager
def opened_picture(
    source: Path | bytes, *, kinds: Sequence[str] = READ_KINDS, most_pixels: int = MOST_PIXELS
) -> Iterator[Image.Image]:
    """Open a picture for who decodes it within; what it claims to be is checked before any pixel.

    Args:
        source: A file, or what is in one.
        kinds: Of which it may be; some of ``READ_KINDS``.
        most_pixels: How many it may have.

    Raises:
        PictureUnreadable: It is empty, no picture, of another kind, too large or damaged.
        OSError: The file cannot be opened.
    """
    with source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as file:
        kind = _checked_kind(file, kinds)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Of odd metadata, which nobody needs here, and of many pixels.
                with Image.open(file, formats=[name.upper() for name in kinds]) as picture:
                    _check_pixels(picture, most_pixels)
                    yield picture
        except PictureUnreadable:
            raise
        except UnidentifiedImageError:
            raise _unidentified(kind) from None
        except Image.DecompressionBombError:
            raise _too_many_pixels(most_pixels, "> 178 million") from None
        except _SPOILT as error:
            reason = f"expected a whole picture, came a damaged one: {error}"
            raise PictureUnreadable(PictureFault.DAMAGED, reason) from None


def upright_picture(picture: Image.Image) -> Image.Image:
    """Return a picture turned upright where its file says how, with 8 bits a value; 16 bits are scaled by 1/257.

    Args:
        picture: As it was opened. It is decoded, and may be changed.

    Returns:
        In the colours that the file has, with what it has of transparency.

    Raises:
        PictureUnreadable: Nobody can say which of its values is white, or its colours are unusual ones.
    """
    is_deep = any(";16" in str(tile[3]) for tile in getattr(picture, "tile", ()))
    picture.load()
    with suppress(*_SPOILT):  # Spoilt metadata spoil no pixel.
        ImageOps.exif_transpose(picture, in_place=True)
    if picture.mode.startswith("I;16") or (picture.mode == "I" and picture.format in _SIXTEEN_IN_I):
        return _from_sixteen_bits(picture)
    if picture.mode in ("I", "F"):
        came, word = ("floating-point", "float32") if picture.mode == "F" else ("32-bit or signed", "int32")
        reason = f"expected values of 8 or 16 bits, came {came} ones: save it as 8 bits"
        raise PictureUnreadable(PictureFault.VALUES, reason, came=word)
    if picture.mode not in _EIGHT_BIT_MODES:
        reason = f"expected grey, RGB or CMYK, came {picture.mode}: save it as RGB"
        raise PictureUnreadable(PictureFault.COLOURS, reason, came=picture.mode)
    if is_deep:
        _check_deep_colours(picture)
    return picture


def rgb_on_white(picture: Image.Image) -> Image.Image:
    """Return a picture of 8 bits in red, green and blue; what is transparent becomes white."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    rgba = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")


def _checked_kind(file: BinaryIO, kinds: Sequence[str]) -> str:
    """Return what the first bytes say; the file is at its begin again.

    Raises:
        PictureUnreadable: It is empty, or of a kind that is none of ``kinds``.
    """
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not head:
        raise PictureUnreadable(PictureFault.EMPTY, "expected a picture, came an empty file")
    kind = kind_of(head)
    if kind and kind not in kinds:
        reason = f"expected a picture such as {' or '.join(kinds[:2])}, came {kind}: {advice_for(kind)}"
        raise PictureUnreadable(PictureFault.OTHER_KIND, reason, came=kind)
    return kind


def _unidentified(kind: str) -> PictureUnreadable:
    if kind:
        reason = (
            f"expected a whole picture with values of 8 or 16 bits, came a {kind} that is damaged or of another make: "
            "save it again as JPEG or PNG"
        )
        return PictureUnreadable(PictureFault.DAMAGED, reason)
    reason = "expected a picture, came something that cannot be decoded as one"
    return PictureUnreadable(PictureFault.NO_PICTURE, reason)


def _check_pixels(picture: Image.Image, most: int) -> None:
    if picture.width * picture.height > most:
        raise _too_many_pixels(most, f"{picture.width} × {picture.height}")


def _too_many_pixels(most: int, came: str) -> PictureUnreadable:
    reason = f"expected at most {most // 10**6} million pixels, came {came}: reduce it"
    return PictureUnreadable(PictureFault.TOO_MANY_PIXELS, reason, came=came)


def _from_sixteen_bits(picture: Image.Image) -> Image.Image:
    """Return grey of 16 bits, or of the 12 that a TIFF says it has, as 8 bits."""
    values = np.asarray(picture)
    tags = getattr(picture, "tag_v2", {})
    white = _TWELVE_BITS if tags.get(_BITS_PER_SAMPLE) == (12,) else 65535
    brightest = int(values.max())
    if white > _TWELVE_BITS and 0 < brightest <= _TWELVE_BITS:
        raise _few_bits(brightest)
    greys = (np.arange(65536).clip(max=white) * 255 + white // 2) // white
    if tags.get(_PHOTOMETRIC) == 0:  # White is zero, which Pillow heeds for 8 bits alone.
        greys = 255 - greys
    return Image.fromarray(greys.astype(np.uint8)[values])


def _check_deep_colours(picture: Image.Image) -> None:
    """Refuse colours of 16 bits, of which Pillow keeps the upper 8, where these hold next to nothing."""
    colours = picture.convert("L") if picture.mode in ("LA", "La") else picture.convert("RGB")
    brightest = max(band[1] for band in _extrema(colours))
    if brightest <= _TWELVE_BITS >> 8:
        raise _few_bits((brightest << 8) + 255)


def _extrema(picture: Image.Image) -> list[tuple[int, int]]:
    return [band.getextrema() for band in picture.split()]  # type: ignore[misc]


def _few_bits(brightest: int) -> PictureUnreadable:
    """Say that nobody can tell a dark picture of 16 bits from a whole one of 12."""
    reason = (
        f"expected values over all 16 bits, came none above {brightest}, as where 12 bits or fewer are kept in 16: "
        "multiply them, or save it as 8 bits"
    )
    return PictureUnreadable(PictureFault.FEW_BITS, reason, came=str(brightest))
