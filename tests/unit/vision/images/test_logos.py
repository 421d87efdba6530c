"""Logos that are drawn anew from whatever picture somebody chose."""

import io

import pytest
from PIL import Image, ImageDraw

from webapp.errors import InputInvalid
from webapp.services.site.logos import MAX_LOGO_BYTES, LogoGround
from webapp.vision.images.logos import draw_logo


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def badge(colour: str, size: tuple[int, int] = (300, 200)) -> Image.Image:
    """Return a disc on nothing."""
    image = Image.new("RGBA", size)
    ImageDraw.Draw(image).ellipse((50, 50, 249, 149), fill=colour)
    return image


def shown(webp: bytes) -> Image.Image:
    return Image.open(io.BytesIO(webp))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WebP"])
def test_the_three_kinds_become_webp_and_keep_their_size(kind: str) -> None:
    drawn = draw_logo(encoded(Image.new("RGB", (120, 40), "navy"), kind))

    assert shown(drawn.webp).format == "WEBP"
    assert shown(drawn.webp).size == (drawn.width_px, drawn.height_px) == (120, 40)
    assert drawn.ground is LogoGround.ANY


def test_a_large_one_is_reduced_to_what_pages_need() -> None:
    drawn = draw_logo(encoded(Image.new("RGB", (4000, 1000), "navy")))

    assert (drawn.width_px, drawn.height_px) == (512, 128)


def test_a_colourful_one_stays_small_enough_for_every_page() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((400, 300), 60)] * 3)

    assert len(draw_logo(encoded(noise, "JPEG", quality=60)).webp) < 160 * 1024


def test_nothing_but_the_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6  # Turn by 90 degrees.

    drawn = draw_logo(encoded(Image.new("RGB", (120, 40)), "JPEG", exif=exif, icc_profile=b"x" * 200, comment=b"home"))

    assert (drawn.width_px, drawn.height_px) == (40, 120)
    assert b"EXIF" not in drawn.webp
    assert b"ICCP" not in drawn.webp
    assert b"home" not in drawn.webp


def test_the_empty_room_around_it_is_cut_off() -> None:
    drawn = draw_logo(encoded(badge("black")))

    assert (drawn.width_px, drawn.height_px) == (200, 100)


@pytest.mark.parametrize(("colour", "ground"), [("#102040", LogoGround.LIGHT), ("#f4f0e0", LogoGround.DARK)])
def test_a_transparent_one_says_on_what_it_can_be_seen(colour: str, ground: LogoGround) -> None:
    assert draw_logo(encoded(badge(colour))).ground is ground


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", r"another kind \(SVG\): save it as PNG"),
        (encoded(Image.new("RGB", (9, 9)), "GIF"), r"another kind \(GIF\)"),
        (b"no picture", "not a picture"),
        (encoded(Image.effect_noise((300, 300), 90))[:4000], "cut off"),
        (encoded(Image.new("L", (4001, 10))), "at most 4000 × 4000, came 4001 × 10"),
        (encoded(Image.new("L", (4100, 4100))), "too many pixels"),
        (b"\x89PNG" + b"x" * MAX_LOGO_BYTES, "at most 512 kB"),
        (encoded(Image.new("RGBA", (20, 20))), "transparent"),
    ],
)
def test_anything_else_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(InputInvalid, match=said):
        draw_logo(content)
