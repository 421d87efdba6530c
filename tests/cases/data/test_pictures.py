"""16 bits and every other make of picture: `predict`, the test of a photo and training read the same values."""

import io
import zlib
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from model.data.pictures import read_face
from tests.cases.data.made_up_pictures import EXACT, deep_gray, encoded, gray_face, opaque, png_of, write
from tests.support.needs import SHARED_DIR
from webapp.errors import InputInvalid
from webapp.vision.images.image_io import read_picture
from webapp.vision.images.logos import draw_logo
from webapp.vision.images.safe_decode import decode_untrusted

GRAY = gray_face()
OWN_KINDS = ("JPEG", "PNG", "WebP", "BMP", "GIF", "TIFF", "PPM")


def gray_of(image_bgr: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY), np.uint8)


def readings(path: Path) -> list[npt.NDArray[np.uint8]]:
    """Return the grey values that `predict`, the test of a photo and training get."""
    tested = decode_untrusted(path.read_bytes(), kinds=OWN_KINDS)
    return [gray_of(read_picture(str(path))), gray_of(tested), read_face(path)]


@pytest.mark.parametrize("name", EXACT)
def test_every_make_of_one_picture_is_the_same_face_to_all_three(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, EXACT[name](GRAY))
    for read in readings(path):
        assert np.array_equal(read, GRAY)


def test_sixteen_bits_are_rounded_not_cut_off(tmp_path: Path) -> None:
    values = np.arange(48 * 48, dtype=np.uint16).reshape(48, 48) * 28
    path = write(tmp_path / "a.png", encoded(Image.fromarray(values), "PNG"))
    for read in readings(path):
        assert np.array_equal(read, np.round(values / 257).astype(np.uint8))


def colour_makes() -> dict[str, bytes]:
    colours = np.dstack([gray_face(1), gray_face(2), gray_face(3)])
    image = Image.fromarray(colours)
    clear = np.full((48, 48), 255, np.uint8)
    clear[:20] = 90
    exif = Image.Exif()
    exif[0x0112] = 3
    return {
        "a.jpg": encoded(image, "JPEG", quality=90),
        "cmyk.jpg": encoded(image.convert("CMYK"), "JPEG"),
        "turned.jpg": encoded(image, "JPEG", exif=exif),
        "clear.png": encoded(Image.fromarray(np.dstack([colours, clear])), "PNG"),
        "clear.webp": encoded(Image.fromarray(np.dstack([colours, clear])), "WEBP"),
        "deep.png": png_of(np.dstack([deep_gray(band) for band in (gray_face(1), gray_face(2), gray_face(3))]), 2),
        "one-bit.png": encoded(image.convert("1"), "PNG"),
        "few-colours.png": encoded(image.quantize(16), "PNG"),
        "colours.gif": encoded(image.quantize(256), "GIF"),
    }


@pytest.mark.parametrize("name", colour_makes())
def test_colours_become_the_same_grey_in_training_and_serving(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, colour_makes()[name])
    predicted, tested, learnt = readings(path)
    assert np.array_equal(predicted, tested)
    assert np.array_equal(predicted, learnt)
    assert predicted.std() > 10


def test_what_is_transparent_is_white_to_all_three(tmp_path: Path) -> None:
    hidden = np.dstack([deep_gray(GRAY)] * 3 + [np.zeros((48, 48), np.uint16)])
    for read in readings(write(tmp_path / "a.png", png_of(hidden, 6))):
        assert read.min() == 255


