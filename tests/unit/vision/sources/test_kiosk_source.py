"""What a capture process makes of what a kiosk sends."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraEnded, CameraHasNoVideo, CameraTimedOut, CameraUnreachable
from webapp.services.cameras.kiosk_frames import KioskPicture
from webapp.vision.sources import SourceLimits, make_source

KIOSK = CameraAddress("kiosk:")


def jpeg(colour="red", size=(64, 48)):
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


def huge_jpeg():
    """Return a small JPEG whose header says 20,000 x 20,000."""
    small = jpeg()
    at = small.index(b"\xff\xc0") + 5
    return small[:at] + (20_000).to_bytes(2, "big") * 2 + small[at + 4 :]


class FakeKioskPictures:
    """`KioskPictures` that a test fills; each look at the number brings the next picture."""

    def __init__(self, *jpegs):
        self._jpegs = list(jpegs)
        self._number = 0

    def newest_number(self):
        if self._jpegs and self._jpegs[0] is None:
            return 0
        self._number = min(self._number + 1, len(self._jpegs))
        return 1000 + self._number

    def newest(self):
        return KioskPicture(1000 + self._number, self._jpegs[self._number - 1]) if self._jpegs else None


@pytest.fixture
def source_of():
    patient = SourceLimits(read_timeout_s=0.2)
    return lambda *jpegs: make_source(KIOSK, patient, FakeKioskPictures(*jpegs))


def test_each_picture_is_read_once_and_in_its_colours(source_of):
    source = source_of(jpeg("red"), jpeg("blue"))
    assert source.open().width_px == 64
    np.testing.assert_allclose(source.read().image_bgr.mean(axis=(0, 1)), (0, 0, 254), atol=3)
    np.testing.assert_allclose(source.read().image_bgr.mean(axis=(0, 1)), (254, 0, 0), atol=3)
    with pytest.raises(CameraTimedOut, match="sends no pictures"):
        source.read()


@pytest.mark.parametrize("bad", [b"\xff\xd8\xff no jpeg \xff\xd9", jpeg()[:300] + b"\xff\xd9", huge_jpeg()])
def test_what_cannot_be_decoded_is_passed_over(source_of, bad):
    source = source_of(bad, jpeg())
    source.open()
    assert source.read().image_bgr.shape == (48, 64, 3)


def test_who_sends_nothing_but_nonsense_is_offline_with_the_reason(source_of):
    began_s = time.process_time()
    with pytest.raises(CameraHasNoVideo, match="too many pixels"):
        source_of(huge_jpeg()).open()
    assert time.process_time() - began_s < 1.0


def test_a_screen_that_is_gone_has_ended_at_once(source_of):
    with pytest.raises(CameraEnded, match="press Start"):
        source_of(None).open()


def test_a_kiosk_cannot_be_called():
    with pytest.raises(CameraUnreachable, match="it sends by itself"):
        make_source(KIOSK, SourceLimits())
