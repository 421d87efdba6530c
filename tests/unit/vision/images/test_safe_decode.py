"""Pictures that anybody may have made."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from webapp.errors import InputInvalid
from webapp.services.model.photo_test import MAX_PICTURE_BYTES
from webapp.vision.images.safe_decode import decode_untrusted


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def huge_png(side_px: int) -> bytes:
    """Return a PNG that says it is huge and holds nothing of it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side_px, side_px, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


RED = Image.new("RGB", (40, 20), (200, 10, 30))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP"])
def test_the_three_kinds_are_read_as_bgr(kind: str) -> None:
    image_bgr = decode_untrusted(encoded(RED, kind))
    assert image_bgr.shape == (20, 40, 3)
    assert image_bgr.dtype == np.uint8
    np.testing.assert_allclose(image_bgr.mean(axis=(0, 1)), (30, 10, 200), atol=6)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"just some text", "not a picture"),
        (encoded(RED, "GIF"), r"another kind \(GIF\): save it as JPEG, PNG, WebP"),
        (encoded(RED, "BMP"), r"another kind \(BMP\)"),
        (encoded(RED, "TIFF"), r"another kind \(TIFF\)"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", r"another kind \(SVG\)"),
        (encoded(Image.effect_noise((300, 300), 90), "JPEG")[:4000], "cut off"),
        (encoded(Image.effect_noise((300, 300), 90), "PNG")[:4000], "cut off"),
        (encoded(Image.effect_noise((300, 300), 90).convert("RGB"), "WebP")[:2000], "cut off"),
        (huge_png(9000), "9000 × 9000"),
        (huge_png(50_000), "too many pixels"),
        (huge_png(200), "cut off"),
        (b"\xff\xd8\xff" + b"x" * MAX_PICTURE_BYTES, "too large"),
    ],
)
def test_anything_else_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(InputInvalid, match=said):
        decode_untrusted(content)


def test_a_photo_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # The camera was held upright: turn by 90 degrees.
    assert decode_untrusted(encoded(RED, "JPEG", exif=exif)).shape == (40, 20, 3)


def test_a_large_photo_is_reduced() -> None:
    assert max(decode_untrusted(encoded(RED.resize((4000, 3000)), "JPEG")).shape) == 1920


def test_what_is_transparent_becomes_white() -> None:
    glass = Image.new("RGBA", (8, 8), (200, 10, 30, 0))
    assert decode_untrusted(encoded(glass, "PNG")).min() == 255


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "CMYK", "I;16"])
def test_unusual_colours_are_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert decode_untrusted(encoded(Image.new(mode, (16, 16)), kind)).shape == (16, 16, 3)