def refused() -> dict[str, tuple[bytes, str, str]]:
    """Return name → content, what `predict` and training say, and what a page says."""
    floating = encoded(Image.fromarray(GRAY.astype(np.float32)), "TIFF")
    wide = encoded(Image.fromarray(GRAY.astype(np.int32) * 1000), "TIFF")
    dim = encoded(Image.fromarray(GRAY.astype(np.uint16) * 16), "PNG")
    dim_colours = png_of(np.dstack([GRAY.astype(np.uint16) * 16] * 3), 2)
    dim_alpha = png_of(opaque(GRAY.astype(np.uint16) * 16), 4)
    lab = encoded(Image.fromarray(np.dstack([GRAY] * 3), "RGB").convert("RGB"), "TIFF")
    noise = Image.effect_noise((300, 300), 90)
    return {
        "float.tif": (floating, "8 or 16 bits, came floating-point ones: save it as 8 bits", "float32"),
        "wide.tif": (wide, "8 or 16 bits, came 32-bit or signed ones", "int32"),
        "dim.png": (dim, "none above 4080, as where 12 bits or fewer are kept in 16", "no value above 4080"),
        "dim-colours.png": (dim_colours, "none above 4095", "no value above 4095"),
        "dim-alpha.png": (dim_alpha, "none above 4095", "no value above 4095"),
        "lab.tif": (lab.replace(b"\x06\x01\x03\0\x01\0\0\0\x02", b"\x06\x01\x03\0\x01\0\0\0\x08"), "came LAB", "LAB"),
        "empty.jpg": (b"", "an empty file", "empty"),
        "cut.jpg": (encoded(noise, "JPEG")[:4000], "a damaged one", "cut off"),
        "cut.png": (encoded(noise, "PNG")[:4000], "a damaged one", "cut off"),
        "cut.tif": (encoded(noise, "TIFF")[:4000], "damaged", "cut off"),
        "begun.jpg": (encoded(noise, "JPEG")[:20], "a JPEG that is damaged", "cut off"),
        "odd.tif": (
            floating.replace(b"\x53\x01\x03\0\x01\0\0\0\x03", b"\x53\x01\x03\0\x01\0\0\0\x05"),
            "a TIFF that is damaged or of another make",
            "damaged",
        ),
        "phone.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "came HEIC: save it as JPEG .an iPhone", "HEIC"),
        "renamed.jpg": (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "came HEIC", "HEIC"),
        "movie.jpg": (b"\0\0\0\x18ftypisom\0\0\0\0", "came MP4 video: take single pictures", "MP4"),
        "page.jpg": (b"<!DOCTYPE html><title>Log in</title>", "came HTML page", "HTML"),
        "lfs.png": (b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull", "LFS"),
        "archive.png": (b"PK\x03\x04" + bytes(60), "came ZIP archive: unpack it", "ZIP"),
        "text.png": (b"no picture", "is not a picture|cannot be decoded as one", "not a picture"),
    }


@pytest.mark.parametrize("name", refused())
def test_what_cannot_be_read_is_refused_by_name_everywhere(name: str, tmp_path: Path) -> None:
    content, said, said_on_page = refused()[name]
    path = write(tmp_path / name, content)

    with pytest.raises(InputInvalid, match=said) as predicted:
        read_picture(str(path))
    assert str(path) in str(predicted.value)
    with pytest.raises(ValueError, match=said):
        read_face(path)
    with pytest.raises(InputInvalid, match=said_on_page):
        decode_untrusted(content, kinds=OWN_KINDS)


def test_a_small_file_that_unpacks_to_far_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    for side_px, came in ((11_000, "11000 × 11000"), (50_000, "> 178 million")):
        row = bytes(side_px // 8 + 1)
        bomb = encoded(Image.new("1", (8, 8)), "PNG").replace(
            b"IHDR" + (8).to_bytes(4, "big") * 2, b"IHDR" + side_px.to_bytes(4, "big") * 2
        )
        head = bomb.index(b"IHDR")
        sum_of_head = zlib.crc32(bomb[head : head + 17]).to_bytes(4, "big")
        path = write(tmp_path / f"{side_px}.png", bomb[: head + 17] + sum_of_head + bomb[head + 21 :] + row)
        with pytest.raises(InputInvalid, match=f"at most 120 million pixels, came {came}: reduce it"):
            read_picture(str(path))
        with pytest.raises(ValueError, match="at most 120 million"):
            read_face(path)


def test_a_deep_logo_is_drawn_as_it_is_meant() -> None:
    logo = draw_logo(encoded(Image.fromarray(deep_gray(GRAY)), "PNG"))
    drawn = np.asarray(Image.open(io.BytesIO(logo.webp)).convert("L"))
    assert abs(float(drawn.mean()) - float(GRAY.mean())) < 3


@pytest.mark.shared
def test_the_reported_deep_picture_is_the_same_as_its_8_bits() -> None:
    folder = SHARED_DIR / "cases" / "gray16"
    if not folder.is_dir():
        pytest.skip("../shared/cases/gray16 is missing")
    deep, plain = (read_picture(str(folder / f"gray{bits}.png")) for bits in (16, 8))
    assert np.array_equal(deep, plain)
    assert np.array_equal(decode_untrusted((folder / "gray16.png").read_bytes()), plain)
    assert 40 < read_face(folder / "faces" / "train" / "angry" / "00000.png").mean() < 215
