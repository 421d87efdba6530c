"""Small pictures of every make, of which the right 8-bit values are known."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

SIDE_PX = 48


def gray_face(seed: int = 0) -> npt.NDArray[np.uint8]:
    """Return something with all grey values, uint8 (48, 48)."""
    rng = np.random.default_rng(seed)
    return rng.permutation(np.linspace(0, 255, SIDE_PX**2)).round().astype(np.uint8).reshape(SIDE_PX, SIDE_PX)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def deep_gray(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint16]:
    """Return the same grey in 16 bits."""
    return values.astype(np.uint16) * 257


def png_of(samples: npt.NDArray[np.uint16], colour_type: int) -> bytes:
    """Return a PNG of 16 bits a value, which Pillow does not write: 2 is RGB, 4 grey with alpha, 6 RGB with alpha."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    height, width = samples.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    head = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def opaque(samples: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    return np.dstack([samples, np.full(samples.shape[:2], 65535, np.uint16)])


def with_orientation(gray: npt.NDArray[np.uint8], kind: str) -> bytes:
    """Return the picture lying on its side, with the note that says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(Image.fromarray(np.rot90(gray)), kind, exif=exif)


def tiff_12_bit(gray: npt.NDArray[np.uint8]) -> bytes:
    """Return a TIFF that says that it has 12 bits, packed."""
    values = (gray.astype(np.uint32) * 4095 + 127) // 255
    first, second = values[:, 0::2], values[:, 1::2]
    packed = np.stack([first >> 4, (first & 15) << 4 | second >> 8, second & 255], axis=-1).astype(np.uint8)
    height, width = gray.shape
    data = packed.tobytes()
    tags = [(256, 3, width), (257, 3, height), (258, 3, 12), (259, 3, 1), (262, 3, 1), (273, 4, 8)]
    tags += [(277, 3, 1), (278, 3, height), (279, 4, len(data))]
    entries = b"".join(
        struct.pack("<HHI", tag, kind, 1) + (struct.pack("<HH", value, 0) if kind == 3 else struct.pack("<I", value))
        for tag, kind, value in tags
    )
    directory = struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0)
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + directory


def palette(gray: npt.NDArray[np.uint8]) -> Image.Image:
    """Return a palette in which the colours stand the other way round."""
    image = Image.fromarray(255 - gray)
    image = image.copy()
    turned = Image.frombytes("P", image.size, image.tobytes())
    turned.putpalette([value for index in range(256) for value in [255 - index] * 3])
    return turned


EXACT: dict[str, Callable[[npt.NDArray[np.uint8]], bytes]] = {
    "gray8.png": lambda gray: encoded(Image.fromarray(gray), "PNG"),
    "gray16.png": lambda gray: encoded(Image.fromarray(deep_gray(gray)), "PNG"),
    "gray16.tif": lambda gray: encoded(Image.fromarray(deep_gray(gray)), "TIFF"),
    "white-is-zero.tif": lambda gray: encoded(Image.fromarray(deep_gray(255 - gray)), "TIFF", tiffinfo={262: 0}),
    "gray12.tif": tiff_12_bit,
    "gray16.pgm": lambda gray: b"P5\n48 48\n65535\n" + deep_gray(gray).astype(">u2").tobytes(),
    "gray12.pgm": lambda gray: b"P5\n48 48\n4095\n" + ((gray.astype(int) * 4095 + 127) // 255).astype(">u2").tobytes(),
    "rgb16.png": lambda gray: png_of(np.dstack([deep_gray(gray)] * 3), 2),
    "rgba16.png": lambda gray: png_of(opaque(np.dstack([deep_gray(gray)] * 3)), 6),
    "la16.png": lambda gray: png_of(opaque(deep_gray(gray)), 4),
    "rgb.png": lambda gray: encoded(Image.fromarray(gray).convert("RGB"), "PNG"),
    "rgba.png": lambda gray: encoded(Image.fromarray(gray).convert("RGBA"), "PNG"),
    "la.png": lambda gray: encoded(Image.fromarray(gray).convert("LA"), "PNG"),
    "palette.png": lambda gray: encoded(palette(gray), "PNG"),
    "palette.gif": lambda gray: encoded(Image.fromarray(gray), "GIF"),
    "gray.bmp": lambda gray: encoded(Image.fromarray(gray), "BMP"),
    "lossless.webp": lambda gray: encoded(Image.fromarray(gray).convert("RGB"), "WEBP", lossless=True),
    "side.png": lambda gray: with_orientation(gray, "PNG"),
    "moving.gif": lambda gray: encoded(
        Image.fromarray(gray), "GIF", save_all=True, append_images=[Image.fromarray(gray_face(9))]
    ),
    "moving.webp": lambda gray: encoded(
        Image.fromarray(gray).convert("RGB"),
        "WEBP",
        save_all=True,
        append_images=[Image.new("RGB", (SIDE_PX, SIDE_PX))],
        lossless=True,
    ),
}  # fmt: skip
"""Makes that lose nothing: read, they are the grey that they were made of."""


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
