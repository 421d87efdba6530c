"""Words on dark plates, in any script that DejaVu Sans has; OpenCV's own lettering knows only ASCII."""

from functools import lru_cache
from importlib.metadata import distribution

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from webapp.domain.vision.frames import ImageBGR

# Matplotlib brings it, and is not loaded for it.
_FONT = distribution("matplotlib").locate_file("matplotlib/mpl-data/fonts/ttf/DejaVuSans-Bold.ttf")
_PLATE_GREY = 20


@lru_cache(maxsize=1024)
def plate_bgr(words: str, letter_px: int, bar_bgr: tuple[int, int, int], max_width_px: int) -> ImageBGR:
    """Draw white words on a dark plate with a coloured bar at its left.

    Args:
        words: one line; shortened where it is too long.
        letter_px: size of the font in pixels.
        bar_bgr: colour of the bar.
        max_width_px: the plate is not wider.

    Returns:
        uint8, (height, width, 3), BGR; shared between callers and therefore read-only.
    """
    font = _font(letter_px)
    bar_px, room_px = max(3, letter_px // 4), max(2, letter_px // 4)
    text_px = max_width_px - bar_px - 2 * room_px
    words = _shortened(words, font, text_px)
    width_px = min(max_width_px, bar_px + 2 * room_px + round(font.getlength(words)))
    image = Image.new("RGB", (width_px, round(letter_px * 1.25) + room_px), (_PLATE_GREY,) * 3)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, bar_px - 1, image.height), fill=bar_bgr[::-1])
    draw.text((bar_px + room_px, image.height // 2), words, font=font, fill=(255, 255, 255), anchor="lm")
    plate = np.ascontiguousarray(np.asarray(image, dtype=np.uint8)[:, :, ::-1])
    plate.setflags(write=False)
    return plate


@lru_cache(maxsize=16)
def _font(letter_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), letter_px)


def _shortened(words: str, font: ImageFont.FreeTypeFont, max_px: float) -> str:
    if font.getlength(words) <= max_px:
        return words
    while words and font.getlength(f"{words}…") > max_px:
        words = words[:-1]
    return f"{words}…"
