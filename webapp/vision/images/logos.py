"""Draws a site's logo from whatever picture an admin chose."""

import io

from PIL import Image, ImageStat

from model.data.picture_decoding import upright_picture
from webapp.errors import InputInvalid
from webapp.services.site.logos import LOGO_KINDS, MAX_LOGO_BYTES, MAX_LOGO_SIDE_PX, DrawnLogo, LogoGround
from webapp.vision.images.safe_decode import opened_untrusted

# Twice the size of the largest place, the sign on paper.
_SHOWN_PX = (512, 256)
# Every first page carries it: above that, sharp edges give way a little.
_MOST_LOSSLESS_BYTES = 40 * 1024
_QUALITY = 88
# Of the luminance of what is drawn, 0 to 255: lighter ones vanish on white.
_LIGHT_LUMINANCE = 150


def draw_logo(encoded: bytes) -> DrawnLogo:
    """Draw a logo again as WebP, upright, at most 512 × 256, with nothing of the file but its pixels.

    Raises:
        InputInvalid: it is too large, of another kind than PNG, JPEG and WebP, damaged, or wholly transparent.
    """
    if len(encoded) > MAX_LOGO_BYTES:
        raise InputInvalid(
            "The logo is too large: expected a file of at most %(most)s kB.", most=MAX_LOGO_BYTES // 1024
        )
    with opened_untrusted(encoded, LOGO_KINDS, MAX_LOGO_SIDE_PX**2) as image:
        _check_sides(image)
        drawn = _reduced(image)
    return DrawnLogo(_webp(drawn), drawn.width, drawn.height, _ground(drawn))


def _check_sides(image: Image.Image) -> None:
    if max(image.size) > MAX_LOGO_SIDE_PX:
        raise InputInvalid(
            "The logo has too many pixels: expected at most %(most)s × %(most)s, came %(width)s × %(height)s.",
            most=MAX_LOGO_SIDE_PX,
            width=image.width,
            height=image.height,
        )


def _reduced(image: Image.Image) -> Image.Image:
    """Return the picture upright, reduced, and without the empty room around what is drawn."""
    upright = upright_picture(image)
    if not upright.has_transparency_data:
        reduced = upright.convert("RGB")
    else:
        reduced = upright.convert("RGBA")
        inked = reduced.getchannel("A").getbbox()
        if inked is None:
            raise InputInvalid("The logo is wholly transparent: nothing of it could be seen.")
        reduced = reduced.crop(inked)
    reduced.thumbnail(_SHOWN_PX, Image.Resampling.LANCZOS)
    # What thumbnail keeps beside the pixels, such as a colour profile, is left behind.
    return Image.frombytes(reduced.mode, reduced.size, reduced.tobytes())


def _webp(image: Image.Image) -> bytes:
    lossless = _encoded(image, lossless=True)
    return lossless if len(lossless) <= _MOST_LOSSLESS_BYTES else _encoded(image, quality=_QUALITY)


def _encoded(image: Image.Image, **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, "WEBP", method=6, **options)
    return written.getvalue()


def _ground(image: Image.Image) -> LogoGround:
    """Return what has to be behind the logo: by its mean luminance where it is transparent."""
    if image.mode != "RGBA" or image.getchannel("A").getextrema()[0] == 255:
        return LogoGround.ANY
    luminance = ImageStat.Stat(image.convert("L"), mask=image.getchannel("A")).mean[0]
    return LogoGround.DARK if luminance > _LIGHT_LUMINANCE else LogoGround.LIGHT
