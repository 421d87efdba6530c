"""Pictures as phones and their apps send them: with Exif, on their side, and in formats that are no camera's."""

import io
from contextlib import closing
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.servers import mjpeg_server
from tests.servers.odd_http import odd_camera, whole
from tests.support.videos import bar_pictures
from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import CameraHasNoVideo
from webapp.vision.sources import SourceLimits, make_source

_ORIENTATION, _MAKER = 0x0112, 0x010F


def photo(orientation: int) -> bytes:
    """Return a grey picture with a bright corner, and Exif that says how it was held."""
    pixels = np.zeros((96, 160, 3), np.uint8)
    pixels[:40, :64] = 200
    exif, file = Image.Exif(), io.BytesIO()
    exif[_ORIENTATION], exif[_MAKER] = orientation, "Maker"
    Image.fromarray(pixels).save(file, "JPEG", exif=exif, quality=95)
    return file.getvalue()


def upright(encoded: bytes) -> ImageBGR:
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(encoded))))


def shown(url: str) -> ImageBGR:
    with closing(make_source(CameraAddress(url), SourceLimits(open_timeout_s=1.5, read_timeout_s=1.5))) as source:
        source.open()
        return source.read().image_bgr


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_with_exif_is_shown_as_it_was_held(orientation: int) -> None:
    encoded = photo(orientation)
    with odd_camera(lambda _asked: [whole(encoded)]) as camera:
        image_bgr = shown(f"{camera.root}/shot.jpg")
    assert image_bgr.shape == upright(encoded).shape
    assert np.abs(image_bgr.astype(int) - upright(encoded)).mean() < 1


def test_a_stream_of_pictures_with_exif_plays() -> None:
    with mjpeg_server([photo(6)]) as url:
        assert shown(url).shape == (160, 96, 3)


def test_so_does_a_film_of_them(tmp_path: Path) -> None:
    path = tmp_path / "photos.avi"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("mjpeg", rate=15)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuvj420p"
        for number in range(3):
            packet = av.Packet(photo(1))
            packet.stream, packet.pts, packet.dts = stream, number, number
            film.mux(packet)
    assert shown(f"file:{path}").shape == (96, 160, 3)


@pytest.mark.parametrize("form", ["GIF", "TIFF", "JPEG2000", "AVIF"])
def test_a_picture_in_another_format_is_named_at_once(form: str) -> None:
    file = io.BytesIO()
    Image.fromarray(bar_pictures(1)[0]).save(file, form)
    kind = f"image/{form.lower()}"
    with (
        odd_camera(lambda _asked: [whole(file.getvalue(), kind=kind)]) as camera,
        pytest.raises(CameraHasNoVideo, match="what it sends is no picture"),
    ):
        shown(f"{camera.root}/shot")
